"""Stateful rule groups of AWS Network Firewall: domain lists, standard rules and Suricata text, as rules with their action."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from preflight.model.flow import Origin, Reason
from preflight.policies.answers import Answer, Condition, Doubt, all_of, any_of, doubting
from preflight.policies.aws_network_firewall.content import names, options
from preflight.policies.aws_network_firewall.matching import (
    HOME,
    HTTP,
    NO_NAME,
    TLS,
    Variables,
    assumes_home,
    destinations,
    is_early,
    numbers,
    passes_connection,
    protocol,
    sources,
    speaks,
)
from preflight.policies.aws_network_firewall.signature import Signature, lines, signature
from preflight.policies.index import Keys
from preflight.policies.names import Names, dotted
from preflight.policies.packet import Packet
from preflight.policies.parts import Part
from preflight.policies.rule import Action, Rule
from preflight.policies.wording import listed, quoted, shown

ACTIONS = {"pass": Action.ALLOW, "drop": Action.DENY, "reject": Action.DENY}
CLASSES = {"pass": 0, "drop": 1, "reject": 2}
"""In the order in which actions are asked by default."""
LISTS = {"ALLOWLIST": "pass", "DENYLIST": "drop", "REJECTLIST": "reject"}
TARGET_TYPES = {"TLS_SNI": TLS, "HTTP_HOST": HTTP}
UNREAD = ("an unread definition",)
"""What a variable holds where its definition is a reference that a template fills in; no address and no port."""
HOME_NOTE = "$HOME_NET is the firewall's own VPC unless it is set; the source is taken to be in it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Stateful:
    """One stateful rule."""

    place: int
    """Its action's, in the order of actions."""
    rule: Rule
    is_early: bool
    """Whether it can match before the client has sent a name."""
    passes_connection: bool = False
    """Whether it then lets everything through that follows."""


def stateful(group: Part, name: str, inherited: Variables) -> Iterator[Stateful]:
    """The rules of a group, in their order; rules that only alert decide nothing and are left out."""
    source = group.get("RulesSource")
    variables = dict(inherited) | variables_of(group.get("RuleVariables"))
    if "RulesSourceList" in source:
        yield from _list(source.get("RulesSourceList"), name, variables)
    for part in source.items("StatefulRules"):
        label = f"sid {_sid(part)}" if _sid(part) else part.path.rpartition(".")[2]
        made = _made(_standard(part), label, name, part.origin, variables)
        if made is not None:
            yield made
    text = source.get("RulesString")
    for number, line in lines(text.value) if isinstance(text.value, str) else ():
        read = signature(line)
        sid = read.option("sid") if read else ""
        label = f"sid {sid}" if sid else f"line {number + 1}"
        if read is None:
            yield _unread(line, label, name, text.origin)
        elif (made := _made(read, label, name, text.origin, variables)) is not None:
            yield made


def variables_of(part: Part) -> dict[str, tuple[str, ...]]:
    """The sets of addresses and ports of a group's or a policy's variables, by name."""
    found = {}
    for key in ("IPSets", "PortSets"):
        sets = part.get(key).value
        for name in sets if isinstance(sets, Mapping) else ():
            found[str(name)] = part.get(key).get(str(name)).texts("Definition") or UNREAD
    return found


def _list(part: Part, name: str, variables: Variables) -> Iterator[Stateful]:
    """A domain list: what it names, and for an allow list the rest of its protocols, which it drops."""
    kind = part.text("GeneratedRulesType")
    word = LISTS.get(kind)
    targets = dotted(part.texts("Targets"))
    types = part.texts("TargetTypes")
    spoken = {TARGET_TYPES[each] for each in types if each in TARGET_TYPES}
    extra = tuple(each for each in types if each not in TARGET_TYPES)
    if word is None:
        return
    home = sources(f"${HOME}", variables)
    note = "" if HOME in variables else HOME_NOTE

    def is_spoken(packet: Packet) -> bool:
        return speaks(packet) in spoken

    def made(action: str, to: Condition, label: str, keys: Keys | None, told: str) -> Stateful:
        return Stateful(
            place=CLASSES[action],
            is_early=False,
            rule=Rule(
                action=ACTIONS[action],
                owner=name,
                label=label,
                origin=part.origin,
                destination=to,
                service=is_spoken,
                source=home,
                keys=keys,
                to=told,
                note=note,
            ),
        )

    conditions: list[Condition] = [_named(targets)]
    if extra:
        why = f"its target type {quoted(extra[0])} is not evaluated here"
        conditions.append(doubting(Doubt(why, Reason.UNSUPPORTED)))
    keys = None if extra else Keys(names=tuple(targets.exact))
    yield made(word, any_of(conditions), kind, keys, listed(part.texts("Targets")))
    if kind == "ALLOWLIST":
        label = "ALLOWLIST, names that it does not hold"
        yield made("drop", lambda _packet: True, label, None, "every other name")


def _named(targets: Names) -> Condition:
    def holds(packet: Packet) -> Answer:
        return NO_NAME if packet.host is None else targets.holds(packet.host)

    return holds


def _made(
    read: Signature, label: str, owner: str, origin: Origin, variables: Variables
) -> Stateful | None:
    """The rule of a signature; None for one that decides nothing."""
    if read.action == "alert":
        return None
    action = ACTIONS.get(read.action, Action.UNKNOWN)
    told = shown(f"{read.protocol} {read.destination} {read.port}", 100)
    domains = names(read)
    matched = [options(read), destinations(read.destination, variables)]
    if read.direction == "<>":
        matched = [options(read)]  # either end may be the destination
    return Stateful(
        place=CLASSES.get(read.action, 0),
        is_early=is_early(read),
        passes_connection=passes_connection(read),
        rule=Rule(
            action=action,
            owner=owner,
            label=label,
            origin=origin,
            destination=all_of(matched),
            service=all_of([protocol(read), numbers(read.port, variables)]),
            source=sources(read.source, variables),
            keys=Keys(names=domains) if domains else None,
            to=told,
            note=HOME_NOTE if assumes_home(read, variables) else "",
        ),
    )


def _unread(line: str, label: str, owner: str, origin: Origin) -> Stateful:
    doubt = Doubt(f"the rule {quoted(line, 80)} cannot be read", Reason.UNSUPPORTED)
    word = line.split(None, 1)[0].lower()
    return Stateful(
        place=CLASSES.get(word, 0),
        is_early=True,
        rule=Rule(
            action=ACTIONS.get(word, Action.UNKNOWN),
            owner=owner,
            label=label,
            origin=origin,
            destination=doubting(doubt),
        ),
    )


def _standard(part: Part) -> Signature:
    """A standard stateful rule in the form of a signature."""
    header = part.get("Header")
    pairs = []
    for each in part.items("RuleOptions"):
        values = each.texts("Settings")
        pairs.append((each.text("Keyword").lower(), ", ".join(values)))
    return Signature(
        action=part.text("Action").lower(),
        protocol=header.text("Protocol").lower(),
        source=header.text("Source") or "any",
        direction="<>" if header.text("Direction").upper() == "ANY" else "->",
        destination=header.text("Destination") or "any",
        port=header.text("DestinationPort") or "any",
        options=tuple(pairs),
    )


def _sid(part: Part) -> str:
    for each in part.items("RuleOptions"):
        if each.text("Keyword").lower() == "sid":
            return ", ".join(each.texts("Settings"))
    return ""
