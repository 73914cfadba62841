"""Reports built from model values, for the tests of codec, report and their commands."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Cloud, Environment, Protocol, Requirement
from preflight.model.plan import Stage
from preflight.model.profile import Profile
from preflight.model.report import (
    AddressResult,
    Allow,
    BlockedBy,
    DnsResult,
    EndpointResult,
    Engine,
    EvidenceLine,
    Finding,
    HttpResult,
    Report,
    ReportVantage,
    Timings,
    TlsResult,
    Waived,
)
from preflight.model.search import LogKind, LogQuery, LogSearch, QueryLanguage
from preflight.model.vantage import Credentials, Proxy, VantageKind

START = datetime(2026, 11, 23, 8, 31, 12, 345_000, tzinfo=UTC)
HOSTILE = "\x1b[31mred\x07 </td><script>alert(1)</script> \u202egnp.exe | `x` [a](http://evil.test) \r\n=1+1 \ud800\x00"
"""Terminal control, HTML, a bidirectional override, Markdown, a line break, a formula, a lone surrogate."""

USER = "svc-account"
PASSWORD = "hunter2-Pa55"  # a made-up one, to be looked for in outputs
PROXY = Proxy(
    scheme="http",
    host="proxy.corp.test",
    port=3128,
    credentials=Credentials(user=USER, password=PASSWORD),
)


def at(milliseconds: float) -> datetime:
    """An instant so long after the start."""
    return START + timedelta(milliseconds=milliseconds)


def profile(**changes: object) -> Profile:
    values = Profile(
        environment=Environment.AKS,
        cloud=Cloud.PUBLIC,
        region="westeurope",
        workspace_id="0f8fad5b-d9cb-469f-a165-70867728950e",
        components=(),
        catalog_version=date(2026, 11, 23),
    )
    return replace(values, **changes)  # type: ignore[arg-type]  # names are checked at run time


def vantage(**changes: object) -> ReportVantage:
    values = ReportVantage(
        kind=VantageKind.LOCAL,
        host="build-7",
        node=None,
        namespace=None,
        pod=None,
        addresses=(ip_address("10.1.0.4"),),
        resolvers=("10.0.0.10:53",),
        proxy=None,
    )
    return replace(values, **changes)  # type: ignore[arg-type]  # names are checked at run time


def observed(
    stage: Stage,
    action: str,
    outcome: str = "ok",
    *,
    after: float = 0,
    destination: str | None = "20.50.1.9:443",
    elapsed: float = 0.023,
    detail: str = "",
) -> EvidenceLine:
    return EvidenceLine(
        at=at(after),
        stage=stage,
        action=action,
        source="10.1.0.4:51234" if destination else None,
        destination=destination,
        outcome=outcome,
        elapsed=elapsed,
        detail=detail,
    )


def looked_up(host: str = "api.example.test", outcome: str = "ok") -> EvidenceLine:
    return observed(
        Stage.DNS,
        "lookup",
        outcome,
        destination="10.0.0.10:53",
        elapsed=0.004,
        detail=f"A {host} over UDP",
    )


def dns(*addresses: str, rcode: str | None = "NOERROR") -> DnsResult:
    return DnsResult(
        resolver="10.0.0.10:53",
        rcode=rcode,
        canonical_name="edge.example.test" if addresses else None,
        addresses=tuple(ip_address(address) for address in addresses),
        elapsed=0.004,
    )


def tls(issuer: str = "CN=Microsoft TLS G2 RSA CA OCSP 04, O=Microsoft Corporation") -> TlsResult:
    return TlsResult(
        version="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
        subject="CN=*.example.test",
        issuer=issuer,
        not_before=datetime(2026, 9, 1, tzinfo=UTC),
        not_after=datetime(2027, 3, 1, 23, 59, 59, tzinfo=UTC),
        trusted=True,
    )


def reached(
    address: str,
    *,
    verdict: Verdict = Verdict.REACHABLE,
    stage: Stage | None = None,
    cause: Cause | None = None,
    timings: Timings | None = None,
) -> AddressResult:
    return AddressResult(
        address=ip_address(address),
        verdict=verdict,
        stage=stage,
        cause=cause,
        timings=timings or Timings(tcp=0.023, tls=0.0312, http=0.0456),
    )


def endpoint(id_: str = "mdc-sensor-api-public", **changes: object) -> EndpointResult:
    """A reachable, required HTTPS endpoint."""
    values = EndpointResult(
        id=id_,
        fqdn="*.cloud.defender.microsoft.com",
        host="api.cloud.defender.microsoft.com",
        port=443,
        protocol=Protocol.HTTPS,
        component="defender-sensor",
        requirement=Requirement.REQUIRED,
        verdict=Verdict.REACHABLE,
        stage=None,
        cause=None,
        explanation="The service itself answered.",
        dns=dns("20.50.1.9"),
        addresses=(reached("20.50.1.9"),),
        tls=tls(),
        http=HttpResult(
            method="GET", path="/api/connectivity/v1/", status=204, server="Microsoft-IIS/10.0"
        ),
        evidence=(
            looked_up("api.cloud.defender.microsoft.com"),
            observed(Stage.TCP, "connect", after=5),
            observed(Stage.TLS, "handshake", after=28, elapsed=0.0312),
            observed(Stage.HTTP, "exchange", after=60, elapsed=0.0456, detail="204"),
        ),
        findings=(),
    )
    return replace(values, **changes)  # type: ignore[arg-type]  # names are checked at run time


def stopped(
    id_: str, host: str, stage: Stage, cause: Cause, outcome: str, **changes: object
) -> EndpointResult:
    """A blocked endpoint of finding F1, whose evidence ends with `outcome`."""
    action = {
        Stage.DNS: "lookup",
        Stage.PROXY: "tunnel",
        Stage.TCP: "connect",
        Stage.TLS: "handshake",
        Stage.HTTP: "exchange",
    }[stage]
    failing = observed(stage, action, outcome, after=28, elapsed=5.0)
    timings = Timings(
        tcp=0.023 if stage in {Stage.TLS, Stage.HTTP} else None,
        tls=0.0312 if stage is Stage.HTTP else None,
    )
    values: dict[str, object] = {
        "host": host,
        "fqdn": host,
        "verdict": Verdict.BLOCKED,
        "stage": stage,
        "cause": cause,
        "explanation": "It stopped there.",
        "dns": None if stage is Stage.DNS else dns("20.50.1.9"),
        "addresses": ()
        if stage is Stage.DNS
        else (
            reached(
                "20.50.1.9", verdict=Verdict.BLOCKED, stage=stage, cause=cause, timings=timings
            ),
        ),
        "tls": None,
        "http": None,
        "evidence": (looked_up(host), failing) if stage is not Stage.DNS else (failing,),
        "findings": ("F1",),
    }
    return endpoint(id_, **{**values, **changes})


def skipped(id_: str = "mdc-legacy-ods-public", **changes: object) -> EndpointResult:
    values: dict[str, object] = {
        "host": "{workspace_id}.ods.opinsights.azure.com",
        "fqdn": "*.ods.opinsights.azure.com",
        "requirement": Requirement.LEGACY,
        "verdict": Verdict.SKIPPED,
        "explanation": "The workspace id is not known; give it with --workspace-id.",
        "dns": None,
        "addresses": (),
        "tls": None,
        "http": None,
        "evidence": (),
    }
    return endpoint(id_, **{**values, **changes})


def unmeasured(
    id_: str = "time", host: str = "ntp.example.test", **changes: object
) -> EndpointResult:
    values: dict[str, object] = {
        "host": host,
        "fqdn": host,
        "verdict": Verdict.INCONCLUSIVE,
        "explanation": "Nothing answers there by design, so an open path cannot be told from a closed one.",
        "addresses": (),
        "tls": None,
        "http": None,
        "evidence": (looked_up(host),),
    }
    return endpoint(id_, **{**values, **changes})


def searched(**changes: object) -> LogSearch:
    """What to look for in a log after a SYN that stayed unanswered."""
    values = LogSearch(
        device="a network rule, network security group or network policy that drops SYNs",
        begin=START.replace(second=0, microsecond=0) - timedelta(minutes=5),
        end=START.replace(second=0, microsecond=0) + timedelta(minutes=6),
        sources=("10.1.0.4",),
        destinations=("20.50.1.9:443",),
        names=("api.example.test",),
        queries=(
            LogQuery(
                log=LogKind.AZURE_FIREWALL_NETWORK_RULES,
                language=QueryLanguage.KQL,
                query='AZFWNetworkRule\n| where DestinationIp in ("20.50.1.9")',
            ),
            LogQuery(
                log=LogKind.AWS_VPC_FLOW_LOGS,
                language=QueryLanguage.LOGS_INSIGHTS,
                query='fields @timestamp\n| filter dstAddr in ["20.50.1.9"]',
            ),
        ),
    )
    return replace(values, **changes)  # type: ignore[arg-type]  # names are checked at run time


def finding(
    *endpoints: EndpointResult, id_: str = "F1", cause: Cause = Cause.TCP_DROPPED, **changes: object
) -> Finding:
    values = Finding(
        id=id_,
        cause=cause,
        title="Connections are dropped without an answer",
        explanation="No answer came to the first packet of the connection.",
        confidence=Confidence.LIKELY,
        endpoints=tuple(one.id for one in endpoints),
        blocked_by=(BlockedBy(engine=Engine.UNKNOWN, name=None, rule=None, source=None),),
        allow=tuple(
            Allow(fqdn=one.fqdn, port=one.port, protocol=one.protocol, service_tag=None)
            for one in endpoints
        ),
        evidence=tuple(one.evidence[-1] for one in endpoints if one.evidence),
        search=searched(),
    )
    return replace(values, **changes)  # type: ignore[arg-type]  # names are checked at run time


def report(*endpoints: EndpointResult, **changes: object) -> Report:
    values = Report(
        tool_version="0.1.0",
        started_at=START,
        duration=2.345678,
        profile=profile(),
        vantage=vantage(),
        endpoints=endpoints or (endpoint(),),
        findings=(),
    )
    return replace(values, **changes)  # type: ignore[arg-type]  # names are checked at run time


def waived(
    one: EndpointResult,
    reason: str = "replaced by a mirror",
    until: date | None = date(2027, 1, 31),
) -> EndpointResult:
    return replace(one, waived=Waived(reason=reason, until=until))
