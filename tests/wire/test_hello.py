"""A ClientHello of any size is one that servers answer, and what answers it is named."""

import asyncio
import ssl
import struct

import pytest

from preflight.model.endpoint import Trust
from preflight.model.evidence import Outcome
from preflight.model.plan import Stage
from preflight.wire import hello as module
from preflight.wire.hello import CLASSIC, MODERN, client_hello, hello, resized, sends_large
from preflight.wire.host import RealNetwork
from tests.fakes import raw_tcp
from tests.fakes.authority import Authority
from tests.fakes.client_hello import ClientHello, read_client_hello, server_name
from tests.fakes.listener import Connection, Handler, Listener
from tests.fakes.tls_server import TlsServer
from tests.wire.opening import AMPLE, SHORT, stream_to

HOST = "service.example.test"
HANDSHAKE, SERVER_HELLO = 22, 2
X25519MLKEM768, SHARE = 0x11EC, 1_216
SIZES = [CLASSIC, 700, MODERN, 4_000, 16_000]


def own(network: RealNetwork, host: str = HOST) -> bytes:
    """What OpenSSL sends by itself."""
    return client_hello(network.tls_context(Trust.PUBLIC, verify=False), host)


def post_quantum(context: ssl.SSLContext, host: str) -> bytes:
    """The same with the key share that OpenSSL 3.5 adds, and without padding, which it then has no use for."""
    record = client_hello(context, host)
    start = module._before_extensions(record)
    extensions = [
        (kind, _with_share(data) if kind == module.KEY_SHARE else data)
        for kind, data in module._extensions(record[start + 2 :])
        if kind != module.PADDING
    ]
    return module._joined(record[:start], extensions)


def _with_share(shares: bytes) -> bytes:
    added = struct.pack(">HH", X25519MLKEM768, SHARE) + bytes(SHARE)
    return struct.pack(">H", len(added) + len(shares) - 2) + added + shares[2:]


def answered(record: bytes, authority: Authority, host: str = HOST) -> tuple[bytes, str | None]:
    """What a TLS server of OpenSSL's writes in answer, and the name that it read."""
    names: list[str | None] = []
    context = authority.identity(host).context()
    context.sni_callback = lambda tls, name, own: names.append(name)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(record)
    with pytest.raises(ssl.SSLWantReadError):
        server.do_handshake()
    return outgoing.read(), names[0]


@pytest.mark.parametrize("size", SIZES)
def test_a_server_answers_it_as_any_other_and_reads_the_same_name(
    network: RealNetwork, authority: Authority, size: int
) -> None:
    record = resized(own(network), size)
    assert len(record) == size
    answer, name = answered(record, authority)
    assert (answer[0], answer[5]) == (HANDSHAKE, SERVER_HELLO)
    assert name == HOST


@pytest.mark.parametrize("host", ["a.b", f"{'x' * 63}.{'y' * 63}.{'z' * 63}.test", "127.0.0.1"])
def test_the_size_does_not_depend_on_the_name(network: RealNetwork, host: str) -> None:
    record = resized(own(network, host), MODERN)
    assert len(record) == MODERN
    assert server_name(record[5:]) == (None if host[0] == "1" else host)


def test_all_the_lengths_inside_agree(network: RealNetwork) -> None:
    record = resized(own(network), MODERN)
    start = module._before_extensions(record)
    kinds = [kind for kind, _ in module._extensions(record[start + 2 :])]
    assert int.from_bytes(record[3:5]) == MODERN - 5
    assert int.from_bytes(record[6:9]) == MODERN - 9
    assert int.from_bytes(record[start : start + 2]) == MODERN - start - 2
    assert len(kinds) == len(set(kinds)), "an extension may come only once (RFC 8446 section 4.2)"
    assert kinds[-1] == module.PADDING


def test_post_quantum_key_shares_are_left_out_where_it_shall_be_small(
    network: RealNetwork, authority: Authority
) -> None:
    large = post_quantum(network.tls_context(Trust.PUBLIC, verify=False), HOST)
    assert len(large) > module.ONE_SEGMENT
    small = resized(large, CLASSIC)
    assert len(small) == CLASSIC
    answer, name = answered(small, authority)
    assert (answer[0], answer[5], name) == (HANDSHAKE, SERVER_HELLO, HOST)
    assert len(resized(large, MODERN)) == MODERN


def test_whether_openssl_itself_sends_a_large_one_is_measured(
    network: RealNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_large = ssl.OPENSSL_VERSION_INFO >= (3, 5)
    assert sends_large(network) is is_large
    monkeypatch.setattr(module, "client_hello", post_quantum)
    assert sends_large(RealNetwork()), "another context is measured anew"


# on the wire


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_an_answer_is_ok_and_nothing_else_is_sent(
    network: RealNetwork, authority: Authority, size: int, version: ssl.TLSVersion
) -> None:
    identity = authority.identity(HOST)
    async with TlsServer(identity, minimum=version, maximum=version) as server:
        async with stream_to(network, server.peer) as stream:
            seen = await hello(network, stream, HOST, size=size, timeout=AMPLE)
        names, requests = server.server_names, server.requests
    assert (seen.outcome, seen.size, seen.server_name) == (Outcome.OK, size, HOST)
    assert (seen.stage, seen.destination, seen.delivery) == (Stage.TLS, server.peer, None)
    assert (names, requests) == ([HOST], [])


async def test_the_whole_of_it_arrives(network: RealNetwork) -> None:
    heard: asyncio.Future[ClientHello] = asyncio.get_running_loop().create_future()

    async def listen(connection: Connection) -> None:
        heard.set_result(await read_client_hello(connection))

    async with Listener(listen) as server, stream_to(network, server.peer) as stream:
        await hello(network, stream, HOST, size=MODERN, timeout=AMPLE)
        said = await heard
    assert (said.server_name, len(said.raw)) == (HOST, MODERN)


@pytest.mark.parametrize(
    ("peer", "outcome"),
    [
        (raw_tcp.alert(raw_tcp.Alert.INTERNAL_ERROR), Outcome.OK),
        (raw_tcp.endless_handshake, Outcome.OK),
        (raw_tcp.reset_after_hello, Outcome.RESET),
        (raw_tcp.close_after_hello, Outcome.CLOSED),
        (raw_tcp.plaintext_http, Outcome.NOT_TLS),
        (raw_tcp.ssh_banner, Outcome.NOT_TLS),
    ],
)
async def test_how_it_ends_is_named(network: RealNetwork, peer: Handler, outcome: Outcome) -> None:
    async with Listener(peer) as server, stream_to(network, server.peer) as stream:
        seen = await hello(network, stream, HOST, size=MODERN, timeout=AMPLE)
    assert seen.outcome is outcome
    assert (seen.error == "") is (outcome is Outcome.OK)
    assert seen.size == MODERN


async def test_silence_says_what_the_kernel_knows(network: RealNetwork) -> None:
    async with Listener(raw_tcp.silent) as server, stream_to(network, server.peer) as stream:
        seen = await hello(network, stream, HOST, size=MODERN, timeout=SHORT)
    assert seen.outcome is Outcome.DROPPED
    assert seen.elapsed >= SHORT
    assert seen.delivery is not None
    assert seen.delivery.is_acknowledged


async def test_a_name_that_cannot_be_sent_is_not_the_networks_doing(network: RealNetwork) -> None:
    async with Listener(raw_tcp.silent) as server, stream_to(network, server.peer) as stream:
        seen = await hello(network, stream, ".leading.dot", size=MODERN, timeout=AMPLE)
    assert (seen.outcome, seen.size) == (Outcome.UNKNOWN, 0)
