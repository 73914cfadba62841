"""HTTP/1.1 as the world's web servers, portals and proxies speak it: one request, one answer, then the end."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus

from preflight.demo.connection import Line
from preflight.demo.world import Page, Site

END_OF_HEAD = b"\r\n\r\n"
BAD_REQUEST = Page(status=HTTPStatus.BAD_REQUEST)
NOT_FOUND = Page(status=HTTPStatus.NOT_FOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The head of a request."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    """Names in lower case."""

    @property
    def host(self) -> str:
        """The Host header without its port."""
        return self.header("host").partition(":")[0].lower()

    def header(self, name: str) -> str:
        """The first header of a (lower-case) name; empty where there is none."""
        return next((value for key, value in self.headers if key == name), "")


class WebServer:
    """Answers the first request with the page that `choose` gives for it."""

    def __init__(self, line: Line, choose: Callable[[Asked], Page]) -> None:
        self._line = line
        self._choose = choose
        self._seen = b""
        self._is_answered = False

    def received(self, data: bytes) -> None:
        """Answer once the head is complete, or once it cannot be one."""
        self._seen += data
        if self._is_answered or (self._seen[:1].isalpha() and END_OF_HEAD not in self._seen):
            return
        self._is_answered = True
        asked = read_head(self._seen)
        self._line.send(response(self._choose(asked) if asked else BAD_REQUEST))
        self._line.close()


def page_of(sites: Iterable[Site], asked: Asked) -> Page:
    """The page of the site that the request names."""
    return next((site.page for site in sites if site.name == asked.host), NOT_FOUND)


def read_head(data: bytes) -> Asked | None:
    """The head at the beginning of `data`; None when it is no HTTP."""
    lines = data.partition(END_OF_HEAD)[0].decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    pairs = (line.partition(":") for line in lines[1:])
    return Asked(
        method=words[0],
        target=words[1],
        headers=tuple((name.strip().lower(), value.strip()) for name, _, value in pairs),
    )


def response(page: Page) -> bytes:
    """The bytes of an answer after which the connection ends."""
    body = page.body.encode()
    headers = (
        ("Date", format_datetime(datetime.now(UTC), usegmt=True)),
        *page.headers,
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {page.status} {page.status.phrase}\r\n{head}\r\n".encode("latin-1") + body
