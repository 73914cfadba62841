"""Rules and requests for the tests of allow."""

from dataclasses import replace
from datetime import date
from ipaddress import ip_address

from preflight.model.endpoint import Cloud, Endpoint, Environment, Protocol, Requirement, Source
from preflight.model.profile import Profile
from preflight.model.request import Inspection, Pods, Request, Rule
from preflight.model.vantage import Address

PODS = Pods(namespace="kube-system", labels=(("app", "defender"),))
"""Named by the user, so that every rule but the nodes' own is theirs."""
PROFILE = Profile(
    environment=Environment.AKS,
    cloud=Cloud.PUBLIC,
    region="westeurope",
    workspace_id=None,
    components=(),
    catalog_version=date(2026, 11, 23),
)


def addresses(*texts: str) -> tuple[Address, ...]:
    return tuple(ip_address(text) for text in texts)


def rule(fqdn: str = "api.example.com", port: int = 443, **changes: object) -> Rule:
    """A required HTTPS rule."""
    values = Rule(
        fqdn=fqdn,
        port=port,
        protocol=Protocol.HTTPS,
        requirement=Requirement.REQUIRED,
        purposes=("Sign-in",),
        components=("defender-sensor",),
        sources=("https://learn.example.com/page",),
    )
    return replace(values, **changes)  # type: ignore[arg-type]  # names are checked at run time


def request(*rules: Rule, **changes: object) -> Request:
    values = Request(
        name="defender",
        rules=rules,
        source=("10.240.0.0/16", "10.241.0.0/16"),
        pods=PODS,
        profile=PROFILE,
    )
    return replace(values, **changes)  # type: ignore[arg-type]  # names are checked at run time


def endpoint(fqdn: str = "api.example.com", host: str = "", **changes: object) -> Endpoint:
    """A required HTTPS endpoint of the sensor."""
    values = Endpoint(
        id="an-entry",
        fqdn=fqdn,
        host=host or fqdn,
        port=443,
        protocol=Protocol.HTTPS,
        component="defender-sensor",
        requirement=Requirement.REQUIRED,
        purpose="Sign-in",
        sources=(
            Source(key="page", title="Page", url="https://learn.example.com/page", dated="2026"),
        ),
    )
    return replace(values, **changes)  # type: ignore[arg-type]  # names are checked at run time


SENSOR = rule(
    "*.cloud.defender.microsoft.com",
    hosts=("api.cloud.defender.microsoft.com",),
    depth=1,
    addresses=addresses("203.0.113.10", "2001:db8:113::10"),
    purposes=("Sensor backend: sign-in, and what the sensor sees at runtime",),
    inspection=Inspection.BYPASS,
    covers=("data.cloud.defender.microsoft.com",),
)
DEEP = rule(
    "*.ingest.monitor.azure.com",
    depth=3,
    requirement=Requirement.OPTIONAL,
    components=("monitor",),
    service_tags=("AzureMonitor",),
    purposes=("Data collection endpoint for logs",),
    inspection=Inspection.BYPASS,
)
RELAY = rule(
    "*.servicebus.windows.net",
    components=("arc-agents",),
    requirement=Requirement.CONDITIONAL,
    purposes=("Cluster connect",),
    is_websocket=True,
)
PARTIAL = rule(
    "md-*.blob.storage.azure.net",
    requirement=Requirement.OPTIONAL,
    components=("aks-base",),
    service_tags=("Storage",),
    purposes=("Managed disks, internally",),
)
IMAGES = rule(
    "mcr.microsoft.com",
    components=("image-pull",),
    service_tags=("MicrosoftContainerRegistry", "AzureFrontDoor.FirstParty"),
    purposes=("Registry API",),
)
LOGIN = rule(
    "login.microsoftonline.com",
    components=("aks-base", "defender-sensor"),
    addresses=addresses("198.51.100.30"),
    service_tags=("AzureActiveDirectory",),
    purposes=("Sign-in with Microsoft Entra",),
)
ODD_PORT = rule("relay.example.com", 8443, components=("user",), purposes=())
LITERAL = rule(
    "203.0.113.99", components=("aks-base",), purposes=("API server, known by its address",)
)
UPDATES = rule(
    "security.ubuntu.com",
    80,
    protocol=Protocol.HTTP,
    components=("aks-base",),
    inspection=Inspection.NOT_TLS,
    purposes=("Security updates of Linux nodes",),
)
TUNNEL = rule(
    "tunnel.example.com",
    9000,
    protocol=Protocol.TCP,
    components=("aks-base",),
    service_tags=("AzureCloud.westeurope",),
    inspection=Inspection.NOT_TLS,
    purposes=("Tunnel from the nodes to the control plane",),
)
TIME = rule(
    "ntp.ubuntu.com",
    123,
    protocol=Protocol.UDP,
    components=("aks-base",),
    addresses=addresses("203.0.113.123"),
    inspection=Inspection.NOT_TLS,
    purposes=("Nodes set their clocks",),
)
MIXED = (
    SENSOR,
    DEEP,
    RELAY,
    PARTIAL,
    IMAGES,
    LOGIN,
    LITERAL,
    ODD_PORT,
    UPDATES,
    TUNNEL,
    TIME,
)
"""Every kind of rule that there is."""
