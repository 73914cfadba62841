"""Files that people hand over: a catalogue of their own, and a saved report."""

import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from preflight.catalog import parse
from preflight.catalog.shipped import Tables
from preflight.codec import compact
from preflight.codec.document import decode_any
from preflight.errors import ReportError
from preflight.model.fleet import FleetReport
from preflight.model.report import Report
from preflight.report import FORMATS, render
from preflight.report.fleet import FLEET_FORMATS
from tests.budget import examples
from tests.fuzz.mutations import Edit, bends

ROOT = Path(__file__).parents[2]
LONGEST = 2_000
"""Characters of one line that says what is wrong."""
STRANGE: st.SearchStrategy[Any] = st.sampled_from(
    (None, True, 0, -1, 1e308, 10**400, "", "\x1b[2J\u202e", "\ud800", [], {}, [[]], "x" * 70_000)
).map(deepcopy)


@cache
def catalogue() -> bytes:
    return (ROOT / "endpoints" / "gated-deployment.yaml").read_bytes()


@cache
def report() -> str:
    return (ROOT / "tests" / "golden" / "rich.json.golden").read_text(encoding="utf-8")


@cache
def fleet() -> str:
    return (ROOT / "tests" / "golden" / "fleet.json.golden").read_text(encoding="utf-8")


@cache
def message() -> str:
    saved = decode_any(report())
    assert isinstance(saved, Report)
    return compact.encode(saved)


@examples(80)
@given(bends())
def test_a_bent_catalogue_has_entries_or_problems_with_their_lines(bend: Edit) -> None:
    entries, problems = parse.added(Path("ours.yaml"), bend(catalogue()), Tables(), {})
    assert entries or problems
    for problem in problems:
        assert problem.line >= 1
        assert str(problem).isprintable()
        assert len(str(problem)) < LONGEST


@st.composite
def documents(draw: st.DrawFn, saved: Callable[[], str]) -> str:
    """A saved document in which one or two values are something else, missing, or there twice."""
    document = json.loads(saved())
    for _ in range(draw(st.integers(1, 2))):
        at: Any = document
        while isinstance(at, dict | list) and at:
            keys = sorted(at) if isinstance(at, dict) else range(len(at))
            key = draw(st.sampled_from(keys))
            below = at[key]
            if not isinstance(below, dict | list) or not below or draw(st.integers(0, 4)) == 0:
                _spoil(at, key, draw(st.integers(0, 4)), draw(STRANGE))
                break
            at = below
    return json.dumps(document)


def _spoil(holder: Any, key: Any, how: int, strange: Any) -> None:
    if how == 0:
        del holder[key]
    elif how == 1 and isinstance(holder, list):
        holder.append(holder[key])
    else:
        holder[key] = strange


def is_read_or_refused(
    text: str | bytes, decode: Callable[[str | bytes], Report | FleetReport] = decode_any
) -> None:
    try:
        saved = decode(text)
    except ReportError as refusal:
        said = str(refusal)
    else:
        said = ""
        for name in FLEET_FORMATS if isinstance(saved, FleetReport) else FORMATS:
            shown = render(saved, name)
            assert all(line.isprintable() for line in shown.replace("\t", " ").splitlines()), name
    assert said.isprintable()
    assert len(said) < LONGEST


@examples(100)
@given(documents(report))
def test_a_spoilt_report_is_read_or_refused_in_one_line(text: str) -> None:
    is_read_or_refused(text)


@examples(60)
@given(bends())
def test_so_is_one_whose_bytes_are_bent(bend: Edit) -> None:
    is_read_or_refused(bend(report().encode()))


@examples(60)
@given(documents(fleet))
def test_so_is_a_spoilt_one_over_several_vantages(text: str) -> None:
    is_read_or_refused(text)


@examples(100)
@given(documents(message))
def test_so_is_a_spoilt_termination_message(text: str) -> None:
    is_read_or_refused(text, compact.decode)


@examples(60)
@given(bends())
def test_so_is_a_termination_message_whose_bytes_are_bent(bend: Edit) -> None:
    is_read_or_refused(bend(message().encode()), compact.decode)
