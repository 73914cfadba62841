"""The simulated network keeps to memory, and ends with its run."""

import asyncio
import socket
from typing import NoReturn

import pytest

from preflight.demo.network import SimulatedNetwork
from preflight.demo.worlds import WORLDS
from preflight.model.diagnosis import Cause
from preflight.model.evidence import Evidence
from preflight.model.progress import Silent
from tests.demo.tiny import QUICK, played, tiny


async def test_no_socket_is_opened_and_no_name_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    SimulatedNetwork(WORLDS["blocked"]).warm_up()  # libraries derive classes from socket.socket

    def forbidden(*_: object, **__: object) -> NoReturn:
        raise AssertionError("the simulated network must not touch the real one")

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname", "gethostname"):
        monkeypatch.setattr(socket, name, forbidden)
    report = await played(WORLDS["blocked"])
    causes = {e.cause for e in report.endpoints}
    assert {Cause.TLS_SNI_RESET, Cause.TLS_INTERCEPTED, Cause.PROXY_DENIED, None} <= causes


async def test_the_ban_on_sockets_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above fails as soon as the real network is used."""
    from preflight.wire.host import RealNetwork

    monkeypatch.setattr(
        SimulatedNetwork, "dial", lambda _, peer, **how: RealNetwork().dial(peer, **how)
    )

    def forbidden(*_: object, **__: object) -> NoReturn:
        raise OSError("socket opened")

    monkeypatch.setattr(socket, "socket", forbidden)
    assert (await played(tiny())).counts.reachable == 0


class First(Silent):
    """Tells when the first check ended."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    def done(self, evidence: Evidence) -> None:
        self.ended.set()


async def test_a_cancelled_run_leaves_no_task_behind() -> None:
    first = First()
    running = asyncio.create_task(played(WORLDS["blocked"], progress=first))
    await first.ended.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_finished_run_leaves_no_task_behind() -> None:
    await played(WORLDS["blocked"], settings=QUICK)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_no_application_of_a_world_fails(caplog: pytest.LogCaptureFixture) -> None:
    """An exception in a timer would only be logged."""
    for world in WORLDS.values():
        await played(world)
    assert caplog.records == []
