"""What an observation is called: the same words in every report and in every request for a rule."""

from preflight.model.evidence import Outcome
from preflight.model.report import EvidenceLine

ACTIONS = {
    "lookup": "DNS query",
    "connect": "TCP SYN",
    "tunnel": "CONNECT to the proxy",
    "handshake": "TLS ClientHello",
    "exchange": "HTTP request",
    "datagram": "UDP datagram",
    "hello": "TLS ClientHello",
    "hop": "packet with few hops to live",
}

OUTCOMES = {
    Outcome.OK: "answered after",
    Outcome.DROPPED: "no answer within",
    Outcome.REFUSED: "refused after",
    Outcome.UNREACHABLE: "unreachable or prohibited (ICMP, or no route), after",
    Outcome.TTL_EXCEEDED: "a router answered that the packet's hops were used up, after",
    Outcome.RESET: "connection reset (RST) after",
    Outcome.CLOSED: "connection closed (FIN) after",
    Outcome.LOCAL: "not sent by this host, after",
    Outcome.MALFORMED: "malformed answer after",
    Outcome.TOO_LARGE: "answer beyond all bounds after",
    Outcome.UNKNOWN: "failed in an unknown way after",
    Outcome.NXDOMAIN: "answered NXDOMAIN (no such name) after",
    Outcome.NO_DATA: "answered without an address (NODATA) after",
    Outcome.SERVFAIL: "answered SERVFAIL after",
    Outcome.RCODE_REFUSED: "answered REFUSED after",
    Outcome.RCODE_OTHER: "answered with an error after",
    Outcome.CNAME_LOOP: "CNAME chain without an end, after",
    Outcome.ALERT: "TLS alert after",
    Outcome.NOT_TLS: "answered with something that is not TLS, after",
    Outcome.UNTRUSTED: "certificate from an unknown issuer, after",
    Outcome.EXPIRED: "expired certificate after",
    Outcome.NOT_YET_VALID: "certificate not yet valid, after",
    Outcome.NAME_MISMATCH: "certificate for another name, after",
    Outcome.VERSION: "no TLS version in common, after",
    Outcome.AUTH_REQUIRED: "proxy asked for authentication (407) after",
    Outcome.DENIED: "proxy refused after",
    Outcome.UPSTREAM_FAILED: "proxy could not reach the destination, after",
}


def happened(line: EvidenceLine) -> str:
    """Return an observation in words; an action or outcome of a newer version is named as it is."""
    action = ACTIONS.get(line.action, line.action)
    outcome = OUTCOMES.get(line.outcome, f"{line.outcome} after")  # type: ignore[call-overload]  # StrEnum keys equal their text
    return f"{action}: {outcome} {lasted(line.elapsed)}"


def lasted(seconds: float) -> str:
    """Return a duration with its unit: `<1 ms`, `23 ms`, `5.0 s`."""
    if seconds < 0.001:
        return "<1 ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"
