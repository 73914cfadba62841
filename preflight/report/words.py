"""The report's codes in plain words, for people who run firewalls rather than clusters."""

from datetime import UTC, datetime
from typing import assert_never

from preflight.model.diagnosis import Confidence, Verdict
from preflight.model.endpoint import Cloud, Environment, Protocol, Requirement
from preflight.model.evidence import Outcome
from preflight.model.plan import Stage
from preflight.model.profile import Profile
from preflight.model.report import (
    EndpointResult,
    EvidenceLine,
    Report,
    ReportVantage,
    ReportVerdict,
)
from preflight.model.vantage import VantageKind

CONFIDENCE = {
    Confidence.CONFIRMED: "confirmed: the evidence leaves no other reading",
    Confidence.LIKELY: "likely: the evidence has one usual reading",
    Confidence.POSSIBLE: "possible: the evidence fits, and other readings remain",
}

ENVIRONMENTS = {
    Environment.AKS: "AKS",
    Environment.EKS: "EKS",
    Environment.GKE: "GKE",
    Environment.ARC: "Arc-connected cluster",
}

CLOUDS = {
    Cloud.PUBLIC: "Azure public cloud",
    Cloud.USGOV: "Azure US Government",
    Cloud.CHINA: "Azure operated by 21Vianet (China)",
}

SPOKEN = {
    Protocol.HTTPS: "HTTPS",
    Protocol.WSS: "WebSocket over TLS",
    Protocol.HTTP: "HTTP",
    Protocol.TCP: "",
    Protocol.UDP: "",
}

ACTIONS = {
    "lookup": "DNS query",
    "connect": "TCP SYN",
    "tunnel": "CONNECT to the proxy",
    "handshake": "TLS ClientHello",
    "exchange": "HTTP request",
    "datagram": "UDP datagram",
}

OUTCOMES = {
    Outcome.OK: "answered after",
    Outcome.DROPPED: "no answer within",
    Outcome.REFUSED: "refused after",
    Outcome.UNREACHABLE: "unreachable or prohibited (ICMP, or no route), after",
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

STOPPED = {
    Stage.DNS: "at DNS",
    Stage.PROXY: "at the proxy",
    Stage.TCP: "at TCP",
    Stage.TLS: "at TLS",
    Stage.HTTP: "at HTTP",
}


def headline(report: Report) -> str:
    """Return what the verdict means, in one or two sentences."""
    interrupted = " The run was interrupted: this is what was known until then."
    return f"{_meaning(report)}{interrupted if report.interrupted else ''}"


def _meaning(report: Report) -> str:
    required = [e for e in report.endpoints if e.requirement is Requirement.REQUIRED]
    counted = [endpoint for endpoint in required if endpoint.waived is None]
    whole = (
        "required endpoint that is not waived"
        if len(counted) < len(required)
        else "required endpoint"
    )
    match report.verdict:
        case ReportVerdict.PASS:
            return f"Every {whole} can be reached from here."
        case ReportVerdict.DEGRADED:
            return f"Every {whole} can be reached from here; see the remarks below."
        case ReportVerdict.BLOCKED:
            return f"{_share(counted, {Verdict.BLOCKED})} cannot be reached from here."
        case ReportVerdict.INCONCLUSIVE if not report.endpoints:
            return "There was no endpoint to probe."
        case ReportVerdict.INCONCLUSIVE:
            share = _share(counted, {Verdict.INCONCLUSIVE, Verdict.SKIPPED})
            return f"Nothing required is blocked for certain, but {share} could not be measured."
        case unexpected:
            assert_never(unexpected)


def _share(required: list[EndpointResult], verdicts: set[Verdict]) -> str:
    stated = sum(endpoint.verdict in verdicts for endpoint in required)
    return f"{stated} of {len(required)} required endpoint{'' if len(required) == 1 else 's'}"


def tally(report: Report) -> str:
    """Return the counts, leaving out what is none, as in `15 in all: 12 reachable, 3 blocked (1 waived)`."""
    counts = report.counts
    named = {verdict: getattr(counts, verdict.value) for verdict in Verdict}
    parts = ", ".join(f"{number} {verdict.value}" for verdict, number in named.items() if number)
    waived = sum(endpoint.waived is not None for endpoint in report.endpoints)
    text = f"{counts.total} in all: {parts}" if parts else "none"
    return f"{text} ({waived} waived)" if waived else text


def about_profile(profile: Profile) -> str:
    """Return the profile in one line; holds what the user typed."""
    environment = (
        ENVIRONMENTS[profile.environment] if profile.environment else "endpoints named by hand"
    )
    parts = [environment, CLOUDS[profile.cloud]]
    if profile.region:
        parts.append(f"region {profile.region}")
    if profile.workspace_id:
        parts.append(f"workspace {profile.workspace_id}")
    if profile.components:
        parts.append(f"only {', '.join(profile.components)}")
    return ", ".join([*parts, f"catalogue of {profile.catalog_version.isoformat()}"])


def about_vantage(vantage: ReportVantage) -> str:
    """Return where it was seen from in one line, own addresses included; holds names the host gave itself."""
    node = f", node {vantage.node}" if vantage.node else ""
    return f"{_place(vantage)}{node}, {own_addresses(vantage)}"


def _place(vantage: ReportVantage) -> str:
    match vantage.kind:
        case VantageKind.LOCAL:
            return f"host {vantage.host}"
        case VantageKind.POD:
            return f"pod {_pod(vantage)}, in the cluster's pod network"
        case VantageKind.HOST_NETWORK_POD:
            return f"pod {_pod(vantage)}, in its node's own network"
        case unexpected:
            assert_never(unexpected)


def _pod(vantage: ReportVantage) -> str:
    name = vantage.pod or vantage.host
    return f"{vantage.namespace}/{name}" if vantage.namespace else name


def own_addresses(vantage: ReportVantage) -> str:
    """Return the addresses from which packets leave, or that they are not known."""
    return ", ".join(str(address) for address in vantage.addresses) or "own address unknown"


def target(endpoint: EndpointResult) -> str:
    """Return `host:port`, with brackets around IPv6 and `/UDP` where it is not TCP."""
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return f"{host}:{endpoint.port}{'/UDP' if endpoint.protocol is Protocol.UDP else ''}"


def transport(protocol: Protocol) -> str:
    """Return what a firewall rule calls it."""
    return "UDP" if protocol is Protocol.UDP else "TCP"


def ended(endpoint: EndpointResult) -> str:
    """Return the verdict and where it stopped, as in `blocked at TLS`."""
    where = f" {STOPPED[endpoint.stage]}" if endpoint.stage else ""
    return f"{endpoint.verdict.value}{where}"


def happened(line: EvidenceLine) -> str:
    """Return an observation in words; an action or outcome of a newer version is named as it is."""
    action = ACTIONS.get(line.action, line.action)
    outcome = OUTCOMES.get(line.outcome, f"{line.outcome} after")  # type: ignore[call-overload]  # StrEnum keys equal their text
    return f"{action}: {outcome} {lasted(line.elapsed)}"


def packets(lines: tuple[EvidenceLine, ...], limit: int) -> tuple[EvidenceLine, ...]:
    """Return the observations to look for in a firewall's log, at most `limit`: failed ones first, one per destination."""
    sent = [line for line in lines if line.destination]
    failed = [line for line in sent if line.outcome != Outcome.OK]
    chosen = {line.destination: line for line in failed or sent[-limit:]}
    return tuple(chosen.values())[:limit]


def moment(at: datetime) -> str:
    """Return an instant for people, in UTC to the millisecond, without the zone's name."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")


def lasted(seconds: float) -> str:
    """Return a duration with its unit: `<1 ms`, `23 ms`, `5.0 s`."""
    if seconds < 0.001:
        return "<1 ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"
