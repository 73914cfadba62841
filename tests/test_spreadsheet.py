"""What a spreadsheet would evaluate is shown to it as text."""

import pytest

from preflight.spreadsheet import FORMULA_STARTS, cell


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_what_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert cell(f"{start}1", f"{start}1") == f"'{start}1"


def test_what_began_like_one_before_it_was_escaped_gets_one_too() -> None:
    assert cell("\t1", "\\t1") == "'\\t1"


@pytest.mark.parametrize("text", ["", "a=1", "10.0.0.1", "' 1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text, text) == text
