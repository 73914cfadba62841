"""Untrusted text in the columns of a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from preflight.report.escape import ascii_only, printable
from preflight.report.layout import columns, cut, cut_host, fit, wrap
from preflight.report.style import Style

NARROW = Style(width=20)


def test_controls_bidi_overrides_and_surrogates_become_escapes() -> None:
    assert printable("\x1b[2J\r\n\x9b\u202e\u2066\u200b\ud800\U000e0041") == (
        r"\x1b[2J\x0d\x0a\x9b\u202e\u2066\u200b\ud800\U000e0041"
    )


def test_printable_text_stays_as_it_is() -> None:
    assert printable("O=Österreich, 株式会社") == "O=Österreich, 株式会社"


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_enters_leaves_printable(text: str) -> None:
    assert printable(text).isprintable()
    ascii_text = ascii_only(printable(text))
    assert ascii_text.isascii()
    assert ascii_text.isprintable()


def test_typographic_signs_have_ascii_stand_ins() -> None:
    assert ascii_only("10.0.0.1 → “x”… é") == '10.0.0.1 -> "x"... \\xe9'


def test_wide_characters_count_two_columns_and_marks_none() -> None:
    assert columns("株式") == 4
    assert columns("e\u0301") == 1


def test_a_text_is_cut_in_its_middle() -> None:
    assert cut("abcdefghijklmnopqrstuvwxyz", 11, NARROW) == "abcde…vwxyz"
    assert cut("abcdefghijklmnopqrstuvwxyz", 11, Style(unicode=False)) == "abcd...wxyz"


def test_a_text_that_fits_is_not_cut() -> None:
    assert cut("abc", 3, NARROW) == "abc"


def test_wide_characters_are_cut_to_columns() -> None:
    assert columns(cut("株式会社例株式会社例", 11, NARROW)) <= 11


def test_a_host_is_cut_in_its_longest_label() -> None:
    host = "0f8fad5b-d9cb-469f-a165-70867728950e.ods.opinsights.azure.com:443"
    assert cut_host(host, 40, NARROW) == "0f8fa…8950e.ods.opinsights.azure.com:443"


def test_a_host_whose_longest_label_is_not_enough_is_cut_in_its_middle() -> None:
    assert cut_host("aaaaaaaa.bbbbbbbb.cccccccc", 11, NARROW) == "aaaaa…ccccc"


@given(
    st.text(st.characters(exclude_categories=()), max_size=80),
    st.integers(20, 100),
    st.sampled_from(["", "  ", "label      "]),
    st.booleans(),
)
def test_wrapped_lines_never_exceed_the_width(
    text: str, width: int, first: str, unicode: bool
) -> None:
    style = Style(width=width, unicode=unicode)
    lines = wrap(text, style, first=first)
    assert all(columns(line) <= width for line in lines)
    said = "".join(lines).replace(" ", "")
    assert said == (first + fit(text, style)).replace(" ", "")


def test_a_word_longer_than_the_line_is_split() -> None:
    assert wrap("x" * 25, NARROW, first="- ") == ["- " + "x" * 18, "  " + "x" * 7]


def test_further_lines_begin_as_asked() -> None:
    assert wrap("one two three four", Style(width=12), first="* ", rest="    ") == [
        "* one two",
        "    three",
        "    four",
    ]


@given(st.text(max_size=60), st.integers(8, 40))
def test_a_cut_text_never_exceeds_its_columns(text: str, width: int) -> None:
    assert columns(cut(text, width, NARROW)) <= width
    assert columns(cut_host(text, width, NARROW)) <= width
