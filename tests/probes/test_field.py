"""What the checks of one run know of each other: open names, answers asked for once, and how much is asked at all."""

import asyncio

import pytest

from preflight.model.evidence import Experiment
from preflight.probes.field import STEPS, Field, Opened
from tests.factories import check, peer

AMPLE = 20.0
"""Seconds; what a passing test never waits for."""
HERE, THERE = peer("203.0.113.10:443"), peer("203.0.113.20:443")
ONE, OTHER = Opened(host="one.test", peer=HERE), Opened(host="other.test", peer=THERE)


def field(checks: int = 2) -> Field:
    return Field([check(f"h{number}.test", timeout=2.0) for number in range(checks)])


def soon(seconds: float = AMPLE) -> float:
    return asyncio.get_running_loop().time() + seconds


def anyone(_: Opened) -> bool:
    return True


async def waiting(run: Field, until: float = AMPLE) -> "asyncio.Task[Opened | None]":
    """Someone who waits for any name already."""
    task = asyncio.create_task(run.another(anyone, until=soon(until)))
    await asyncio.sleep(0)
    assert not task.done()
    return task


async def test_a_name_that_was_answered_is_known_at_once() -> None:
    run = field()
    run.opened(ONE)
    assert await run.another(anyone, until=soon(0)) == ONE


async def test_of_several_names_the_first_that_is_wanted_is_taken() -> None:
    run = field()
    run.opened(ONE)
    run.opened(OTHER)
    assert await run.another(anyone, until=soon()) == ONE
    assert await run.another(lambda found: found.peer == THERE, until=soon()) == OTHER


async def test_a_name_that_is_answered_later_is_waited_for_by_all() -> None:
    run = field()
    waiters = [await waiting(run), await waiting(run)]
    run.opened(ONE)
    assert await asyncio.gather(*waiters) == [ONE, ONE]


async def test_a_name_that_is_not_wanted_lets_the_waiting_go_on() -> None:
    run = field()
    wanted = asyncio.create_task(
        run.another(lambda found: found.host == "other.test", until=soon())
    )
    await asyncio.sleep(0)
    run.opened(ONE)
    await asyncio.sleep(0)
    assert not wanted.done()
    run.opened(OTHER)
    assert await wanted == OTHER


async def test_when_no_more_names_can_come_nobody_waits() -> None:
    run = field(checks=2)
    task = await waiting(run)
    run.ended()
    await asyncio.sleep(0)
    assert not task.done()
    run.ended()
    assert await task is None


async def test_nobody_waits_beyond_the_time_given() -> None:
    run = field()
    begun = asyncio.get_running_loop().time()
    assert await run.another(anyone, until=soon(0.05)) is None
    assert asyncio.get_running_loop().time() - begun < 2.0


async def test_a_run_asks_an_experiment_so_often_and_no_more() -> None:
    run = field()
    assert [run.takes(Experiment.HOPS, most=2) for _ in range(3)] == [True, True, False]
    assert run.takes(Experiment.REPEAT, most=2), "each experiment has its own bound"


async def test_controls_end_two_budgets_after_the_run_began() -> None:
    begun = asyncio.get_running_loop().time()
    run = field()
    await asyncio.sleep(0.01)
    assert run.end(run.checks[0]) == pytest.approx(begun + STEPS * 2.0, abs=0.005)


# asked once


async def test_what_several_want_to_know_is_asked_once() -> None:
    run, asked = field(), []

    async def ask() -> str:
        asked.append("x")
        await asyncio.sleep(0)
        return "answer"

    assert await asyncio.gather(*(run.once("key", ask) for _ in range(3))) == ["answer"] * 3
    assert await run.once("key", ask) == "answer"
    assert len(asked) == 1
    assert await run.once("other key", ask) == "answer"
    assert len(asked) == 2
    await run.close()


async def test_who_asked_first_may_go_without_spoiling_it_for_the_others() -> None:
    run, answer = field(), asyncio.get_running_loop().create_future()

    async def ask() -> str:
        found: str = await answer
        return found

    first, second = (asyncio.create_task(run.once("key", ask)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    answer.set_result("answer")
    assert await second == "answer"
    assert first.cancelled()
    await run.close()


async def test_a_mistake_in_what_is_shared_reaches_all_who_asked() -> None:
    run = field()

    async def ask() -> str:
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await run.once("key", ask)
    await run.close()


async def test_what_is_still_asked_at_the_end_is_stopped() -> None:
    run = field()
    begun, ended = asyncio.Event(), asyncio.Event()

    async def ask() -> None:
        begun.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    task = asyncio.create_task(run.once("key", ask))
    await begun.wait()
    task.cancel()
    await run.close()
    assert ended.is_set()
