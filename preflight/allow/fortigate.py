"""FortiGate: FortiOS commands for addresses by FQDN, groups, services and one policy for each service.

A wildcard address (FortiOS 6.2.2 and later) learns its members from the DNS answers that pass through the device, so clients have to resolve
through it, or by the same resolver; before the first lookup it is empty. `*.x` does not stand for x itself.
"""

from collections.abc import Iterable, Iterator, Sequence

from preflight.allow.names import is_address
from preflight.allow.objects import of_name
from preflight.allow.sources import about_ipv6, ipv4
from preflight.allow.words import about, each, fqdns, listed, preamble
from preflight.model.request import Inspection, Rendered, Request, Rule

NAME_LIMIT = 79
COMMENT_LIMIT = 255
GAPS = ("SOURCE_INTERFACE", "DESTINATION_INTERFACE")
"""FortiOS refuses interfaces that it does not have, so nothing is opened by mistake."""
SOURCE_GAP = "SOURCE_ADDRESS"
"""An address object that is to be named. An object made here with a gap in it would stand for every address, FortiOS's default."""


def render(request: Request) -> Rendered:
    """The commands; empty where nothing can be asked for."""
    held = [rule for rule in request.rules if _is_held(rule)]
    remarks = tuple(_remarks(request, held))
    if not held:
        return Rendered(text="", remarks=remarks)
    groups = _by_service(held)
    lines = [
        *(f"# {line}" for line in preamble(request, remarks)),
        "",
        *_addresses(request, held),
        *_groups(request, groups),
        *_services(request, groups),
        *_policies(request, groups),
    ]
    return Rendered(text="\n".join(lines) + "\n", remarks=remarks)


def _is_held(rule: Rule) -> bool:
    return ":" not in rule.fqdn and (rule.suffix is not None or not rule.is_wildcard)


def quoted(text: str) -> str:
    """Text between double quotes. A question mark would ask for help, even inside them, so it goes."""
    safe = text.replace("?", "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'


Groups = dict[tuple[str, int], list[Rule]]


def _by_service(rules: Sequence[Rule]) -> Groups:
    groups: Groups = {}
    for rule in rules:
        groups.setdefault((rule.transfer.value, rule.port), []).append(rule)
    return groups


def _object(request: Request, rule: Rule) -> str:
    return f"{request.name}-{of_name(rule.fqdn, NAME_LIMIT - len(request.name) - 1)}"


def _service(request: Request, key: tuple[str, int]) -> str:
    return f"{request.name}-{key[0].lower()}-{key[1]}"


def _addresses(request: Request, rules: Sequence[Rule]) -> Iterator[str]:
    yield "config firewall address"
    for number, cidr in enumerate(ipv4(request), start=1):
        yield f"    edit {quoted(f'{request.name}-source-{number}')}"
        yield f"        set subnet {cidr}"
        yield "    next"
    by_name: dict[str, list[Rule]] = {}
    for rule in rules:
        by_name.setdefault(rule.fqdn, []).append(rule)
    for fqdn, same in by_name.items():
        what = "; ".join(dict.fromkeys(map(about, same)))[:COMMENT_LIMIT]
        yield f"    edit {quoted(_object(request, same[0]))}"
        yield from (f"        {line}" for line in _kind(fqdn))
        yield f"        set comment {quoted(what)}"
        yield "    next"
    yield "end"


def _kind(fqdn: str) -> Iterator[str]:
    if is_address(fqdn):
        yield f"set subnet {fqdn}/32"
        return
    yield "set type fqdn"
    yield f"set fqdn {quoted(fqdn)}"


def _groups(request: Request, groups: Groups) -> Iterator[str]:
    yield "config firewall addrgrp"
    sources = [f"{request.name}-source-{n + 1}" for n in range(len(ipv4(request)))]
    if sources:
        yield from _group(_source(request), sources)
    for key, rules in groups.items():
        members = dict.fromkeys(_object(request, rule) for rule in rules)
        yield from _group(_service(request, key), list(members))
    yield "end"


def _group(name: str, members: Sequence[str]) -> Iterator[str]:
    yield f"    edit {quoted(name)}"
    yield f"        set member {' '.join(map(quoted, members))}"
    yield "    next"


def _source(request: Request) -> str:
    """The group of the sources, or the gap."""
    return f"{request.name}-sources" if ipv4(request) else SOURCE_GAP


def _services(request: Request, groups: Groups) -> Iterator[str]:
    yield "config firewall service custom"
    for key in groups:
        yield f"    edit {quoted(_service(request, key))}"
        yield f"        set {key[0].lower()}-portrange {key[1]}"
        yield "    next"
    yield "end"


def _policies(request: Request, groups: Groups) -> Iterator[str]:
    yield "config firewall policy"
    for key in groups:
        name = quoted(_service(request, key))
        yield "    edit 0"
        yield f"        set name {name}"
        yield f"        set srcintf {quoted(GAPS[0])}"
        yield f"        set dstintf {quoted(GAPS[1])}"
        yield f"        set srcaddr {quoted(_source(request))}"
        yield f"        set dstaddr {name}"
        yield f"        set service {name}"
        yield '        set schedule "always"'
        yield "        set action accept"
        yield "        set logtraffic all"
        yield "    next"
    yield "end"


def _remarks(request: Request, held: Sequence[Rule]) -> Iterable[str]:
    closed = [rule for rule in request.rules if rule not in held]
    if closed:
        yield f"Left out, because a wildcard has to be a label of its own, and IPv6 addresses are other objects: {each(closed)}."
    wild = [rule for rule in held if rule.is_wildcard]
    if wild:
        yield (
            f"Wildcard addresses ({listed(fqdns(wild))}) are filled from the DNS answers that the device sees: the nodes have to resolve "
            "through it."
        )
    if held:
        yield f"Replace {GAPS[0]} and {GAPS[1]}, and move the policies above the one that denies."
        yield "No policy here inspects TLS or translates addresses: set the profile, and nat, as your other policies do."
    kept = [rule for rule in held if rule.inspection is Inspection.BYPASS]
    if kept:
        yield f"To be left out of deep inspection (ssl-exempt): {listed(fqdns(kept), 8)}."
    yield from about_ipv6(request, "IPv6 has objects of another kind (address6)")
    if held and not ipv4(request):
        yield f"The source is not known: replace {SOURCE_GAP} by your address object for the nodes, or give --source CIDR."
