"""Who answers a connection, once the name that the client asks for is known: a middlebox on the path, or the service itself."""

import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from preflight.demo.connection import Application, Ended, Line
from preflight.demo.identities import server_context
from preflight.demo.tls_server import TlsServer
from preflight.demo.web_server import END_OF_HEAD, WebServer, page_of, read_head
from preflight.demo.world import (
    AtHello,
    Interceptor,
    Middlebox,
    NameFilter,
    PacketFilter,
    Page,
    Portal,
    Web,
)

HANDSHAKE = 0x16
"""ContentType of RFC 8446 §5.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the first bytes of a client say."""

    name: str
    """SNI, or the Host header; empty where there is none."""
    is_tls: bool


class Inspector:
    """Reads on until the client has said whom it wants; then `decide` says who answers from the first byte on."""

    def __init__(self, decide: Callable[[Opening], Application]) -> None:
        self._decide = decide
        self._seen = b""
        self._answering: Application | None = None

    def received(self, data: bytes) -> None:
        """Hold the bytes back, or hand them on."""
        if self._answering is not None:
            self._answering.received(data)
            return
        self._seen += data
        opening = read_opening(self._seen)
        if opening is not None:
            self._answering = self._decide(opening)
            self._answering.received(self._seen)


def on_path(middleboxes: Iterable[Middlebox], web: Web, line: Line) -> Inspector:
    """The application that a client finds at a web server behind some middleboxes."""
    return Inspector(partial(_decide, tuple(middleboxes), web, line))


def read_opening(seen: bytes) -> Opening | None:
    """What the bytes say so far; None while they are too few."""
    if seen[0] == HANDSHAKE:
        name = _server_name(seen)
        return None if name is None else Opening(name=name, is_tls=True)
    if seen[:1].isalpha() and END_OF_HEAD not in seen:
        return None
    asked = read_head(seen)
    return Opening(name=asked.host if asked else "", is_tls=False)


def _server_name(hello: bytes) -> str | None:
    """The server_name of a ClientHello, empty without one; None while it is incomplete. OpenSSL reads it, and no further."""
    heard: list[str] = []

    def hear(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> int:
        heard.append((name or "").lower())
        return ssl.ALERT_DESCRIPTION_USER_CANCELLED

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = hear
    incoming = ssl.MemoryBIO()
    incoming.write(hello)
    try:
        context.wrap_bio(incoming, ssl.MemoryBIO(), server_side=True).do_handshake()
    except ssl.SSLWantReadError:
        return None
    except ssl.SSLError:
        pass  # our own refusal, or a ClientHello that OpenSSL does not accept
    return heard[0] if heard else ""


def _decide(
    middleboxes: tuple[Middlebox, ...], web: Web, line: Line, opening: Opening
) -> Application:
    for box in middleboxes:
        answering = _of_middlebox(box, web, line, opening)
        if answering is not None:
            return answering
    return _of_service(web, line, opening)


def _of_middlebox(box: Middlebox, web: Web, line: Line, opening: Opening) -> Application | None:
    match box:
        case PacketFilter():
            return None  # has let the SYN pass
        case NameFilter():
            return _end(line, box.ending) if opening.name in box.blocked else None
        case Interceptor():
            if not opening.is_tls or opening.name not in box.names:
                return None
            return TlsServer(server_context(box.identity), line, _pages(web, box.page))
        case Portal():
            is_shown = not opening.is_tls and opening.name in box.names
            return _pages(web, box.page)(line) if is_shown else None
    assert_never(box)


def _of_service(web: Web, line: Line, opening: Opening) -> Application:
    if not (web.is_encrypted and opening.is_tls):
        return _pages(web, None)(line)
    named = (site for site in web.sites if site.name == opening.name)
    site = next(named, web.sites[0])
    return TlsServer(server_context(site.identity), line, _pages(web, None))


def _pages(web: Web, instead: Page | None) -> Callable[[Line], WebServer]:
    """A web server for the sites, or for one page in their place."""
    return lambda line: WebServer(line, lambda asked: instead or page_of(web.sites, asked))


def _end(line: Line, ending: AtHello) -> Application:
    match ending:
        case AtHello.DROP:
            pass
        case AtHello.RESET:
            line.reset()
        case AtHello.CLOSE:
            line.close()
    return Ended()
