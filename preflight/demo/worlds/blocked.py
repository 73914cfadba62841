"""The same cluster behind a firewall, a resolver policy and a proxy, each of which was set up a little too tightly.

- The firewall's application rules forgot the sensor's own name: it resets the connection once it has read it (`tls.sni_reset`).
- A network rule knows the registry's data hosts of two regions, and drops the third without a word (`tcp.dropped`).
- TLS inspection was not switched off for signing in (`tls.intercepted`).
- The resolver's policy denies a content delivery domain (`dns.nxdomain`).
- NO_PROXY forgot two names; they go to the proxy, which lets one pass and refuses the other (`proxy.denied`).
"""

from dataclasses import replace
from http import HTTPStatus
from ipaddress import ip_address

from preflight.demo.world import (
    ForwardProxy,
    Interceptor,
    Name,
    NameFilter,
    PacketFilter,
    Page,
    Resolver,
)
from preflight.demo.worlds.clean import CLEAN, NAMES, REGISTRY_WEST_EUROPE, RESOLVER
from preflight.model.vantage import Peer, Proxy

DENIED_NAME = "acs-mirror.azureedge.net"
PROXY_NAME = "proxy.contoso.example"
PROXY = Peer(address=ip_address("192.0.2.128"), port=3128)
EXPLICIT = Proxy(scheme="http", host=PROXY_NAME, port=PROXY.port)
NO_PROXY = (
    ".microsoft.com",
    ".microsoftonline.com",
    "management.azure.com",
    ".azureedge.net",
    ".azmk8s.io",
    ".windows.net",
    ".ubuntu.com",
)
REFUSED = Page(
    status=HTTPStatus.FORBIDDEN,
    headers=(("Server", "Contoso-Proxy"), ("Via", "1.1 proxy.contoso.example")),
    body="Access denied by the proxy's access list.",
)

BLOCKED = replace(
    CLEAN,
    title="an AKS cluster that is blocked in five ways",
    vantage=replace(CLEAN.vantage, http_proxy=EXPLICIT, https_proxy=EXPLICIT, no_proxy=NO_PROXY),
    resolvers=(
        Resolver(
            peer=RESOLVER,
            names=(
                *(known for known in NAMES if known.name != DENIED_NAME),
                Name(name=PROXY_NAME, addresses=(PROXY.address,)),
            ),
        ),
    ),
    middleboxes=(
        PacketFilter(addresses=REGISTRY_WEST_EUROPE),
        NameFilter(blocked=("api.cloud.defender.microsoft.com",)),
        Interceptor(names=("login.microsoftonline.com",)),
    ),
    proxies=(ForwardProxy(peer=PROXY, refused=("packages.aks.azure.com",), page=REFUSED),),
)
