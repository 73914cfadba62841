"""An explicit proxy of the world."""

import base64
from http import HTTPStatus
from urllib.parse import urlsplit

from preflight.demo.connection import Application, Line
from preflight.demo.inspection import on_path
from preflight.demo.web_server import END_OF_HEAD, Asked, read_head, response
from preflight.demo.world import ForwardProxy, Page, Web, World

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
AUTH_REQUIRED = Page(
    status=HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    headers=(("Proxy-Authenticate", 'Basic realm="proxy"'),),
)
BAD_GATEWAY = Page(status=HTTPStatus.BAD_GATEWAY)


class ProxyServer:
    """Judges the first request, and leads on to the service or refuses."""

    def __init__(self, world: World, proxy: ForwardProxy, line: Line) -> None:
        self._world = world
        self._proxy = proxy
        self._line = line
        self._seen = b""
        self._beyond: Application | None = None

    def received(self, data: bytes) -> None:
        """Hand on what belongs to the service beyond; until then, wait for the request's head."""
        if self._beyond is not None:
            self._beyond.received(data)
            return
        self._seen += data
        if END_OF_HEAD in self._seen:
            self._judge(read_head(self._seen))

    def _judge(self, asked: Asked | None) -> None:
        host, port = _target(asked) if asked else ("", 0)
        web = _web(self._world, host, port)
        if asked is None or not self._admits(asked):
            self._answer(AUTH_REQUIRED)
        elif host in self._proxy.refused:
            self._answer(self._proxy.page)
        elif web is None:
            self._answer(BAD_GATEWAY)
        else:
            self._lead_on(web, asked)

    def _admits(self, asked: Asked) -> bool:
        wanted = self._proxy.credentials
        if wanted is None:
            return True
        pair = base64.b64encode(f"{wanted.user}:{wanted.password}".encode()).decode("ascii")
        return asked.header("proxy-authorization") == f"Basic {pair}"

    def _answer(self, page: Page) -> None:
        self._line.send(response(page))
        self._line.close()

    def _lead_on(self, web: Web, asked: Asked) -> None:
        self._beyond = on_path((), web, self._line)
        if asked.method == "CONNECT":
            self._line.send(ESTABLISHED)
        else:
            self._beyond.received(self._seen)


def _target(asked: Asked) -> tuple[str, int]:
    """Host and port: of the authority for CONNECT, else of the absolute form (RFC 9112 §3.2.2)."""
    is_tunnel = asked.method == "CONNECT"
    url = urlsplit(f"//{asked.target}" if is_tunnel else asked.target)
    return url.hostname or "", url.port or (443 if is_tunnel else 80)


def _web(world: World, name: str, port: int) -> Web | None:
    """The web server for a name, which the proxy finds without the vantage's resolvers."""
    every = (s for host in world.hosts for s in host.services if isinstance(s, Web))
    return next(
        (web for web in every if web.port == port and any(s.name == name for s in web.sites)), None
    )
