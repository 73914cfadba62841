"""What was seen: one observation per operation, and the evidence that the observations of one check make.

Observations are a closed union. When `outcome` is `ok`, every field of an observation is known; otherwise what is not known is
None or empty. Text in them comes from the network: bounded, but never to be trusted or printed unescaped.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from preflight.model.plan import Check, Stage
from preflight.model.vantage import Address, Peer


@unique
class Outcome(StrEnum):
    """How one operation ended."""

    OK = "ok"
    # any stage
    DROPPED = "dropped"
    """Silence to the end of the step's budget."""
    REFUSED = "refused"
    """RST in answer to SYN; for a datagram, ICMP port unreachable."""
    UNREACHABLE = "unreachable"
    """ICMP unreachable or prohibited, or no route."""
    TTL_EXCEEDED = "ttl_exceeded"
    """ICMP time exceeded: a router on the way used up the packet's last hop."""
    RESET = "reset"
    """RST on an established connection."""
    CLOSED = "closed"
    """Clean end of stream (FIN) where an answer was due."""
    LOCAL = "local"
    """This host would not send: permission, or no descriptors or ports left."""
    MALFORMED = "malformed"
    """An answer that breaks its protocol."""
    TOO_LARGE = "too_large"
    """An answer beyond the bound set for it."""
    UNKNOWN = "unknown"
    """Something the classification does not know; `error` holds the class names."""
    # dns
    NXDOMAIN = "nxdomain"
    NO_DATA = "no_data"
    SERVFAIL = "servfail"
    RCODE_REFUSED = "rcode_refused"
    RCODE_OTHER = "rcode_other"
    CNAME_LOOP = "cname_loop"
    # tls
    ALERT = "alert"
    NOT_TLS = "not_tls"
    UNTRUSTED = "untrusted"
    """No chain to a trust anchor: self-signed, unknown issuer or missing intermediate."""
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NAME_MISMATCH = "name_mismatch"
    VERSION = "version"
    """No protocol version in common."""
    # proxy
    AUTH_REQUIRED = "auth_required"
    DENIED = "denied"
    UPSTREAM_FAILED = "upstream_failed"


@unique
class RecordType(StrEnum):
    """The address records asked for."""

    A = "A"
    AAAA = "AAAA"


@unique
class Transport(StrEnum):
    """How a name was looked up."""

    UDP = "udp"
    TCP = "tcp"
    HOSTS = "hosts"
    """The hosts file answered; nothing was sent."""
    LITERAL = "literal"
    """The host is an address; nothing was asked."""


Headers = tuple[tuple[str, str], ...]
"""Names in lower case, values as received (latin-1), in order; a bounded number of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the kernel knows of the bytes sent on a connection so far (TCP_INFO, tcp(7)); Linux alone tells."""

    is_acknowledged: bool
    """Whether everything sent was acknowledged: by the host, or by a device that completed TCP in its place."""
    retransmissions: int
    """Segments sent again."""
    mss: int
    """Bytes of the largest segment that is sent here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every observation has."""

    at: datetime
    """When the operation began, aware UTC."""
    stage: Stage
    source: Peer | None
    """Own address and port; None where nothing was sent or it is not known."""
    destination: Peer | None
    outcome: Outcome
    elapsed: float
    """Seconds from the operation's begin to its outcome."""
    error: str = ""
    """Raw text for people; empty when ok."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Step):
    """One question to one resolver (or to the hosts file), with all that came of it."""

    name: str
    record_type: RecordType
    transport: Transport
    rcode: str | None = None
    """As in `NOERROR` or `NXDOMAIN`; None when nothing answered."""
    chain: tuple[str, ...] = ()
    """Canonical names in the order in which the CNAMEs lead, without trailing dots; empty without CNAME."""
    addresses: tuple[Address, ...] = ()
    """In the resolver's order, duplicates removed, a bounded number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect(Step):
    """One TCP connection attempt."""

    mss: int | None = None
    """Bytes of the largest segment that was asked for; None for what the route has."""
    router: Address | None = None
    """Who sent the ICMP message that ended it; None where none came, or where this host does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tunnel(Step):
    """One CONNECT to a proxy."""

    target: str
    """`host:port` as asked."""
    status: int | None = None
    reason: str = ""
    headers: Headers = ()
    body: bytes = b""
    """First bytes of a refusal's body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is kept of one certificate. Names are RFC 4514-like text, as in `CN=example, O=Example Ltd`."""

    subject: str
    issuer: str
    subject_organization: str | None
    issuer_organization: str | None
    names: tuple[str, ...]
    """DNS names and addresses of subjectAltName, a bounded number."""
    not_before: datetime
    not_after: datetime
    sha256: str
    """Lower-case hex fingerprint of the DER form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake(Step):
    """One TLS handshake."""

    server_name: str | None
    """The SNI sent; None where the host is an address."""
    verified: bool
    """False for a look at the presented chain without judging it."""
    ignores_dates: bool = False
    """Whether a verified chain was judged without regard to its validity."""
    version: str | None = None
    """As in `TLSv1.3`."""
    cipher: str | None = None
    alpn: str | None = None
    alert: str | None = None
    """Name of the alert received, as in `unrecognized_name`."""
    verify_code: int | None = None
    """OpenSSL's X509_V_ERR number when verification failed."""
    certificates: tuple[Certificate, ...] = ()
    """Leaf first. A verified handshake keeps the leaf; a look keeps what was presented, a bounded number."""
    first_bytes: bytes = b""
    """What answered the ClientHello when it was not TLS."""
    delivery: Delivery | None = None
    """Of what was sent, where the peer stayed silent; None where it answered or the kernel does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange(Step):
    """One HTTP/1.1 request and the head of its answer."""

    method: str
    path: str
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    """First bytes as sent, never decompressed."""
    delivery: Delivery | None = None
    """As of a Handshake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datagram(Step):
    """One UDP question and what came back."""

    question: str
    """What was asked, as in `NTP client request`."""
    answer: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello(Step):
    """One ClientHello, sent only to see whether anything answers; ok when TLS did, of whatever kind."""

    server_name: str | None
    size: int
    """Bytes of the ClientHello's record."""
    delivery: Delivery | None = None
    """As of a Handshake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop(Step):
    """One packet with few hops to live: ok when the destination, or a device in its place, answered it."""

    transport: Transport
    """`tcp` for a SYN, `udp` for an empty datagram."""
    ttl: int
    """Routers that it may pass, and one more (IPv4 time to live, IPv6 hop limit)."""
    router: Address | None = None
    """Who sent the ICMP message that answered; None where no ICMP came."""


PathStep = Connect | Tunnel | Handshake | Exchange | Datagram
"""The steps of a main line."""
Observation = Lookup | PathStep | Hello | Hop


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The main line at one address: its steps in order, ending with the first that was not ok."""

    address: Address
    """The host's, or the proxy's where the route leads through one."""
    steps: tuple[PathStep, ...]
    """Never empty."""

    @property
    def last(self) -> PathStep:
        """The step that decided."""
        return self.steps[-1]


@unique
class Experiment(StrEnum):
    """The follow-up experiments, each named after its module."""

    PRESENTED_CHAIN = "presented_chain"
    """The certificates, seen without verification."""
    TRUE_TIME = "true_time"
    """The chain verified but for its dates, and the time that the service states."""
    ANOTHER_NAME = "another_name"
    """Another server name of the plan, on the same address."""
    ANOTHER_ADDRESS = "another_address"
    """The same server name, on an address where another name of the plan is answered."""
    OTHER_LABEL = "other_label"
    """Another label under the same documented wildcard, on the same address."""
    LARGE_HELLO = "large_hello"
    """A ClientHello larger than one segment, beside the small one."""
    SMALL_SEGMENTS = "small_segments"
    """A handshake with small segments."""
    REPEAT = "repeat"
    """The same once more."""
    HOPS = "hops"
    """Packets with growing time to live: how far the path answers, and who does."""
    OTHER_ROUTE = "other_route"
    """The same without the proxy, or with it."""
    IMPOSSIBLE_NAME = "impossible_name"
    """Names that cannot exist, and another one that does, at the same resolver."""
    EACH_RESOLVER = "each_resolver"
    """The name at every resolver by itself, over UDP and over TCP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A follow-up experiment and what it showed."""

    name: Experiment
    address: Address | None
    """The address of the main line that it follows; None where the lookups gave reason for it."""
    observations: tuple[Observation, ...]


@unique
class Incomplete(StrEnum):
    """Why a check has less evidence than planned."""

    DEADLINE = "deadline"
    INTERRUPTED = "interrupted"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything seen for one check. What did not run is absent."""

    check: Check
    lookups: tuple[Lookup, ...]
    """Of the host, or of the proxy's name where the route leads through one; in order."""
    attempts: tuple[Attempt, ...] = ()
    """One for each address tried, in the order of the answers."""
    controls: tuple[Control, ...] = ()
    untried: int = 0
    """Addresses beyond the bound for one host."""
    incomplete: Incomplete | None = None
    error: str = ""
    """For `crashed`: the exception's class name."""

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Every observation in the order in which it began."""
        steps: list[Observation] = [*self.lookups]
        for attempt in self.attempts:
            steps.extend(attempt.steps)
        for control in self.controls:
            steps.extend(control.observations)
        return tuple(sorted(steps, key=lambda step: step.at))
