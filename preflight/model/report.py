"""The report of the contract, as values; `codec` is its only serialiser."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, unique

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Protocol, Requirement
from preflight.model.plan import Stage
from preflight.model.profile import Profile
from preflight.model.search import LogSearch
from preflight.model.vantage import Address, VantageKind


@unique
class Engine(StrEnum):
    """Who blocks, as the contract names it."""

    KUBERNETES_NETWORK_POLICY = "kubernetes-network-policy"
    CLUSTER_NETWORK_POLICY = "cluster-network-policy"
    CILIUM = "cilium"
    CALICO = "calico"
    ISTIO = "istio"
    AZURE_NSG = "azure-nsg"
    AZURE_ROUTE = "azure-route"
    AZURE_FIREWALL = "azure-firewall"
    AWS_SECURITY_GROUP = "aws-security-group"
    AWS_NETWORK_ACL = "aws-network-acl"
    AWS_NETWORK_FIREWALL = "aws-network-firewall"
    GCP_FIREWALL = "gcp-firewall"
    SQUID = "squid"
    PROXY = "proxy"
    DNS = "dns"
    UNKNOWN = "unknown"


@unique
class ReportVerdict(StrEnum):
    """What is said of the whole run."""

    PASS = "pass"  # noqa: S105 - no password
    DEGRADED = "degraded"
    BLOCKED = "blocked"
    INCONCLUSIVE = "inconclusive"


CONTROL = "control "
"""Begins the detail of a line that a follow-up experiment saw; the experiment's name comes next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One observation as the report shows it."""

    at: datetime
    stage: Stage
    action: str
    """The operation: lookup, connect, tunnel, handshake, exchange or datagram; of an experiment also hello or hop."""
    source: str | None
    """`ip:port`, None where nothing was sent."""
    destination: str | None
    outcome: str
    elapsed: float
    """Seconds."""
    detail: str
    """One line for people, already free of control characters and credentials."""

    @property
    def is_control(self) -> bool:
        """Whether a follow-up experiment saw it, rather than the main line."""
        return self.detail.startswith(CONTROL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Seconds that each step took; None where it did not run or did not end."""

    tcp: float | None = None
    tls: float | None = None
    http: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressResult:
    """What was found at one address; through a proxy it is the proxy's."""

    address: Address
    verdict: Verdict
    stage: Stage | None
    cause: Cause | None
    timings: Timings


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsResult:
    """What the name led to."""

    resolver: str | None
    """The one that decided, `ip:port`; `hosts file`; None when none answered."""
    rcode: str | None
    canonical_name: str | None
    """Where the CNAME chain ended, when there was one."""
    addresses: tuple[Address, ...]
    elapsed: float
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsResult:
    """What the decisive handshake showed."""

    version: str | None
    cipher: str | None
    subject: str | None
    issuer: str | None
    not_before: datetime | None
    not_after: datetime | None
    trusted: bool | None
    """Whether this host's trust store vouches for the chain; None when it was not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResult:
    """What the request was answered with."""

    method: str
    path: str
    status: int
    server: str | None
    """The `Server` header, when sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """Why a failure of this endpoint does not count."""

    reason: str
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointResult:
    """One row of the report."""

    id: str
    fqdn: str
    host: str
    port: int
    protocol: Protocol
    component: str
    requirement: Requirement
    verdict: Verdict
    stage: Stage | None
    cause: Cause | None
    explanation: str
    dns: DnsResult | None
    addresses: tuple[AddressResult, ...]
    tls: TlsResult | None
    http: HttpResult | None
    evidence: tuple[EvidenceLine, ...]
    findings: tuple[str, ...]
    """Ids of the findings that name it."""
    waived: Waived | None = None

    @property
    def main_line(self) -> tuple[EvidenceLine, ...]:
        """The evidence without what follow-up experiments saw, which may have gone another way."""
        return tuple(line for line in self.evidence if not line.is_control)


NO_RULE_MATCHES = "no rule matches, denied by default"
NO_EGRESS_RULES = "it has no egress rule at all"
"""What stands for a rule where none is at fault by itself."""

OF_PODS = frozenset(
    {
        Engine.KUBERNETES_NETWORK_POLICY,
        Engine.CLUSTER_NETWORK_POLICY,
        Engine.CILIUM,
        Engine.CALICO,
        Engine.ISTIO,
    }
)
"""Engines whose rules bind pods, and not the node that they run on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedBy:
    """Whose rule it is, as far as known."""

    engine: Engine
    name: str | None
    rule: str | None
    source: str | None
    """Where the rule stands: `file:line`, or a cluster's context."""
    confidence: Confidence | None = None
    """How sure it is that this very rule blocks, where rules were compared with what was measured; None where the evidence alone speaks."""

    @property
    def is_suspected(self) -> bool:
        """Whether only the way it stops speaks for it: a network policy, of which none is named."""
        return self.engine is Engine.KUBERNETES_NETWORK_POLICY and not (self.name or self.rule)

    @property
    def is_by_default(self) -> bool:
        """Whether no rule of the object is at fault by itself: `rule` then says in words why it denies."""
        return self.rule in (NO_RULE_MATCHES, NO_EGRESS_RULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """A rule that opens the path."""

    fqdn: str
    port: int
    protocol: Protocol
    service_tag: str | None


ASK_FOR = "To ask for: "
"""Begins the last part of a finding's explanation: what to ask of the people who can mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One cause in one scope, and everything it stops."""

    id: str
    """`F1`, `F2`, … in the order of the report."""
    cause: Cause
    title: str
    explanation: str
    confidence: Confidence
    endpoints: tuple[str, ...]
    blocked_by: tuple[BlockedBy, ...]
    allow: tuple[Allow, ...]
    evidence: tuple[EvidenceLine, ...]
    search: LogSearch | None = None
    """None where no log would hold anything: nothing was sent, or nobody's rule is the cause."""

    @property
    def account(self) -> str:
        """The explanation without what to ask for: what was seen, and what it means."""
        head, mark, tail = self.explanation.rpartition(ASK_FOR)
        return head.rstrip() if mark else tail

    @property
    def ask_for(self) -> str:
        """What to ask of the people who can mend it; empty when the explanation does not say."""
        _, mark, tail = self.explanation.rpartition(ASK_FOR)
        return tail if mark else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportVantage:
    """The part of a vantage that the report states; no credentials can be in it."""

    kind: VantageKind
    host: str
    node: str | None
    namespace: str | None
    pod: str | None
    addresses: tuple[Address, ...]
    resolvers: tuple[str, ...]
    """`ip:port` each."""
    proxy: str | None
    """URL without credentials."""
    context: str | None = None
    """The cluster as the kubeconfig names it; only whoever ran the check there knows it."""
    pool: str | None = None
    """The node's pool; only whoever asked the cluster knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many endpoints ended how; they add up to `total`."""

    total: int
    reachable: int
    degraded: int
    blocked: int
    inconclusive: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run from one vantage."""

    tool_version: str
    started_at: datetime
    duration: float
    """Seconds."""
    profile: Profile
    vantage: ReportVantage
    endpoints: tuple[EndpointResult, ...]
    findings: tuple[Finding, ...]
    notices: tuple[str, ...] = ()
    """Remarks about the profile: a stale catalogue, a retired cloud, an unknown sensor version."""
    interrupted: bool = False
    """True when the run was stopped; what was measured until then is here."""

    @property
    def counts(self) -> Counts:
        """Counts over every endpoint, waived ones included."""
        seen = Counter(endpoint.verdict for endpoint in self.endpoints)
        return Counts(
            total=len(self.endpoints),
            reachable=seen[Verdict.REACHABLE],
            degraded=seen[Verdict.DEGRADED],
            blocked=seen[Verdict.BLOCKED],
            inconclusive=seen[Verdict.INCONCLUSIVE],
            skipped=seen[Verdict.SKIPPED],
        )

    @property
    def verdict(self) -> ReportVerdict:
        """The run's verdict: waived endpoints do not count, and what was not measured is never a pass."""
        judged = [endpoint for endpoint in self.endpoints if endpoint.waived is None]
        required = {e.verdict for e in judged if e.requirement is Requirement.REQUIRED}
        if Verdict.BLOCKED in required:
            return ReportVerdict.BLOCKED
        if (
            self.interrupted
            or all(e.verdict is Verdict.SKIPPED for e in self.endpoints)
            or required & {Verdict.INCONCLUSIVE, Verdict.SKIPPED}
        ):
            return ReportVerdict.INCONCLUSIVE
        if any(e.verdict in {Verdict.DEGRADED, Verdict.BLOCKED} for e in judged):
            return ReportVerdict.DEGRADED
        return ReportVerdict.PASS
