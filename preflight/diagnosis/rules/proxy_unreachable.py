"""proxy.unreachable: the proxy cannot be reached.

Seen: The proxy's name does not resolve, or no connection to its port comes about, so that nothing could be asked of it.

Means: The proxy setting is wrong, the proxy is down, or the way from here to the proxy is closed: another network, a network policy,
or a firewall between. Nothing is known of the endpoints behind it, but the same is tried
once without the proxy, to say whether there is another way out.

Ask for: TCP from this source to the proxy's address and port named here; and a check of the proxy setting.

Confidence: that of the nested cause: confirmed for NXDOMAIN, RST or ICMP, likely for silence.

Example:
    lookup 10.244.1.7:50001 -> 10.0.0.10:53 udp A proxy.contoso.example: ok 10.0.0.20
    connect 10.244.1.7:40001 -> 10.0.0.20:3128: dropped after 5.0 s
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.lookups import found, replies, resolvers_of
from preflight.diagnosis.quote import plain
from preflight.diagnosis.steps import is_short_of_proxy
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Connect, Handshake, Outcome

SILENT = "dns.query_dropped"
NAME = {
    Outcome.NXDOMAIN: "dns.nxdomain",
    Outcome.SERVFAIL: "dns.servfail",
    Outcome.RCODE_REFUSED: "dns.refused",
    Outcome.NO_DATA: "dns.no_data",
}
"""The nested cause by what the resolvers said of the proxy's name."""
CONNECT = {
    Outcome.DROPPED: "tcp.dropped",
    Outcome.REFUSED: "tcp.refused",
    Outcome.UNREACHABLE: "tcp.unreachable",
}
HANDSHAKE = {
    Outcome.RESET: "tls.reset",
    Outcome.DROPPED: "tls.dropped",
    Outcome.CLOSED: "tls.closed",
    Outcome.ALERT: "tls.alert",
    Outcome.UNTRUSTED: "tls.untrusted",
    Outcome.EXPIRED: "tls.expired",
    Outcome.NOT_YET_VALID: "tls.expired",
    Outcome.NAME_MISMATCH: "tls.name_mismatch",
    Outcome.VERSION: "tls.version",
    Outcome.NOT_TLS: "tls.not_tls",
}
"""The nested cause by how TLS with the proxy itself ended."""


def explain_name(case: Case) -> Diagnosis | None:
    """Speak when the resolvers gave no address for the proxy's name."""
    given = replies(case.evidence)
    if case.proxy is None or not given or found(case.evidence):
        return None
    outcome = next((reply.outcome for reply in reversed(given) if reply.outcome is not None), None)
    is_down = not case.surroundings.has_resolver
    nested = (
        "dns.resolver_unreachable" if is_down else NAME.get(outcome, "dns") if outcome else SILENT
    )
    return blocked(
        Cause.PROXY_UNREACHABLE,
        Confidence.CONFIRMED if outcome in NAME else Confidence.LIKELY,
        f"The name of the proxy {plain(str(case.proxy))} does not resolve at {resolvers_of(given)} ({nested}).",
        *case.evidence.lookups,
        scope=str(case.proxy),
    )


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the attempt ended before the proxy could be asked."""
    last = attempt.last
    nested = _nested(last) if isinstance(last, Connect | Handshake) else None
    if case.proxy is None or nested is None or not is_short_of_proxy(attempt, case):
        return None
    return blocked(
        Cause.PROXY_UNREACHABLE,
        Confidence.LIKELY if last.outcome is Outcome.DROPPED else Confidence.CONFIRMED,
        f"The proxy {plain(str(case.proxy))} cannot be reached at {last.destination or attempt.address} ({nested}).",
        *attempt.steps,
        scope=str(case.proxy),
    )


def _nested(step: Connect | Handshake) -> str | None:
    return (CONNECT if isinstance(step, Connect) else HANDSHAKE).get(step.outcome)
