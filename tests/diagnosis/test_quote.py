"""Untrusted text made fit to print."""

from hypothesis import given
from hypothesis import strategies as st

from preflight.diagnosis.quote import LIMIT, plain, quoted, quoted_bytes


def test_printable_text_stays_as_it_is() -> None:
    assert plain("Überprüfung, 日本") == "Überprüfung, 日本"


def test_quotes_and_backslashes_cannot_end_a_quotation() -> None:
    assert quoted('a"b\\') == '"a\\"b\\\\"'


def test_terminal_sequences_and_bidi_overrides_are_shown_as_escapes() -> None:
    assert plain("\x1b[31m\u202ex\U000e0001") == "\\x1b[31m\\u202ex\\U000e0001"


def test_long_text_is_cut_and_says_so() -> None:
    assert plain("x" * 500) == "x" * LIMIT + "…"
    assert quoted("x" * 500, 3) == '"xxx…"'


def test_bytes_that_are_no_text_are_shown_as_escapes() -> None:
    assert quoted_bytes(b"ok\xff") == '"ok\\\\xff"'


@given(st.text())
def test_whatever_comes_in_one_printable_bounded_line_comes_out(text: str) -> None:
    for shown in (plain(text), quoted(text)):
        assert shown.isprintable()
        assert len(shown) <= 10 * LIMIT + 3
