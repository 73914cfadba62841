"""One connection that somebody wants to make, and what the rules given say of it: the values of `rules explain`."""

from dataclasses import dataclass, field
from enum import StrEnum, unique

from preflight.model.report import Engine
from preflight.model.vantage import Address

Labels = tuple[tuple[str, str], ...]
"""Names and values, sorted by name; a name stands once."""


@unique
class Transfer(StrEnum):
    """The protocols that rules tell apart."""

    TCP = "TCP"
    UDP = "UDP"
    SCTP = "SCTP"
    ICMP = "ICMP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A pod, or with `host_network` a process on its node; at either end of a flow."""

    namespace: str
    pod: str | None = None
    """Name of the pod, or of the controller that makes it; None for any pod with these labels."""
    labels: Labels = ()
    namespace_labels: Labels = ()
    """With `kubernetes.io/metadata.name`, which the API server adds by itself."""
    service_account: str | None = None
    node: str | None = None
    node_labels: Labels = ()
    address: Address | None = None
    """None where it is not known; rules about source addresses then cannot tell."""
    host_network: bool = False
    ports: tuple[tuple[str, int, Transfer], ...] = ()
    """Named container ports: name, number, protocol."""
    labels_known: bool = True
    """False where only some of the labels and ports are known; what asks for another one cannot be told."""
    namespace_labels_known: bool = True
    """False where the namespace itself was not given."""
    network_known: bool = True
    """False where it was not seen whether the pod has a network of its own, and `host_network` is only the likelier guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where the flow leads: a host with what it resolved to, an address alone, or a pod."""

    host: str | None = None
    """A name, lower case, without trailing dot; None where only the address is known."""
    addresses: tuple[Address, ...] = ()
    """Every one has to be allowed; empty where the host was not resolved."""
    workload: Workload | None = None
    """For a pod of the cluster; None for what is outside."""
    port: int = 443
    transfer: Transfer = Transfer.TCP


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One connection, as its source begins it."""

    source: Workload
    destination: Destination


@unique
class FlowVerdict(StrEnum):
    """What rules say of a flow. `allowed` means that no rule given forbids it, never that it works."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


@unique
class Reason(StrEnum):
    """Why a step says what it says."""

    EXPLICIT_ALLOW = "explicit-allow"
    EXPLICIT_DENY = "explicit-deny"
    NOT_SELECTED = "not-selected"
    """Nothing of this engine applies to the source."""
    DEFAULT_ALLOW = "default-allow"
    DEFAULT_DENY = "default-deny"
    """Something applies, and nothing in it matches."""
    NO_EGRESS_RULES = "no-egress-rules"
    """Something applies that has no rule at all."""
    PORT_MISMATCH = "port-mismatch"
    """The destination matches a rule, port or protocol do not."""
    TIER_DEFAULT_DENY = "tier-default-deny"
    PASSED = "passed"
    """A tier hands the flow on to the next one."""
    DNS_BLOCKED = "dns-blocked"
    """The destination is allowed, the way to the resolver is not."""
    NAME_NOT_LEARNED = "name-not-learned"
    """An FQDN rule without the DNS rule that teaches the engine its addresses."""
    DNS_RULE_REFUSES_NAME = "dns-rule-refuses-name"
    NEXT_HOP_NONE = "next-hop-none"
    INSPECTED = "inspected"
    """Allowed, with TLS ended by the device itself."""
    NEEDS_LIVE_DATA = "needs-live-data"
    """The input does not hold what decides: a service tag's ranges, an IP group, a pod's labels, addresses."""
    UNSUPPORTED = "unsupported"
    """A construct that is not evaluated here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an object was found: a file with the line on which it (or the rule) begins, or a kubeconfig context."""

    file: str | None = None
    line: int | None = None
    """From 1; None where the reader could not tell."""
    context: str | None = None

    def __str__(self) -> str:
        """`file:line`, the file alone, or the context."""
        line = f":{self.line}" if self.file and self.line else ""
        return f"{self.file or self.context or ''}{line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one engine says of one flow: one step of its path."""

    engine: Engine
    verdict: FlowVerdict
    reason: Reason
    name: str | None = None
    """The object's own name, `namespace/name` where it has one; None for an implicit default."""
    rule: str | None = None
    """Which rule of it, as in `spec.egress[0]` or `100 allow-https`; None for the object as a whole."""
    origin: Origin | None = None
    explanation: str = ""
    """One to three plain sentences: what matched or did not, the nearest miss, what would have to change. Untrusted text is quoted."""
    also: tuple["Ruling", ...] = field(default=())
    """Further objects that share the guilt, as every policy that isolates a pod and allows nothing that matches."""
    otherwise: "Ruling | None" = None
    """Of what is unknown: what denies if the rule named here, which would allow, does not match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A flow's way through every engine that was given something."""

    flow: Flow
    path: tuple[Ruling, ...]
    """In the order in which a packet meets them."""

    @property
    def verdict(self) -> FlowVerdict:
        """Denied by any; otherwise unknown to any; otherwise allowed."""
        said = {ruling.verdict for ruling in self.path}
        for verdict in (FlowVerdict.DENIED, FlowVerdict.UNKNOWN):
            if verdict in said:
                return verdict
        return FlowVerdict.ALLOWED

    @property
    def blocked_by(self) -> tuple[Ruling, ...]:
        """What denies it, the first that a packet meets first; those that share the guilt follow each."""
        denying = [ruling for ruling in self.path if ruling.verdict is FlowVerdict.DENIED]
        return tuple(each for ruling in denying for each in (ruling, *ruling.also))
