"""Everything about the surroundings, in one value."""

from collections.abc import Callable, Mapping

from preflight.model.vantage import Address, Peer, Proxy, Vantage, VantageKind
from preflight.vantage.cluster import in_pod, word_of
from preflight.vantage.hosts import FILE_LIMIT, parse_hosts
from preflight.vantage.own import leaving_addresses
from preflight.vantage.places import Places, read_text
from preflight.vantage.proxies import ProxySettings, read_no_proxy, read_proxies
from preflight.vantage.resolvers import resolvers

NAME_LIMIT = 253
"""Characters of a node, pod or namespace name (Kubernetes object names)."""


def read_vantage(
    environ: Mapping[str, str],
    places: Places,
    *,
    dns_servers: tuple[Peer, ...] = (),
    proxy: Proxy | None = None,
    without_proxy: bool = False,
    addresses: Callable[[], tuple[Address, ...]] = leaving_addresses,
) -> Vantage:
    """The vantage of this process; sends nothing.

    `dns_servers`, when given, are asked instead of the configured ones. `proxy` replaces both proxies of the environment, whose
    NO_PROXY still holds; `without_proxy` goes straight everywhere. Raises UsageError for a proxy variable that cannot
    be used.
    """
    kind = _kind(environ, places)
    pod = kind is not VantageKind.LOCAL
    proxies = _proxies(environ, proxy, without_proxy=without_proxy)
    return Vantage(
        kind=kind,
        host=_host_name(),
        node=_name(environ, "PREFLIGHT_NODE_NAME"),
        namespace=_namespace(environ, places) if pod else None,
        pod=_name(
            environ, "PREFLIGHT_POD_NAME", *(["HOSTNAME"] if kind is VantageKind.POD else [])
        ),
        addresses=addresses(),
        resolvers=dns_servers or resolvers(places.resolv_conf),
        hosts=parse_hosts(read_text(places.hosts, FILE_LIMIT) or ""),
        http_proxy=proxies.http,
        https_proxy=proxies.https,
        no_proxy=proxies.no_proxy,
    )


def _kind(environ: Mapping[str, str], places: Places) -> VantageKind:
    """PREFLIGHT_HOST_NETWORK is how our own Job says that its pod shares the node's network; nothing else in a pod tells."""
    if not in_pod(environ, places):
        return VantageKind.LOCAL
    shares_node = environ.get("PREFLIGHT_HOST_NETWORK", "").lower() in {"1", "true"}
    return VantageKind.HOST_NETWORK_POD if shares_node else VantageKind.POD


def _proxies(
    environ: Mapping[str, str], proxy: Proxy | None, *, without_proxy: bool
) -> ProxySettings:
    if without_proxy:
        return ProxySettings()
    if proxy is not None:
        return ProxySettings(http=proxy, https=proxy, no_proxy=read_no_proxy(environ))
    return read_proxies(environ)


def _namespace(environ: Mapping[str, str], places: Places) -> str | None:
    return _name(environ, "PREFLIGHT_POD_NAMESPACE") or word_of(
        places.service_account / "namespace"
    )


def _name(environ: Mapping[str, str], *variables: str) -> str | None:
    """The first of the variables that holds a name; what is no printable name counts as absent."""
    values = (environ.get(variable, "") for variable in variables)
    return next((v for v in values if v and len(v) <= NAME_LIMIT and v.isprintable()), None)


def _host_name() -> str:
    # Only here: what shows help or a usage error needs no sockets.
    import socket

    return socket.gethostname()
