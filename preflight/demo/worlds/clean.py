"""An AKS cluster in West Europe with every egress rule in place, seen from a pod."""

from http import HTTPStatus
from ipaddress import ip_address

from preflight.demo.world import Host, Identity, Name, Page, Resolver, Site, Web, World
from preflight.model.endpoint import Environment
from preflight.model.profile import Selection
from preflight.model.vantage import Peer, Vantage, VantageKind

API_SERVER = "contoso-dns-1a2b3c4d.hcp.westeurope.azmk8s.io"
RESOLVER = Peer(address=ip_address("192.0.2.53"), port=53)

FRONT_DOOR = (ip_address("203.0.113.10"), ip_address("2001:db8:113::10"))
REGISTRY_EAST_US = (ip_address("203.0.113.21"),)
REGISTRY_WEST_US = (ip_address("203.0.113.22"),)
REGISTRY_WEST_EUROPE = (ip_address("203.0.113.23"),)
CONTENT_DELIVERY = (ip_address("203.0.113.40"),)
UBUNTU = (ip_address("203.0.113.80"),)
SIGN_IN = (ip_address("198.51.100.30"), ip_address("198.51.100.31"))
RESOURCE_MANAGER = (ip_address("198.51.100.40"),)
POLICY_STORE = (ip_address("198.51.100.50"),)
TELEMETRY = (ip_address("198.51.100.60"),)
CONTROL_PLANE = (ip_address("198.51.100.90"),)

BAD_REQUEST = Page(status=HTTPStatus.BAD_REQUEST)
NOT_FOUND = Page(status=HTTPStatus.NOT_FOUND)
UNAUTHORIZED = Page(status=HTTPStatus.UNAUTHORIZED)
REGISTRY = Page(headers=(("Docker-Distribution-Api-Version", "registry/2.0"),), body="{}")
SIGNED_OUT = Page(status=HTTPStatus.FOUND, headers=(("Location", "/login"),))
MIRROR = Page(headers=(("Server", "Apache/2.4.58 (Ubuntu)"),), body="<title>Ubuntu</title>")

HOSTS = (
    Host(
        addresses=FRONT_DOOR,
        round_trip=0.011,
        services=(
            Web(
                sites=(
                    Site(name="api.cloud.defender.microsoft.com"),
                    Site(name="mcr.microsoft.com", page=REGISTRY),
                    Site(name="packages.aks.azure.com", page=NOT_FOUND),
                )
            ),
        ),
    ),
    Host(
        addresses=REGISTRY_EAST_US,
        round_trip=0.086,
        services=(Web(sites=(Site(name="eastus.data.mcr.microsoft.com", page=BAD_REQUEST),)),),
    ),
    Host(
        addresses=REGISTRY_WEST_US,
        round_trip=0.142,
        services=(Web(sites=(Site(name="westus2.data.mcr.microsoft.com", page=BAD_REQUEST),)),),
    ),
    Host(
        addresses=REGISTRY_WEST_EUROPE,
        round_trip=0.008,
        services=(Web(sites=(Site(name="westeurope.data.mcr.microsoft.com", page=BAD_REQUEST),)),),
    ),
    Host(
        addresses=CONTENT_DELIVERY,
        round_trip=0.012,
        services=(
            Web(
                sites=(
                    Site(name="packages.microsoft.com"),
                    Site(
                        name="acs-mirror.azureedge.net",
                        page=BAD_REQUEST,
                        identity=Identity.DIGICERT,
                    ),
                )
            ),
        ),
    ),
    Host(
        addresses=SIGN_IN,
        round_trip=0.014,
        services=(
            Web(
                sites=(
                    Site(
                        name="login.microsoftonline.com",
                        page=SIGNED_OUT,
                        identity=Identity.DIGICERT,
                    ),
                    Site(name="login.windows.net", page=SIGNED_OUT, identity=Identity.DIGICERT),
                )
            ),
        ),
    ),
    Host(
        addresses=RESOURCE_MANAGER,
        round_trip=0.013,
        services=(Web(sites=(Site(name="management.azure.com", page=NOT_FOUND),)),),
    ),
    Host(
        addresses=POLICY_STORE,
        round_trip=0.017,
        services=(
            Web(
                sites=(
                    Site(name="data.policy.core.windows.net", page=BAD_REQUEST),
                    Site(name="store.policy.core.windows.net", page=BAD_REQUEST),
                )
            ),
        ),
    ),
    Host(
        addresses=TELEMETRY,
        round_trip=0.016,
        services=(Web(sites=(Site(name="dc.services.visualstudio.com", page=NOT_FOUND),)),),
    ),
    Host(
        addresses=UBUNTU,
        round_trip=0.021,
        services=(
            Web(
                sites=(
                    Site(name="snapshot.ubuntu.com", page=MIRROR, identity=Identity.LETS_ENCRYPT),
                )
            ),
            Web(
                port=80,
                is_encrypted=False,
                sites=(
                    Site(name="security.ubuntu.com", page=MIRROR),
                    Site(name="azure.archive.ubuntu.com", page=MIRROR),
                    Site(name="changelogs.ubuntu.com", page=MIRROR),
                ),
            ),
        ),
    ),
    Host(
        addresses=CONTROL_PLANE,
        round_trip=0.006,
        services=(
            Web(sites=(Site(name=API_SERVER, page=UNAUTHORIZED, identity=Identity.CLUSTER),)),
        ),
    ),
)

NAMES = (
    Name(
        name="api.cloud.defender.microsoft.com",
        chain=("front-door.example.net",),
        addresses=FRONT_DOOR,
    ),
    Name(name="mcr.microsoft.com", chain=("front-door.example.net",), addresses=FRONT_DOOR),
    Name(name="packages.aks.azure.com", chain=("front-door.example.net",), addresses=FRONT_DOOR),
    Name(name="eastus.data.mcr.microsoft.com", addresses=REGISTRY_EAST_US),
    Name(name="westus2.data.mcr.microsoft.com", addresses=REGISTRY_WEST_US),
    Name(name="westeurope.data.mcr.microsoft.com", addresses=REGISTRY_WEST_EUROPE),
    Name(name="packages.microsoft.com", addresses=CONTENT_DELIVERY),
    Name(name="acs-mirror.azureedge.net", addresses=CONTENT_DELIVERY),
    Name(name="login.microsoftonline.com", chain=("sign-in.example.net",), addresses=SIGN_IN),
    Name(name="login.windows.net", chain=("sign-in.example.net",), addresses=SIGN_IN),
    Name(name="management.azure.com", addresses=RESOURCE_MANAGER),
    Name(name="data.policy.core.windows.net", addresses=POLICY_STORE),
    Name(name="store.policy.core.windows.net", addresses=POLICY_STORE),
    Name(name="dc.services.visualstudio.com", addresses=TELEMETRY),
    Name(name="snapshot.ubuntu.com", addresses=UBUNTU),
    Name(name="security.ubuntu.com", addresses=UBUNTU),
    Name(name="azure.archive.ubuntu.com", addresses=UBUNTU),
    Name(name="changelogs.ubuntu.com", addresses=UBUNTU),
    Name(name=API_SERVER, addresses=CONTROL_PLANE),
)

CLEAN = World(
    title="an AKS cluster with every egress rule in place",
    vantage=Vantage(
        kind=VantageKind.POD,
        host="defender-preflight-demo",
        node="aks-nodepool1-12345678-vmss000000",
        namespace="kube-system",
        pod="defender-preflight-demo",
        addresses=(ip_address("192.0.2.17"), ip_address("2001:db8:2::17")),
        resolvers=(RESOLVER,),
    ),
    selection=Selection(
        environment=Environment.AKS,
        sensor_version=(0, 10, 36),
        values=(("region", "westeurope"), ("api_server_fqdn", API_SERVER)),
    ),
    resolvers=(Resolver(peer=RESOLVER, names=NAMES),),
    hosts=HOSTS,
)
