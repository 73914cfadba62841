"""Rules of network security groups, read; and the default rules that an export may leave out."""

from preflight.model.flow import Origin, Reason
from preflight.policies.addresses import span_of
from preflight.policies.answers import Answer, Condition, Doubt, all_of, always, doubting
from preflight.policies.azure_prefixes import (
    EVERYTHING,
    LICENCE_TAG,
    PLATFORM_TAGS,
    Known,
    destination,
    source,
)
from preflight.policies.packet import Packet
from preflight.policies.parts import Part, bare_name, last_segment
from preflight.policies.ports import LAST, ports, service, transfers_of
from preflight.policies.rule import Action, Rule
from preflight.policies.wording import listed

FIRST_DEFAULT = 65_000
"""Priorities from here on are Azure's own."""
EPHEMERAL = 1024
"""Clients connect from ports from here on."""
ACTIONS = {"allow": Action.ALLOW, "deny": Action.DENY}
DEFAULTS = (
    (65_000, "AllowVnetOutBound", "VirtualNetwork", Action.ALLOW),
    (65_001, "AllowInternetOutBound", "Internet", Action.ALLOW),
    (65_500, "DenyAllOutBound", "*", Action.DENY),
)
"""Outbound rules that every group ends with: priority, name, destination, action."""


def rule(group: str, part: Part, known: Known) -> Rule:
    """A rule of a group."""
    flat = part.flat()
    priority = flat.number("priority")
    action = ACTIONS.get(flat.text("access").lower(), Action.UNKNOWN)
    written = _destinations(flat)
    to = destination(written, known, more=_application_group(flat, "destination"))
    numbers = ports(flat.texts("destinationPortRange", "destinationPortRanges"))
    return Rule(
        action=action,
        owner=group,
        label=f"{'?' if priority is None else priority} {_bare(part.text('name'))}",
        origin=part.origin,
        destination=to.condition,
        service=service(transfers_of(flat.text("protocol")), numbers),
        source=all_of([_sources(flat), _source_ports(flat), _order(priority)]),
        keys=to.keys,
        to=f"{listed(written)}, {flat.text('protocol') or '*'}, {numbers}",
        reason=_default_reason(priority, action),
        note="Its access is neither Allow nor Deny." if action is Action.UNKNOWN else "",
    )


def default_rule(
    group: str, origin: Origin, row: tuple[int, str, str, Action], known: Known
) -> Rule:
    """A default rule that the export leaves out."""
    priority, name, to, action = row
    return Rule(
        action=action,
        owner=group,
        label=f"{priority} {name}",
        origin=origin,
        destination=destination([to], known).condition,
        reason=_default_reason(priority, action),
    )


def _default_reason(priority: int | None, action: Action) -> Reason | None:
    if priority is None or priority < FIRST_DEFAULT:
        return None
    return Reason.DEFAULT_ALLOW if action is Action.ALLOW else Reason.DEFAULT_DENY


def _destinations(flat: Part) -> tuple[str, ...]:
    """The expanded list of the effective form where there is one settles the service tags beside it."""
    written = flat.texts("destinationAddressPrefix", "destinationAddressPrefixes")
    return _expanded(written, flat.texts("expandedDestinationAddressPrefix"))


def _expanded(written: tuple[str, ...], ranges: tuple[str, ...]) -> tuple[str, ...]:
    if not ranges:
        return written
    plain = (each for each in written if span_of(each) or each.lower() in EVERYTHING)
    return (*plain, *ranges)


def _sources(flat: Part) -> Condition:
    written = flat.texts("sourceAddressPrefix", "sourceAddressPrefixes")
    held = _expanded(written, flat.texts("expandedSourceAddressPrefix"))
    return source(held, more=_application_group(flat, "source"))


def _application_group(flat: Part, end: str) -> tuple[Condition, ...]:
    """Application security groups hold interfaces of the virtual network, never a public address."""
    groups = flat.items(f"{end}ApplicationSecurityGroups")
    if not groups:
        return ()
    names = tuple(last_segment(each.text("id")) for each in groups)
    doubt = Doubt(
        f"the members of the application security group {listed(names)} are not in the input"
    )
    if end == "source":
        return (doubting(doubt),)

    def holds(packet: Packet) -> Answer:
        return False if packet.is_public else doubt

    return (holds,)


def _source_ports(flat: Part) -> Condition:
    numbers = ports(flat.texts("sourcePortRange", "sourcePortRanges"))
    if not numbers.ranges or any(a <= EPHEMERAL and b >= LAST for a, b in numbers.ranges):
        return always
    return doubting(
        Doubt("it holds for some source ports only, and a client's port is not known beforehand")
    )


def _order(priority: int | None) -> Condition:
    return always if priority is not None else doubting(Doubt("its priority cannot be read"))


def is_platform(part: Part) -> bool:
    """Whether the rule names a service tag of the platform."""
    tags = part.flat().texts("destinationAddressPrefix", "destinationAddressPrefixes")
    return any(tag.lower() in {*PLATFORM_TAGS, LICENCE_TAG} for tag in tags)


def _bare(name: str) -> str:
    return bare_name(name) or "unnamed rule"
