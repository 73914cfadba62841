"""A recording comes back as it was, and nothing else is taken for one."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.model.endpoint import Endpoint
from preflight.model.evidence import Evidence
from preflight.model.plan import Check, Plan, ViaProxy
from preflight.model.vantage import Credentials
from tests.budget import examples
from tests.factories import (
    HOST,
    attempt,
    checked,
    connected,
    endpoint,
    evidence,
    plan,
    proxy,
    to_proxy,
    tunnelled,
)
from tests.factories import check as check_of
from tests.lab.record import STAND_IN, Recording, UnreadableError, dumps, harmless, loads

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


def few(kind: type[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """One or none: each holds enough of its own."""
    return st.lists(st.from_type(kind), max_size=1).map(tuple)


RECORDINGS = st.builds(
    Recording,
    plan=st.builds(Plan, endpoints=few(Endpoint), checks=few(Check)),
    evidence=few(Evidence),
)


@examples(25)
@given(RECORDINGS)
def test_every_value_comes_back_as_it_was(recording: Recording) -> None:
    assert loads(dumps(recording)) == recording


def small() -> dict[str, Any]:
    """A recording as JSON, to be spoilt."""
    of = endpoint()
    seen = checked(HOST, connected())
    loaded: dict[str, Any] = json.loads(
        dumps(Recording(plan=plan(of), evidence=(seen,), today=date(2026, 11, 23)))
    )
    return loaded


def step(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["evidence"][0]["attempts"][0]["steps"][0]
    return found


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"new": 1}, "unknown: new"),
        ({"outcome": "exploded"}, "outcome"),
        ({"type": "Ping"}, "Ping"),
        ({"elapsed": True}, "elapsed"),
        ({"elapsed": "1"}, "elapsed"),
        ({"at": "yesterday"}, "at"),
        ({"source": {"address": "10.0.0.256", "port": 1}}, "address"),
        ({"source": {"address": "10.0.0.1"}}, "missing or unknown: port"),
    ],
)
def test_what_is_no_recording_of_today_is_refused_with_its_place(
    change: dict[str, Any], where: str
) -> None:
    data = small()
    step(data).update(change)
    with pytest.raises(UnreadableError, match=where):
        loads(json.dumps(data))


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"plan": 1, "today": "2026-11-23"}'])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        loads(text)


def test_credentials_are_not_kept_but_that_there_were_some_is() -> None:
    secret = ViaProxy(proxy(credentials=Credentials(user="hidden-user", password="hidden-word")))
    check = check_of(HOST, route=secret, alternative=secret)
    seen = evidence(attempts=(attempt(to_proxy(), tunnelled()),), of=check)
    recording = harmless(
        Recording(
            plan=plan(endpoint(), checks=(check,)), evidence=(seen,), today=date(2026, 11, 23)
        )
    )
    assert "hidden" not in dumps(recording)
    (kept,) = recording.plan.checks
    assert isinstance(kept.route, ViaProxy)
    assert kept.route.proxy.credentials == STAND_IN
