"""Sockets of this host: what holds for every operation on them."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from preflight.errors import UsageError
from preflight.model.endpoint import Trust
from preflight.wire.host import NO_TRUST_STORE, SMALLEST_CAPACITY, RealNetwork
from preflight.wire.loading import Part, load
from tests.fakes.listener import Connection, Listener
from tests.fakes.udp_port import Send, UdpPort


def test_a_host_vouches_for_public_peers_and_for_a_cluster_only_with_its_authority() -> None:
    assert RealNetwork().vouches(Trust.PUBLIC)
    assert not RealNetwork().vouches(Trust.CLUSTER)
    assert RealNetwork(cluster_ca_file="cluster.pem").vouches(Trust.CLUSTER)


def test_few_descriptors_mean_fewer_checks_at_once() -> None:
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert RealNetwork().capacity >= SMALLEST_CAPACITY
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, limits[1]))
    try:
        assert RealNetwork().capacity >= SMALLEST_CAPACITY
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 64
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_what_is_loaded_beside_the_first_packets_is_ready_for_the_later_steps(
    ca_file: Path,
) -> None:
    network = RealNetwork(ca_file=str(ca_file))
    load(network)
    assert {"dns.message", "httpcore", "httpx"} <= sys.modules.keys()
    ready = network.tls_context(Trust.PUBLIC, verify=True)
    assert ready.get_ca_certs()


def test_a_host_without_a_trust_store_judges_by_the_roots_that_came_along_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian without ca-certificates has an empty folder."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "absent.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    network = RealNetwork()
    assert network.tls_context(Trust.PUBLIC, verify=True).cert_store_stats()["x509_ca"] > 50
    assert network.remarks == (NO_TRUST_STORE,)


def test_a_host_with_a_trust_store_is_judged_by_that(
    ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    network = RealNetwork()
    assert network.tls_context(Trust.PUBLIC, verify=True).cert_store_stats()["x509_ca"] == 1
    assert network.remarks == ()


async def test_what_is_being_loaded_is_waited_for(ca_file: Path) -> None:
    network = RealNetwork(ca_file=str(ca_file))
    loading = asyncio.create_task(network.loading.beside(network))
    await asyncio.sleep(0)
    await network.loading.wait(Part.HTTP)
    assert {"dns.message", "httpcore", "httpx"} <= sys.modules.keys()
    await loading


async def test_trust_anchors_that_cannot_be_read_keep_nobody_waiting(tmp_path: Path) -> None:
    file = tmp_path / "broken.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    network = RealNetwork(ca_file=str(file))
    with pytest.raises(UsageError, match="no certificate that can be read"):
        await network.loading.beside(network)
    await network.loading.wait(Part.HTTP)


WAITING = 50
"""Pieces that have arrived before the first of them is read."""


async def turns_of_others(receive: Callable[[], Awaitable[bytes]]) -> int:
    """How often everything else got its turn while `receive` was called `WAITING` times."""
    turns = 0

    async def live() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(live())
    for _ in range(WAITING):
        assert await receive()
    other.cancel()
    return turns


async def test_a_flood_of_datagrams_leaves_everyone_else_a_turn(network: RealNetwork) -> None:
    """Otherwise no timeout would ever end it."""
    sent = asyncio.Event()

    async def flood(question: bytes, send: Send) -> None:
        for _ in range(WAITING):
            await send(b"x")
        sent.set()

    async with UdpPort(flood) as port:
        opened = await network.datagrams(port.peer)
        await opened.send(b"?")
        await sent.wait()
        assert await turns_of_others(opened.receive) >= WAITING
        opened.close()


async def test_a_flood_of_bytes_leaves_everyone_else_a_turn(network: RealNetwork) -> None:
    sent = asyncio.Event()

    async def flood(connection: Connection) -> None:
        await connection.send(b"x" * WAITING)
        sent.set()
        await connection.reader.read()

    async with Listener(flood) as listener:
        stream = await network.dial(listener.peer).connected()
        await sent.wait()
        assert await turns_of_others(lambda: stream.receive(1)) >= WAITING
        stream.close()
