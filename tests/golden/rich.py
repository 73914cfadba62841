"""One report with everything a renderer can meet."""

from datetime import UTC, datetime
from ipaddress import ip_address

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Protocol, Requirement
from preflight.model.plan import Stage
from preflight.model.report import Allow, BlockedBy, Engine, Report, Timings, TlsResult
from preflight.model.search import LogKind, LogQuery, QueryLanguage
from preflight.model.vantage import VantageKind
from tests.report.builders import (
    HOSTILE,
    PROXY,
    dns,
    endpoint,
    finding,
    looked_up,
    observed,
    reached,
    report,
    searched,
    skipped,
    stopped,
    unmeasured,
    vantage,
    waived,
)

INTERCEPTOR = TlsResult(
    version="TLSv1.2",
    cipher="ECDHE-RSA-AES256-GCM-SHA384",
    subject="CN=login.microsoftonline.com",
    issuer=f"CN=Inspection {HOSTILE}, O=株式会社例",
    not_before=datetime(2026, 11, 23, tzinfo=UTC),
    not_after=datetime(2026, 12, 23, tzinfo=UTC),
    trusted=False,
)

SENSOR = endpoint()
ODS = stopped(
    "mdc-legacy-ods-public",
    "0f8fad5b-d9cb-469f-a165-70867728950e.ods.opinsights.azure.com",
    Stage.TLS,
    Cause.TLS_RESET,
    "reset",
    fqdn="*.ods.opinsights.azure.com",
)
OMS = stopped(
    "mdc-legacy-oms-public",
    "0f8fad5b-d9cb-469f-a165-70867728950e.oms.opinsights.azure.com",
    Stage.TLS,
    Cause.TLS_RESET,
    "reset",
    fqdn="*.oms.opinsights.azure.com",
    requirement=Requirement.CONDITIONAL,
)
LOGIN = stopped(
    "mdc-login-public",
    "login.microsoftonline.com",
    Stage.TLS,
    Cause.TLS_INTERCEPTED,
    "untrusted",
    tls=INTERCEPTOR,
    explanation=f"The certificate was issued by {HOSTILE!r}.",
    findings=("F2",),
)
IMAGES = endpoint(
    "mcr-rest",
    fqdn="mcr.microsoft.com",
    host="mcr.microsoft.com",
    component="image-pull",
    verdict=Verdict.DEGRADED,
    stage=Stage.TCP,
    cause=Cause.PATH_IPV6_BROKEN,
    explanation="IPv6 fails where IPv4 works.",
    dns=dns("20.50.1.9", "2001:db8::9"),
    addresses=(
        reached("20.50.1.9"),
        reached(
            "2001:db8::9",
            verdict=Verdict.BLOCKED,
            stage=Stage.TCP,
            cause=Cause.TCP_DROPPED,
            timings=Timings(),
        ),
    ),
    findings=("F3",),
)
LAYERS = stopped(
    "mcr-data",
    "westeurope.data.mcr.microsoft.com",
    Stage.DNS,
    Cause.DNS_NXDOMAIN,
    "nxdomain",
    fqdn="*.data.mcr.microsoft.com",
    component="image-pull",
    findings=("F4",),
)
BY_PROXY = endpoint(
    "arc-arm-public",
    fqdn="management.azure.com",
    host="management.azure.com",
    component="arc-agents",
    evidence=(
        observed(Stage.PROXY, "connect", after=1, destination="10.1.0.9:3128", elapsed=0.002),
        observed(Stage.PROXY, "tunnel", after=3, destination="10.1.0.9:3128", elapsed=0.0175),
    ),
    addresses=(reached("10.1.0.9", timings=Timings(tls=0.04, http=0.0004)),),
)
TIME = unmeasured(
    "aks-ntp",
    "ntp.ubuntu.com",
    port=123,
    protocol=Protocol.UDP,
    component="aks-base",
    evidence=(
        looked_up("ntp.ubuntu.com"),
        observed(Stage.TCP, "datagram", "dropped", destination="203.0.113.5:123", elapsed=5.0),
    ),
)
LITERAL = endpoint("2001:db8::443", host="2001:db8::443", fqdn="2001:db8::443", component="user")
HOSTILE_ENDPOINT = stopped(
    f"own-{HOSTILE}",
    "xn--bcher-kva.example",
    Stage.HTTP,
    Cause.HTTP_BLOCK_PAGE,
    "ok",
    component=HOSTILE,
    fqdn=HOSTILE,
    requirement=Requirement.OPTIONAL,
    explanation=HOSTILE,
    findings=(),
)
MIRRORED = waived(
    stopped(
        "arc-dp-public", "dp.example.test", Stage.TCP, Cause.TCP_DROPPED, "dropped", findings=()
    ),
    reason=f"not used here {HOSTILE}",
)
FOREVER = waived(skipped("arc-relay-public", component="arc-agents"), until=None)


def rich_report() -> Report:
    """Pass, degraded, blocked, inconclusive, skipped and waived, through a proxy, with hostile text in every field."""
    return report(
        SENSOR,
        ODS,
        OMS,
        LOGIN,
        IMAGES,
        LAYERS,
        BY_PROXY,
        TIME,
        LITERAL,
        HOSTILE_ENDPOINT,
        MIRRORED,
        FOREVER,
        skipped("keyvault", host="{vault}.vault.azure.net", component="keyvault-csi"),
        vantage=vantage(
            kind=VantageKind.POD,
            host="preflight-7c9d",
            node="aks-nodepool1-12345678-vmss000002",
            namespace="kube-system",
            pod="preflight-7c9d",
            addresses=(ip_address("10.244.1.17"), ip_address("2001:db8:1::17")),
            proxy=str(PROXY),
        ),
        findings=(
            finding(
                ODS,
                OMS,
                cause=Cause.TLS_RESET,
                title="The TLS handshake is reset",
                explanation="The connection opened, and a reset answered the ClientHello that carries the name. A firewall that filters"
                " by name does so: the network rule is open, and the FQDN rule is missing.",
                confidence=Confidence.LIKELY,
                blocked_by=(
                    BlockedBy(
                        engine=Engine.AZURE_FIREWALL,
                        name="hub/fw-weu",
                        rule="deny-all",
                        source=f"firewall.json {HOSTILE}",
                    ),
                ),
                allow=(
                    Allow(
                        fqdn="*.ods.opinsights.azure.com",
                        port=443,
                        protocol=Protocol.HTTPS,
                        service_tag="AzureMonitor",
                    ),
                    Allow(
                        fqdn="*.oms.opinsights.azure.com",
                        port=443,
                        protocol=Protocol.HTTPS,
                        service_tag="AzureMonitor",
                    ),
                ),
            ),
            finding(
                LOGIN,
                id_="F2",
                cause=Cause.TLS_INTERCEPTED,
                title=f"TLS is intercepted by {HOSTILE!r}",
                explanation=f"{HOSTILE} To ask for: The documented names to be exempt from inspection.",
                confidence=Confidence.CONFIRMED,
                blocked_by=(
                    BlockedBy(
                        engine=Engine.UNKNOWN,
                        name=f"Contoso Firewall {HOSTILE}",
                        rule=None,
                        source=None,
                    ),
                ),
                evidence=(
                    observed(Stage.TLS, "handshake", after=28, elapsed=0.03, detail=HOSTILE),
                    observed(Stage.TLS, HOSTILE, HOSTILE, after=90, destination=HOSTILE),
                    observed(
                        Stage.TLS, "hello", after=99, detail="control large_hello: 1800 bytes"
                    ),
                ),
                search=searched(
                    device=HOSTILE,
                    sources=(),
                    destinations=(HOSTILE, "20.50.1.9:443"),
                    names=(HOSTILE,),
                    queries=(
                        LogQuery(
                            log=LogKind.AZURE_FIREWALL_APPLICATION_RULES,
                            language=QueryLanguage.KQL,
                            query=f"```\n{HOSTILE}\n</details>",
                        ),
                    ),
                ),
            ),
            finding(
                IMAGES,
                id_="F3",
                cause=Cause.PATH_IPV6_BROKEN,
                title="IPv6 is routed here and fails",
                confidence=Confidence.POSSIBLE,
                allow=(),
                search=None,
            ),
            finding(
                LAYERS,
                id_="F4",
                cause=Cause.DNS_NXDOMAIN,
                title="The resolver denies the name",
                explanation="The name does not exist. To ask for: The name to be resolvable here.",
                blocked_by=(
                    BlockedBy(engine=Engine.DNS, name="10.0.0.10:53", rule=None, source=None),
                ),
                allow=tuple(
                    Allow(fqdn=LAYERS.fqdn, port=443, protocol=Protocol.HTTPS, service_tag=tag)
                    for tag in ("MicrosoftContainerRegistry", "AzureFrontDoor.FirstParty")
                ),
            ),
        ),
        notices=("The catalogue is 8 months old; newer endpoints may be missing.", HOSTILE),
    )
