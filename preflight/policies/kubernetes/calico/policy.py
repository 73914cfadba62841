"""Calico's policies and tiers as objects: whom a policy selects, its rules, and what a tier does at its end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from math import inf

from preflight.model.document import Document
from preflight.model.flow import Transfer
from preflight.policies.kubernetes.calico import labelled
from preflight.policies.kubernetes.calico.entity import (
    Entity,
    Selected,
    Surroundings,
    entity,
    source_selected,
)
from preflight.policies.kubernetes.calico.selector import Asked, parse
from preflight.policies.kubernetes.fields import (
    Fields,
    Malformed,
    each,
    fields,
    named,
    only,
    optional_text,
    texts,
)
from preflight.policies.kubernetes.ports import is_dns_alone
from preflight.policies.kubernetes.target import Pod, Target
from preflight.policies.kubernetes.truth import NO, YES, Truth, every, missing, truth, unsupported
from preflight.policies.kubernetes.wording import quoted

DEFAULT = "default"
RULE_KEYS = frozenset(
    {"action", "protocol", "notProtocol", "icmp", "notICMP", "ipVersion", "source", "destination", "http", "metadata"}
)  # fmt: skip
PROTOCOLS: Mapping[object, Transfer | None] = {
    "TCP": Transfer.TCP, "UDP": Transfer.UDP, "SCTP": Transfer.SCTP, "ICMP": Transfer.ICMP, "ICMPv6": Transfer.ICMP,
    6: Transfer.TCP, 17: Transfer.UDP, 132: Transfer.SCTP, 1: Transfer.ICMP, 58: Transfer.ICMP, "UDPLite": None,
}  # fmt: skip


@unique
class Action(StrEnum):
    """What a rule, or a tier at its end, does."""

    ALLOW = "Allow"
    DENY = "Deny"
    PASS = "Pass"  # noqa: S105 - no password
    LOG = "Log"


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier: its place among the others, and what it does with what no policy of it decides."""

    name: str
    order: float
    at_end: Action


TIERS = {
    "kube-admin": Tier("kube-admin", 1_000, Action.PASS),
    DEFAULT: Tier(DEFAULT, 1_000_000, Action.DENY),
    "kube-baseline": Tier("kube-baseline", 10_000_000, Action.PASS),
}
"""Those that Calico makes by itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `spec.egress`."""

    path: str
    action: Action
    protocol: Transfer | None
    """None: any."""
    not_protocol: Transfer | None
    version: int | None
    source: Selected | None
    destination: Entity | None
    trouble: str = ""
    is_unclear: bool = False
    """Whether not even its action can be read."""

    @property
    def outcome(self) -> Action | None:
        """What follows if it matches; None where that cannot be read."""
        return None if self.is_unclear else self.action

    @property
    def conditions(self) -> tuple[object, ...]:
        """Everything that decides whether it matches."""
        ends = self.source, self.destination
        return (*ends, self.protocol, self.not_protocol, self.version, self.trouble)

    def leads_to(self, target: Target) -> Truth:
        """Whether the destination fits, whatever port and protocol."""
        if self.trouble:
            return unsupported(self.trouble)
        place = YES if self.destination is None else self.destination.leads_to(target)
        return every((self._of_version(target), place))

    def matches(self, source: Pod, target: Target) -> Truth:
        """Whether the rule speaks of this connection."""
        if self.trouble:
            return unsupported(self.trouble)
        if self.protocol not in {None, target.transfer} or self.not_protocol is target.transfer:
            return NO
        at_port = YES if self.destination is None else self.destination.at_port(target)
        if at_port.held is False:
            return NO
        from_here = YES if self.source is None else self.source.selects(source)
        return every((at_port, from_here, self.leads_to(target)))

    def is_near(self, target: Target) -> bool:
        """Whether it leads there and is not for questions of names only."""
        ports = self.destination.ports if self.destination else None
        return not is_dns_alone(ports or ()) and self.leads_to(target).held is True

    def _of_version(self, target: Target) -> Truth:
        if self.version is None:
            return YES
        if target.address is None:
            return missing(f"the addresses of {target.place} are not given")
        return truth(target.address.version == self.version)


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy that counts for the egress of pods."""

    kind: str
    name: str
    """`namespace/name`, or the name alone of a global policy."""
    document: Document
    tier: str
    order: float
    namespace: str | None
    own: Asked
    namespaces: Asked
    rules: tuple[Rule, ...]
    trouble: str = ""

    def selects(self, source: Pod) -> Truth:
        """Whether it counts for this pod."""
        if self.namespace not in {None, source.workload.namespace}:
            return NO
        if self.trouble:
            return unsupported(self.trouble)
        return every(
            (self.namespaces(labelled.namespace(source)), self.own(labelled.endpoint(source)))
        )

    def __str__(self) -> str:
        return f"Calico {self.kind} {quoted(self.name)}"


def read_tier(document: Document) -> Tier:
    """The tier; one without order is the last."""
    _, name = named(document.body)
    known = TIERS.get(name)
    try:
        spec = fields(document.body.get("spec"), "spec")
        order = known.order if known else _order(spec)
        at_end = Action(spec.get("defaultAction") or (known.at_end if known else Action.DENY))
    except (Malformed, ValueError):
        return Tier(name, known.order if known else inf, Action.DENY)
    return Tier(name, order, at_end)


def read_policy(document: Document, around: Surroundings) -> Policy | None:
    """The policy; None where it does not count for the egress of pods."""
    body = document.body
    kind, (_, own) = str(body["kind"]), named(body)
    name = own if around.namespace is None else f"{around.namespace}/{own}"
    tier, order, trouble = DEFAULT, inf, ""
    selected = namespaces = parse("")
    rules: tuple[Rule, ...] = ()
    try:
        spec = fields(body.get("spec"), "spec")
        if not _counts(spec):
            return None
        tier = optional_text(spec.get("tier"), "spec.tier") or DEFAULT
        order = _order(spec)
        selected = parse(optional_text(spec.get("selector"), "spec.selector") or "")
        namespaces = _namespaces(spec)
        rules = tuple(_rules(spec, around))
    except Malformed as wrong:
        trouble = str(wrong)
    return Policy(
        kind, name, document, tier, order, around.namespace, selected, namespaces, rules, trouble
    )


def _counts(spec: Fields) -> bool:
    """Whether it is about egress, and about pods: untracked and pre-DNAT policies are for host endpoints only."""
    if spec.get("doNotTrack") is True or spec.get("preDNAT") is True:
        return False
    types = texts(spec.get("types"), "spec.types")
    return "Egress" in types if types else bool(spec.get("egress"))


def _order(spec: Fields) -> float:
    order = spec.get("order")
    if order is None:
        return inf
    if isinstance(order, bool) or not isinstance(order, int | float):
        raise Malformed("spec.order is no number")
    try:
        return float(order)
    except OverflowError:  # a whole number may have any length
        raise Malformed("spec.order is too large") from None


def _namespaces(spec: Fields) -> Asked:
    if spec.get("serviceAccountSelector"):
        raise Malformed(
            "spec.serviceAccountSelector asks for labels of service accounts, which are not read here"
        )
    return parse(optional_text(spec.get("namespaceSelector"), "spec.namespaceSelector") or "")


def _rules(spec: Fields, around: Surroundings) -> Iterator[Rule]:
    for rule, path in each(spec.get("egress"), "spec.egress"):
        try:
            yield _rule(rule, path, around)
        except Malformed as wrong:
            yield _troubled(rule, path, str(wrong))


def _troubled(rule: Fields, path: str, trouble: str) -> Rule:
    unclear = rule.get("action") not in list(Action)
    action = Action.DENY if unclear else Action(rule["action"])
    return Rule(path, action, None, None, None, None, None, trouble, unclear)


def _rule(rule: Fields, path: str, around: Surroundings) -> Rule:
    only(rule, RULE_KEYS, path)
    if rule.get("http"):
        raise Malformed(f"{path}.http looks into the requests")
    if rule.get("action") not in list(Action):
        raise Malformed(f"{path}.action is none of {', '.join(Action)}")
    version = rule.get("ipVersion")
    if version not in {None, 4, 6}:
        raise Malformed(f"{path}.ipVersion is neither 4 nor 6")
    where = f"{path}.destination"
    return Rule(
        path,
        Action(rule["action"]),
        _protocol(rule, "protocol", path),
        _protocol(rule, "notProtocol", path),
        version,
        source_selected(rule.get("source"), f"{path}.source", around),
        entity(rule["destination"], where, around) if rule.get("destination") else None,
    )


def _protocol(rule: Fields, key: str, path: str) -> Transfer | None:
    written = rule.get(key)
    if written is None:
        return None
    is_known = isinstance(written, str | int) and not isinstance(written, bool)
    found = PROTOCOLS.get(written) if is_known else None
    if found is None:
        raise Malformed(f"{path}.{key} is a protocol that is not evaluated here")
    return found
