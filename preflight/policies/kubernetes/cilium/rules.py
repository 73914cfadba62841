"""One egress or egressDeny rule of Cilium: where it leads, and through which ports."""

from collections.abc import Iterator
from dataclasses import dataclass

from preflight.model.flow import Transfer
from preflight.policies.kubernetes.cilium.peers import (
    MEMBERS,
    Peer,
    Surroundings,
    ToNames,
    matches_name,
    name_patterns,
)
from preflight.policies.kubernetes.fields import (
    Fields,
    Malformed,
    each,
    fields,
    items,
    number,
    optional_text,
    text,
    texts,
)
from preflight.policies.kubernetes.names import cilium as matches_pattern
from preflight.policies.kubernetes.ports import LAST, Named, Span, among, is_dns_alone, shown, span
from preflight.policies.kubernetes.target import Target
from preflight.policies.kubernetes.truth import (
    NO,
    YES,
    Truth,
    every,
    missing,
    some,
    truth,
    unsupported,
)

PROTOCOLS = {
    None: None,
    "ANY": None,
    "TCP": Transfer.TCP,
    "UDP": Transfer.UDP,
    "SCTP": Transfer.SCTP,
}
RULE_KEYS = frozenset({*MEMBERS, "toPorts", "icmps", "toRequires", "authentication"})
DNS_PORT = 53


@dataclass(frozen=True, slots=True)
class Ports:
    """One entry of `toPorts`."""

    spans: tuple[Span | Named, ...]
    queries: tuple[tuple[str, bool], ...] | None
    """The names that may be asked for, where `rules.dns` stands; None where it does not."""
    server_names: tuple[str, ...]
    """TLS names that are allowed; empty for any."""
    trouble: str = ""

    def holds(self, target: Target) -> Truth:
        """Whether the target's port is allowed, and what is asked for there."""
        at_port = among(self.spans, target)
        if at_port.held is False or (at_port.held and not self.is_narrow):
            return at_port
        return every((at_port, self._asked(target), self._server_name(target)))

    @property
    def is_narrow(self) -> bool:
        """Whether more than the port counts."""
        return bool(self.trouble or self.queries is not None or self.server_names)

    def _asked(self, target: Target) -> Truth:
        if self.trouble:
            return unsupported(self.trouble)
        if self.queries is None or target.query is None:
            return YES
        return truth(any(matches_name(one, target.query) for one in self.queries))

    def _server_name(self, target: Target) -> Truth:
        if not self.server_names:
            return YES
        host = target.host
        if host is None:
            return missing(
                f"it is not known which server name the ClientHello to {target.place} carries"
            )
        return truth(any(matches_pattern(one, host) for one in self.server_names))


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `egress` or `egressDeny`."""

    path: str
    peers: tuple[Peer, ...]
    """All of them have to hold; Cilium allows only one. Empty: any destination, if there are ports."""
    ports: tuple[Ports, ...]
    """Empty: every port, if there are peers."""
    trouble: str = ""

    def leads_to(self, target: Target) -> Truth:
        """Whether the destination fits, whatever the port; none does where the rule names neither peers nor ports."""
        if self.trouble:
            return unsupported(self.trouble)
        if not self.peers and not self.ports:
            return NO
        return every(peer.holds(target) for peer in self.peers)

    def matches(self, target: Target) -> Truth:
        """Whether the rule speaks of this target."""
        if self.trouble:
            return unsupported(self.trouble)
        at_port = some(one.holds(target) for one in self.ports) if self.ports else YES
        return NO if at_port.held is False else every((at_port, self.leads_to(target)))

    @property
    def exact_names(self) -> tuple[str, ...] | None:
        """The names that it is for, when it is for single names alone; None for anything else."""
        if self.trouble or len(self.peers) != 1 or not isinstance(self.peers[0], ToNames):
            return None
        patterns = self.peers[0].patterns
        if any(is_pattern for _, is_pattern in patterns):
            return None
        return tuple(name.lower().removesuffix(".") for name, _ in patterns)

    @property
    def by_name(self) -> bool:
        """Whether it allows names, whose addresses have to be learned."""
        return any(isinstance(peer, ToNames) for peer in self.peers)

    def inspects(self, target: Target) -> bool:
        """Whether questions to this resolver pass Cilium's DNS proxy by this rule."""
        if self.trouble or self.leads_to(target).held is False:
            return False
        return any(
            one.queries is not None and among(one.spans, target).held is not False
            for one in self.ports
        )

    @property
    def is_dns_alone(self) -> bool:
        """Whether it is for questions of names only."""
        return all(is_dns_alone(one.spans) for one in self.ports)

    @property
    def shown_ports(self) -> str:
        """The ports, for a sentence."""
        return "; ".join(shown(one.spans) or "every port" for one in self.ports[:5]) or "ICMP"


def read_rules(spec: Fields, path: str, member: str, around: Surroundings) -> Iterator[Rule]:
    """The rules of one list; one that cannot be understood says so when it is asked."""
    where = f"{path}.{member}"
    try:
        entries = list(each(spec.get(member), where))
    except Malformed as wrong:
        yield Rule(where, (), (), trouble=str(wrong))
        return
    for rule, at in entries:
        try:
            yield _rule(rule, at, around)
        except Malformed as wrong:
            yield Rule(at, (), (), trouble=str(wrong))


def _rule(rule: Fields, path: str, around: Surroundings) -> Rule:
    for key in rule:
        if key not in RULE_KEYS:
            raise Malformed(f"{path}.{str(key)[:60]} is not known here")
    for key in ("toRequires", "authentication"):
        if rule.get(key):
            raise Malformed(f"{path}.{key} is not evaluated here")
    peers = tuple(
        read(rule[member], f"{path}.{member}", around)
        for member, read in MEMBERS.items()
        if rule.get(member) is not None
    )
    ports = tuple(_ports(*one) for one in each(rule.get("toPorts"), f"{path}.toPorts"))
    if items(rule.get("icmps"), f"{path}.icmps") and not ports:
        ports = (Ports((Span(Transfer.ICMP),), None, ()),)
    return Rule(path, peers, ports)


def _ports(entry: Fields, path: str) -> Ports:
    spans = tuple(_span(*one) for one in each(entry.get("ports"), f"{path}.ports"))
    server_names = texts(entry.get("serverNames"), f"{path}.serverNames")
    rules = fields(entry.get("rules"), f"{path}.rules")
    queries = (
        name_patterns(rules["dns"], f"{path}.rules.dns") if rules.get("dns") is not None else None
    )
    return Ports(spans, queries, server_names, trouble=_trouble(entry, rules, path))


def _trouble(entry: Fields, rules: Fields, path: str) -> str:
    """What of a port rule decides on more than is known here."""
    known = {"ports", "rules", "serverNames"}
    odd = next((key for key in entry if key not in known and entry[key]), None)
    if odd is not None:
        return f"{path}.{str(odd)[:60]} is not evaluated here"
    inside = next((key for key in rules if key != "dns" and rules[key]), None)
    return f"{path}.rules.{str(inside)[:60]} looks into the requests" if inside is not None else ""


def _span(port: Fields, path: str) -> Span | Named:
    """Ports are text here: a number, or a name; 0 stands for every port."""
    written = optional_text(port.get("protocol"), f"{path}.protocol")
    if written not in PROTOCOLS:
        raise Malformed(f"{path}.protocol is none of ANY, TCP, UDP and SCTP")
    protocol, value = PROTOCOLS[written], port.get("port")
    if isinstance(value, str) and not value.isdecimal():
        return Named(protocol, text(value, f"{path}.port"))
    first = number(
        int(value) if isinstance(value, str) and len(value) < 6 else value,
        f"{path}.port",
        least=0,
        most=LAST,
    )
    if first == 0:
        return Span(protocol)
    last = port.get("endPort")
    return span(first, None if last in (None, 0) else last, protocol, f"{path}.port")
