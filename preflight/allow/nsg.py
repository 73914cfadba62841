"""Azure network security group: rules as an ARM template (JSON).

A security group knows addresses and service tags, no names. Each tag that the vendor documents becomes a rule; a name without one is
opened at the addresses that are known, else it is left out and said so. A tag is wider than the name it stands for.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from preflight.allow.arm import literal, template
from preflight.allow.destinations import addresses_of
from preflight.allow.names import is_address
from preflight.allow.objects import slug
from preflight.allow.words import each, fqdns, heading, listed, printable
from preflight.model.flow import Transfer
from preflight.model.request import Rendered, Request, Rule

API_VERSION = "2023-11-01"
FIRST_PRIORITY, STEP, LAST_PRIORITY = 200, 10, 4096
"""100 to 4096 are a user's own (Azure network security groups overview)."""
DESCRIPTION_LIMIT = 140
LABEL_LIMIT = 54
"""Characters: with the longest prefix, a rule's name is within 80."""
GROUP = "networkSecurityGroupName"
VNET = "VirtualNetwork"
FAMILIES = {4: "addresses", 6: "addresses-ipv6"}
"""Address family → label of the rule for addresses, since a rule holds one family."""
PROTOCOLS = {Transfer.TCP: "Tcp", Transfer.UDP: "Udp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """One rule of the group."""

    label: str
    """The service tag; or which family's addresses it holds."""
    rules: tuple[Rule, ...]
    """What it is for: all on one port, by one protocol."""

    @property
    def version(self) -> int | None:
        """The address family; None for a service tag, which holds both."""
        return next((version for version, label in FAMILIES.items() if label == self.label), None)

    @property
    def destinations(self) -> tuple[str, ...]:
        """The tag, or the addresses."""
        if self.version is None:
            return (self.label,)
        every = (address for rule in self.rules for address in addresses_of(rule))
        return tuple(dict.fromkeys(str(a) for a in every if a.version == self.version))


def render(request: Request) -> Rendered:
    """The template; empty where nothing can be asked for."""
    openings, closed = _openings(request)
    remarks = tuple(_remarks(request, openings, closed))
    if not openings:
        return Rendered(text="", remarks=remarks)
    resources = [
        _resource(request, opening, FIRST_PRIORITY + number * STEP)
        for number, opening in enumerate(openings)
    ]
    parameters = {
        GROUP: {"type": "string", "metadata": {"description": "Name of the security group"}}
    }
    metadata = {
        "description": " ".join(heading(request)),
        "remarks": list(map(literal, (*request.remarks, *remarks))),
    }
    text = json.dumps(template(metadata, parameters, resources), indent=2)
    return Rendered(text=f"{text}\n", remarks=remarks)


def _openings(request: Request) -> tuple[list[_Opening], list[Rule]]:
    """One for each tag and port, then one for each port with addresses; and the rules that are neither."""
    found: dict[tuple[bool, str, int, Transfer], list[Rule]] = {}
    closed = []
    for rule in request.rules:
        labels = rule.service_tags or _families(request, rule)
        for label in labels:
            key = (not rule.service_tags, label, rule.port, rule.transfer)
            found.setdefault(key, []).append(rule)
        if not labels:
            closed.append(rule)
    return [_Opening(label=key[1], rules=tuple(found[key])) for key in sorted(found)], closed


def _families(request: Request, rule: Rule) -> tuple[str, ...]:
    """Labels of the address families that the rule has addresses of and the request a source."""
    versions = {address.version for address in addresses_of(rule)}
    return tuple(
        label
        for version, label in FAMILIES.items()
        if version in versions and _sources(request, version)
    )


def _unreached(request: Request) -> list[str]:
    """Addresses without a source of their family; tags hold both."""
    found = (
        str(address)
        for rule in request.rules
        if not rule.service_tags
        for address in addresses_of(rule)
        if not _sources(request, address.version)
    )
    return list(dict.fromkeys(found))


def _sources(request: Request, version: int) -> tuple[str, ...]:
    """The sources of one address family, which for the virtual network is either."""
    own = tuple(cidr for cidr in request.source if (":" in cidr) == (version == 6))
    return own if request.source else (VNET,)


def _resource(request: Request, opening: _Opening, priority: int) -> dict[str, object]:
    first = opening.rules[0]
    label = slug(f"{opening.label}-{first.transfer.value}-{first.port}", LABEL_LIMIT)
    names = listed(fqdns(opening.rules), 3)
    purpose = printable(f"For {names}", DESCRIPTION_LIMIT - 3)
    source = _sources(request, opening.version or 4) or _sources(request, 6)
    return {
        "type": "Microsoft.Network/networkSecurityGroups/securityRules",
        "apiVersion": API_VERSION,
        "name": f"[format('{{0}}/{{1}}', parameters('{GROUP}'), '{request.name}-{label}')]",
        "properties": {
            "description": literal(purpose),
            "priority": priority,
            "direction": "Outbound",
            "access": "Allow",
            "protocol": PROTOCOLS[first.transfer],
            **_prefixes("source", source),
            "sourcePortRange": "*",
            **_prefixes("destination", opening.destinations),
            "destinationPortRange": str(first.port),
        },
    }


def _prefixes(end: str, values: Sequence[str]) -> dict[str, object]:
    """One value and several have different names."""
    key = f"{end}AddressPrefix"
    return {key: values[0]} if len(values) == 1 else {f"{key}es": list(values)}


def _remarks(
    request: Request, openings: Sequence[_Opening], closed: Sequence[Rule]
) -> Iterable[str]:
    if closed:
        yield (
            f"Left out, because no service tag is documented and no fitting address known: {each(closed)}. A security group knows no "
            "names: allow these by name in a firewall behind it, or give the addresses with --report or --address HOST=IP."
        )
    by_tag = [opening.label for opening in openings if opening.version is None]
    if by_tag:
        yield f"A service tag opens every address of that service, also other customers': {listed(by_tag, 8)}."
    seen = [
        rule.fqdn
        for opening in openings
        if opening.version is not None
        for rule in opening.rules
        if not is_address(rule.fqdn)
    ]
    if seen:
        yield f"Opened at the addresses known today, which change without notice: {listed(seen)}."
    if _unreached(request):
        yield (
            f"The addresses {', '.join(_unreached(request))} are left out: a rule holds one address family, and the source is of the "
            "other."
        )
    if openings and not request.source:
        yield f"The source is {VNET}; give --source CIDR for less."
    if FIRST_PRIORITY + STEP * len(openings) > LAST_PRIORITY:
        yield f"There are more rules than priorities up to {LAST_PRIORITY}; choose smaller steps."
    if openings:
        yield f"Priorities begin at {FIRST_PRIORITY}: move them before the rule that denies, and away from those in use."
