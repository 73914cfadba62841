"""YAML text → nodes with lines; whatever is not a plain document of mappings, lists and scalars is refused."""

from pathlib import Path

import pytest
import yaml

from preflight.catalog.nodes import DEPTH_LIMIT, SIZE_LIMIT, Listing, Mapping, Scalar, read
from preflight.errors import CatalogError

FILE = Path("ours.yaml")


@pytest.fixture(params=["libyaml", "pure"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each parser in turn: a wheel without libyaml must behave the same."""
    if request.param == "pure":
        monkeypatch.setattr(yaml, "__with_libyaml__", False)
    elif not yaml.__with_libyaml__:
        pytest.skip("this PyYAML was built without libyaml")
    return str(request.param)


def refused(data: bytes) -> CatalogError:
    with pytest.raises(CatalogError) as caught:
        read(data, FILE)
    assert caught.value.file == FILE
    assert caught.value.key == "file"
    return caught.value


def test_nodes_remember_their_lines_and_whether_they_were_quoted() -> None:
    node = read(b"# head\na: one\nb:\n- 'two'\n- {c: 3}\n", FILE)
    assert node == Mapping(
        line=2,
        pairs=(
            (Scalar(text="a", plain=True, line=2), Scalar(text="one", plain=True, line=2)),
            (
                Scalar(text="b", plain=True, line=3),
                Listing(
                    line=4,
                    items=(
                        Scalar(text="two", plain=False, line=4),
                        Mapping(
                            line=5,
                            pairs=(
                                (
                                    Scalar(text="c", plain=True, line=5),
                                    Scalar(text="3", plain=True, line=5),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )


def test_a_byte_order_mark_is_ignored() -> None:
    assert isinstance(read(b"\xef\xbb\xbfa: 1\n", FILE), Mapping)


@pytest.mark.parametrize("data", [b"", b"# nothing but a comment\n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refused(data).problem == "empty"


def test_a_tab_as_indentation_is_refused_on_its_line() -> None:
    error = refused(b"a:\n\tb: 1\n")
    assert error.line == 2
    assert error.problem.startswith("not valid YAML: ")


def test_an_open_bracket_is_refused() -> None:
    error = refused(b"a: 1\nb: [1, 2\n")
    assert error.line >= 2
    assert error.problem.startswith("not valid YAML: ")


def test_bytes_that_are_no_utf8_are_refused_on_their_line() -> None:
    error = refused(b"a: 1\nb: 2\nc: \xff\n")
    assert (error.line, error.problem) == (3, "not UTF-8 text")


def test_a_control_character_is_refused_on_its_line() -> None:
    error = refused("a: ä\nb: öö\nc: \x01\nd: 1\ne: 2\n".encode())
    assert (error.line, error.problem) == (3, "a control character that YAML does not allow")


@pytest.mark.parametrize("escape", ['"\\UFFFFFFFF"', '"\\xZZ"'])
def test_an_impossible_escape_is_refused(escape: str) -> None:
    assert refused(f"a: {escape}\n".encode()).problem.startswith("not valid YAML")


def test_a_second_document_is_refused_on_its_line() -> None:
    error = refused(b"a: 1\n---\nb: 2\n")
    assert (error.line, error.problem) == (2, "a second document")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a: &x [1]\nb: 2\n", 1),
        (b"a: 1\nb: &x 2\n", 2),
        (b"a: &x {k: 1}\n", 1),
    ],
)
def test_an_anchor_is_refused_on_its_line(data: bytes, line: int) -> None:
    error = refused(data)
    assert (error.line, error.problem) == (
        line,
        "anchors and aliases are not supported: write the value out",
    )


def test_an_alias_bomb_ends_at_its_first_anchor() -> None:
    levels = "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    assert refused(f"a0: &a0 [x]\n{levels}".encode()).line == 1


@pytest.mark.parametrize("value", ["!!python/object/apply:os.system [id]", "!local x", "!!str x"])
def test_a_tag_is_refused(value: str) -> None:
    error = refused(f"a: 1\nb: {value}\n".encode())
    assert (error.line, error.problem) == (2, "tags are not supported")


def test_deep_nesting_is_refused_without_following_it() -> None:
    error = refused(b"a: " + b"[" * 500)
    assert error.problem == f"nested deeper than {DEPTH_LIMIT} levels"


def test_nesting_deeper_than_a_parser_looks_ahead_is_refused_by_either() -> None:
    """Newer builds of libyaml have a bound of their own, which the scanner meets first."""
    assert "nest" in refused(b"a: " + b"[" * 100_000).problem


def test_a_file_beyond_the_limit_is_refused_unread() -> None:
    assert refused(b"#" * (SIZE_LIMIT + 1)).problem == f"larger than {SIZE_LIMIT} bytes"


def test_a_key_that_is_no_word_is_refused() -> None:
    error = refused(b"a: 1\n? [b]\n: 2\n")
    assert (error.line, error.problem) == (2, "a key must be a single word")
