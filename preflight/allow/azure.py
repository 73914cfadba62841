"""Azure Firewall's rule collections, before one of the three languages in which people write them.

Application rules hold HTTP and HTTPS, by Host header and server name; everything else becomes a network rule (Azure Firewall rule
processing, FirewallPolicyRuleCollectionGroups 2023-11-01). `*.x` stands for any number of labels before x and not for x itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from preflight.allow.names import is_address, is_service_tag
from preflight.allow.objects import slug
from preflight.allow.sources import about_ipv6, ipv4
from preflight.allow.words import about, each, fqdns, listed, printable
from preflight.model.endpoint import Protocol
from preflight.model.request import Inspection, Request, Rule

GROUP_PRIORITY = 400
APPLICATION_PRIORITY = 410
NETWORK_PRIORITY = 405
"""Network collections are read before application collections whatever their numbers; the order here shows it (100 to 65000)."""
WEB = {Protocol.HTTPS: "Https", Protocol.HTTP: "Http"}
DESCRIPTION_LIMIT = 160
POLICY = "firewallPolicyName"
SOURCES = "sourceAddresses"
"""Names of the parameters that a template leaves open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRule:
    """Names behind one port."""

    name: str
    description: str
    protocol: str
    """`Https` or `Http`."""
    port: int
    fqdns: tuple[tuple[str, str], ...]
    """Each name and what it is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRule:
    """Names, or addresses and service tags, behind one port."""

    name: str
    description: str
    protocol: str
    """`TCP` or `UDP`."""
    port: int
    fqdns: tuple[tuple[str, str], ...] = ()
    """Concrete ones: network rules take no wildcard. Each with what it is for."""
    destinations: tuple[tuple[str, str], ...] = ()
    """Addresses and service tags, each with what it is for; of names and destinations one is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collections:
    """One rule collection group."""

    name: str
    source: tuple[str, ...]
    """Empty where it is not known."""
    application: tuple[ApplicationRule, ...]
    network: tuple[NetworkRule, ...]
    remarks: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to deploy."""
        return not (self.application or self.network)


def collections(request: Request) -> Collections:
    """The request as Azure Firewall sees it, one rule for each component, protocol and port."""
    web = [rule for rule in request.rules if _is_web(rule)]
    partial = [rule for rule in web if rule.is_wildcard and rule.suffix is None]
    by_name = [rule for rule in web if rule not in partial]
    network = [rule for rule in request.rules if rule not in web]
    open_ = [rule for rule in network if _destinations(rule)]
    return Collections(
        name=request.name,
        source=ipv4(request),
        application=tuple(map(_application, _grouped(by_name))),
        network=tuple(rule for group in _grouped(open_) for rule in _network(group)),
        remarks=(
            *_about_partial(partial),
            *_about_network(network, open_),
            *_about_inspection(by_name),
            *about_ipv6(request, "Azure Firewall takes IPv4 alone"),
            *_about_source(request),
        ),
    )


def _is_web(rule: Rule) -> bool:
    return rule.protocol in WEB and not is_address(rule.fqdn)


def _grouped(rules: Iterable[Rule]) -> list[list[Rule]]:
    groups: dict[tuple[str, Protocol, int], list[Rule]] = {}
    for rule in rules:
        groups.setdefault((slug(rule.components[0]), rule.protocol, rule.port), []).append(rule)
    return list(groups.values())


def _application(group: Sequence[Rule]) -> ApplicationRule:
    first = group[0]
    return ApplicationRule(
        name=_name(first, first.protocol.value),
        description=_description(group),
        protocol=WEB[first.protocol],
        port=first.port,
        fqdns=tuple((rule.fqdn, about(rule)) for rule in group),
    )


def _network(group: Sequence[Rule]) -> Iterable[NetworkRule]:
    first, kind = group[0], group[0].transfer.value
    names: list[tuple[str, str]] = []
    numbers: list[tuple[str, str]] = []
    for rule in group:
        for text in _destinations(rule):
            (names if _is_plain_name(text) else numbers).append((text, about(rule)))
    for suffix, fqdns_, destinations in (("", names, []), ("-addresses", [], numbers)):
        if fqdns_ or destinations:
            yield NetworkRule(
                name=f"{_name(first, kind.lower())}{suffix}",
                description=_description(group),
                protocol=kind,
                port=first.port,
                fqdns=tuple(fqdns_),
                destinations=tuple(dict(destinations).items()),
            )


def _destinations(rule: Rule) -> tuple[str, ...]:
    """What a network rule can hold of it: the address, the concrete names, else the service tags."""
    if ":" in rule.fqdn:  # IPv6, which the firewall does not take
        return ()
    if not rule.is_wildcard:
        return (rule.fqdn,)
    return rule.hosts or rule.service_tags


def _is_plain_name(text: str) -> bool:
    return "." in text and not is_address(text) and not _is_regional_tag(text)


def _is_regional_tag(text: str) -> bool:
    return is_service_tag(text) and text[0].isupper()


def _name(rule: Rule, kind: str) -> str:
    return f"{slug(rule.components[0])}-{kind}-{rule.port}"


def _description(group: Sequence[Rule]) -> str:
    purposes = dict.fromkeys(purpose for rule in group for purpose in rule.purposes)
    return printable("; ".join(purposes) or group[0].components[0], DESCRIPTION_LIMIT)


def _about_partial(partial: Sequence[Rule]) -> Iterable[str]:
    if partial:
        yield (
            "Left out, because a target FQDN can begin with * alone and *.x would open other people's names too: "
            f"{each(partial)}."
        )


def _about_network(network: Sequence[Rule], open_: Sequence[Rule]) -> Iterable[str]:
    closed = [rule for rule in network if rule not in open_]
    if closed:
        yield f"Left out, because a network rule takes neither IPv6 nor a wildcard behind which no name is known: {each(closed)}."
    if any(_is_plain_name(text) for rule in open_ for text in _destinations(rule)):
        yield "Network rules by name need DNS proxy to be on in the firewall policy, and the clients to resolve through the firewall."
    narrowed = [rule.fqdn for rule in open_ if rule.is_wildcard]
    if narrowed:
        yield f"In network rules only the names known behind the wildcard are open: {', '.join(narrowed)}."


def _about_inspection(rules: Sequence[Rule]) -> Iterable[str]:
    kept = [rule for rule in rules if rule.inspection is Inspection.BYPASS]
    if kept:
        yield (
            "No rule here ends TLS (terminateTLS); an earlier rule with TLS inspection must not match these first: "
            f"{listed(fqdns(kept))}."
        )


def _about_source(request: Request) -> Iterable[str]:
    if not ipv4(request):
        yield "The source is not known: it is asked for on deployment, unless --source CIDR gives it."
