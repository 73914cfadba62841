"""Servers for what no real program does: `python -m tests.lab.actors FILE`.

The file is a JSON list of who is to be where (see `tests.lab.servers`). They serve until the process is killed.
"""

import asyncio
import json
import ssl
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.fakes import answers, ntp, raw_tcp
from tests.fakes.answers import Answer
from tests.fakes.interceptor import Interceptor
from tests.fakes.lifetime import forever
from tests.fakes.listener import Connection, Handler, Listener
from tests.fakes.tls_server import HttpServer, TlsServer
from tests.fakes.udp_port import UdpPort
from tests.lab import resolvers
from tests.lab.certificates import read, read_authority
from tests.lab.resolvers import Resolver, Spoil

SLOW = 1.5
"""Seconds that the slow service takes."""
DRIP = 0.2
"""Seconds between two bytes of what drips."""
NOISE = bytes(range(256)) * 4
"""What no protocol begins with, and more than one read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who is to be where."""

    behaviour: str
    address: str
    port: int
    answers: tuple[str, ...]
    certificate: Path


Start = Callable[[Role], AbstractAsyncContextManager[object]]


def over_tcp(handler: Handler) -> Start:
    """A server of raw TCP."""
    return lambda role: Listener(handler, address=role.address, port=role.port)


def over_tls(given: Answer) -> Start:
    """A server of HTTP in TLS, genuine but for its answer."""
    return lambda role: TlsServer(
        read(role.certificate), given, address=role.address, port=role.port
    )


def in_clear(given: Answer) -> Start:
    """A server of HTTP in clear, which a proxy is for whoever asks it."""
    return lambda role: HttpServer(given, address=role.address, port=role.port)


def wanting_certificate(role: Role) -> Listener:
    """A service that answers a client without a certificate with an alert, which asyncio's own TLS would not send."""
    context = read(role.certificate).context()
    context.verify_mode = ssl.CERT_REQUIRED

    async def serve(connection: Connection) -> None:
        received, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(received, sent, server_side=True)
        while not connection.reader.at_eof():
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                await connection.send(sent.read())
                received.write(await connection.reader.read(1 << 16))
            except ssl.SSLError:
                await connection.send(sent.read())
                return

    return Listener(serve, address=role.address, port=role.port)


async def drip(connection: Connection, text: bytes) -> None:
    """Send a text byte by byte, and then spaces without end."""
    for byte in text:
        await connection.send(bytes([byte]))
        await asyncio.sleep(DRIP)
    while True:
        await connection.send(b" ")
        await asyncio.sleep(DRIP)


async def dripping_head(connection: Connection, request: answers.Request) -> None:
    """An answer whose head comes byte by byte and never ends."""
    await drip(connection, b"HTTP/1.1 200 OK\r\nX-More: ")


async def noise(connection: Connection, request: answers.Request) -> None:
    """What is no answer at all."""
    await connection.send(NOISE)


async def late(connection: Connection, request: answers.Request) -> None:
    """The right answer, late."""
    await asyncio.sleep(SLOW)
    await answers.respond(200, b"ok")(connection, request)


async def reset_after_answer(connection: Connection, request: answers.Request) -> None:
    """The right answer, and RST in place of an end."""
    await answers.respond(200, b"ok")(connection, request)
    await asyncio.sleep(DRIP)
    connection.reset()


def reset_at_first() -> Answer:
    """RST in place of the first answer, and the right one from then on."""
    is_first = True

    async def answer(connection: Connection, request: answers.Request) -> None:
        nonlocal is_first
        was_first, is_first = is_first, False
        if was_first:
            connection.reset()
        else:
            await answers.respond(200, b"ok")(connection, request)

    return answer


def resolver(spoil: Spoil) -> Start:
    """A nameserver."""
    return lambda role: Resolver(spoil, role.answers, address=role.address, port=role.port)


BEHAVIOURS: Mapping[str, Start] = {
    "tls silent": over_tcp(raw_tcp.silent),
    "tls reset": over_tcp(raw_tcp.reset_after_hello),
    "tls closed": over_tcp(raw_tcp.close_after_hello),
    "tls noise": over_tcp(raw_tcp.speak(NOISE)),
    "tls endless": over_tcp(raw_tcp.endless_handshake),
    "tls dripping": over_tcp(raw_tcp.dripping_handshake),
    "any service": lambda role: Interceptor(
        read_authority(role.certificate),
        answers.respond(200, b"ok"),
        address=role.address,
        port=role.port,
    ),
    "any service in clear": in_clear(answers.respond(200, b"ok")),
    "tls wants a certificate": wanting_certificate,
    "ntp": lambda role: UdpPort(ntp.answer, address=role.address, port=role.port),
    "tls access denied": over_tcp(raw_tcp.alert(raw_tcp.Alert.ACCESS_DENIED)),
    "http reset": over_tls(answers.reset),
    "http reset at first": over_tls(reset_at_first()),
    "http silent": over_tls(answers.silence),
    "http slow": over_tls(late),
    "http reset after the answer": over_tls(reset_after_answer),
    "http noise": over_tls(noise),
    "http endless head": over_tls(answers.endless_headers),
    "http endless body": over_tls(answers.endless_body),
    "http dripping head": over_tls(dripping_head),
    "http bomb": over_tls(answers.gzip_bomb),
    "http interim": over_tls(answers.interim_flood),
    "proxy silent": in_clear(answers.silence),
    "proxy noise": in_clear(noise),
    "proxy dripping": in_clear(dripping_head),
    "proxy endless": in_clear(answers.endless_headers),
    "dns slow": resolver(resolvers.slowly),
    "dns aaaa fails": resolver(resolvers.fail_for_ipv6),
    "dns noise": resolver(resolvers.in_noise),
    "dns endless": resolver(resolvers.without_end),
}


async def serve(roles: list[Role]) -> None:
    """Start all of them, and stay."""
    async with AsyncExitStack() as running:
        for role in roles:
            await running.enter_async_context(BEHAVIOURS[role.behaviour](role))
        await forever()


def main() -> None:
    """Read who is to be where."""
    specs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    roles = [
        Role(
            **{**spec, "answers": tuple(spec["answers"]), "certificate": Path(spec["certificate"])}
        )
        for spec in specs
    ]
    asyncio.run(serve(roles))


if __name__ == "__main__":
    main()
