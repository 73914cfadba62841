"""What `--policies` names becomes documents with file and line; whatever cannot be read is one sentence."""

import io
import json
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from preflight.errors import ObjectError
from preflight.model.document import Document
from preflight.objects import json as json_reader
from preflight.objects import read
from preflight.objects import yaml as yaml_reader
from preflight.objects.content import documents
from preflight.objects.yaml import LONG, plain, read_yaml

EXPORTS = Path(__file__).parents[2].parent / "shared" / "cases" / "exports"
POLICY = """\
# ours
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector: {}
  egress:
  - ports:
    - port: 443
  - {}
"""


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each parser in turn: a wheel without libyaml must behave the same."""
    if request.param == "pure":
        monkeypatch.setattr(yaml, "__with_libyaml__", False)
    elif not yaml.__with_libyaml__:
        pytest.skip("this PyYAML was built without libyaml")
    return str(request.param)


def written(folder: Path, text: str | bytes, name: str = "ours.yaml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def found(folder: Path, text: str | bytes, name: str = "ours.yaml") -> tuple[Document, ...]:
    return read([str(written(folder, text, name))])


def refused(folder: Path, text: str | bytes, name: str = "ours.yaml") -> ObjectError:
    with pytest.raises(ObjectError) as caught:
        found(folder, text, name)
    assert caught.value.file.endswith(name)
    return caught.value


def test_an_object_knows_the_lines_of_its_parts(tmp_path: Path, parser: str) -> None:
    (one,) = found(tmp_path, POLICY)
    assert one.body["spec"]["egress"] == [{"ports": [{"port": 443}]}, {}]
    assert one.origin.line == 2
    assert [one.at(path).line for path in ("spec.egress[0]", "spec.egress[1]", "spec.other")] == [
        9,
        11,
        2,
    ]


def test_documents_of_a_stream_follow_each_other(tmp_path: Path, parser: str) -> None:
    stream = f"---\n{POLICY}---\n---\n{POLICY}...\n"
    one, two = found(tmp_path, stream)
    assert (one.origin.line, two.origin.line) == (3, 16)
    assert two.at("spec.egress[1]").line == 25


def test_a_list_is_taken_apart(tmp_path: Path, parser: str) -> None:
    text = "kind: List\napiVersion: v1\nitems:\n- kind: A\n  spec: {egress: [{}]}\n- kind: B\n"
    one, two = found(tmp_path, text)
    assert [(each.body["kind"], each.origin.line) for each in (one, two)] == [("A", 4), ("B", 6)]
    assert one.at("spec.egress[0]").line == 5


def test_items_of_a_typed_list_know_what_they_are(tmp_path: Path) -> None:
    (one,) = found(
        tmp_path, json.dumps({"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {}}]})
    )
    assert (one.body["kind"], one.body["apiVersion"]) == ("Pod", "v1")


def long_list(
    before: str = "apiVersion: v1\n",
    after: str = "kind: List\n",
    item: str = "- kind: A\n  name: x\n",
) -> str:
    return f"{before}items:\n{item * LONG}{after}"


def test_a_long_list_is_read_item_by_item_with_the_same_lines(tmp_path: Path, parser: str) -> None:
    cut = found(tmp_path, long_list())
    whole = found(tmp_path, long_list(before="apiVersion: &v v1\n"))
    assert [one.body for one in cut] == [one.body for one in whole]
    assert [one.origin.line for one in cut] == [3 + 2 * number for number in range(LONG)]
    assert all(one.lines[""] == one.origin.line for one in cut)


def test_a_problem_in_a_long_list_is_named_by_its_line(tmp_path: Path, parser: str) -> None:
    assert refused(
        tmp_path, long_list(item="- kind: A\n").replace("- kind: A\nkind", "- kind: [\nkind")
    ).line in {22, 23}
    text = long_list() + "metadata: {}\n"
    broken = text.replace("- kind: A\n  name: x\nkind", "- kind: A\n  kind: B\nkind")
    assert refused(tmp_path, broken).line == 2 + 2 * LONG


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('{"kind": "A"}', ["A"]),
        ('\n[{"kind": "A"}, 7, {"kind": "B"}]\n', ["A", "B"]),
        ('{"kind": "A"}\n{"kind": "B"}\n', ["A", "B"]),
        ('{"kind": "List", "items": [{"kind": "A"}, {"kind": "B"}]}', ["A", "B"]),
        ("{kind: A}", ["A"]),
        ("- kind: A\n- kind: B\n", ["A", "B"]),
        ("\ufeffkind: A\n", ["A"]),
    ],
)
def test_every_way_to_write_several_objects_is_read(
    tmp_path: Path, text: str, kinds: list[str]
) -> None:
    assert [one.body["kind"] for one in found(tmp_path, text)] == kinds


def test_what_an_export_wraps_in_value_stays_whole(tmp_path: Path) -> None:
    (one,) = found(tmp_path, '{"value": [\n {"name": "a"},\n {"name": "b"}]}')
    assert len(one.body["value"]) == 2
    assert one.at("value[1]").line == 3


def test_lines_of_json_are_those_of_its_text(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "kind": "List",
            "items": [{"kind": "A", "x": 'a "[{,', "spec": {"egress": [{}, {"to": []}]}}],
        },
        indent=1,
    )
    (one,) = found(tmp_path, text, "ours.json")
    rows = [row.strip() for row in text.split("\n")]
    assert one.at("spec").line == rows.index('"spec": {') + 1
    assert one.at("spec.egress[1]").line == rows.index('"to": []')


def test_lines_of_long_json_are_not_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_reader, "LINES_LIMIT", 10)
    (one,) = found(tmp_path, '\n{"kind": "A", "spec": {}}')
    assert (one.lines, one.origin.line) == ({}, 2)


ITEMS = [{"kind": "A", "x": "]} {", "spec": {"egress": [{}, {"to": [{}]}]}}] * 3


@pytest.mark.parametrize("value", [ITEMS, {"apiVersion": "v1", "items": ITEMS, "kind": "List"}])
@pytest.mark.parametrize("indent", [None, 1, 4])
def test_members_of_long_json_have_the_lines_that_short_json_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: Any, indent: int | None
) -> None:
    text = f"\n{json.dumps(value, indent=indent)}"
    short = found(tmp_path, text)
    monkeypatch.setattr(json_reader, "LINES_LIMIT", len(text) // 2)
    long = found(tmp_path, text)
    assert [one.body for one in long] == [one.body for one in short]
    assert [one.origin.line for one in long] == [one.origin.line for one in short]
    path = "spec.egress[1].to[0]"
    assert [one.at(path).line for one in long] == [one.at(path).line for one in short]


def test_members_that_stand_beside_each_other_in_long_json_have_no_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_reader, "LINES_LIMIT", 10)
    members = found(tmp_path, '[\n {"kind": "A"}, {"kind": "B"},\n {"kind": "C"}\n]')
    assert [(one.lines, one.origin.line) for one in members] == [({}, 1)] * 3


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (
            {"value": [{"properties": {"ruleCollections": [{"rules": [{"name": "a"}]}]}}]},
            "value[0].properties.ruleCollections[0].rules[0]",
        ),
        (
            {"Resources": {"Acl": {"Properties": {"Entries": [{"Rules": [{"name": "a"}]}]}}}},
            "Resources.Acl.Properties.Entries[0].Rules[0]",
        ),
    ],
)
def test_rules_deep_inside_an_export_have_lines(
    tmp_path: Path, value: dict[str, Any], path: str
) -> None:
    text = json.dumps(value, indent=2)
    (one,) = found(tmp_path, text, "export.json")
    assert one.at(path).line == text[: text.index('"name"')].count("\n")
    (same,) = found(tmp_path, yaml.safe_dump(value))
    assert path in same.lines


def test_a_folder_is_read_below_and_in_order(tmp_path: Path) -> None:
    for name in (
        "b.yaml",
        "a/z.json",
        "c.txt",
        ".git/x.yaml",
        ".hidden.yaml",
        "README",
        "a/squid.conf",
    ):
        written(tmp_path, '{"kind": "A"}', name)
    names = [Path(str(one.origin.file)).name for one in read([str(tmp_path)])]
    assert names == ["b.yaml", "squid.conf", "z.json"]


def test_a_file_that_is_named_is_read_whatever_its_name(tmp_path: Path) -> None:
    assert len(found(tmp_path, POLICY, "policy.txt")) == 1


def test_a_configuration_is_its_text(tmp_path: Path) -> None:
    (one,) = found(tmp_path, "http_access deny all\n", "squid.conf")
    assert one.body == {"kind": "Configuration", "text": "http_access deny all\n"}


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(POLICY.encode())))
    (one,) = read(["-"])
    assert (one.origin.file, one.origin.line) == ("standard input", 2)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: b\nc: ]", 2, "not valid YAML"),
        ("a: b\na: c\n", 2, "the key 'a' stands twice"),
        ("a: !!python/object:os.system x\n", 1, "tags are not supported"),
        ("a: !Ref x\n", 1, "tags are not supported"),
        ("a: !x {b: c}\n", 1, "tags are not supported"),
        ("? [a]\n: b\n", 1, "a key must be a single word"),
        ("a: \x07\n", 1, "a control character"),
        (b"a: b\nc: \xff\n", 2, "not UTF-8 text"),
        ("a: &x 1\nb:\n  <<: *x\n", 1, "<< must lead to a mapping"),
        ("a: &x\n- *x\n", 1, "nested deeper"),
        ("[" * 5_000, 1, "nested"),
        ("- " * 5_000, 1, "nested deeper"),
        ("{a: " * 200 + "1" + "}" * 200, 1, "nested deeper"),
        ("{a: [}", 1, "not valid YAML"),
        ('{"a": 1,\n "b": ]}', 2, "not valid JSON"),
        ('{"a": NaN}\n{', 1, "NaN is no number of JSON"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(
    tmp_path: Path, text: str | bytes, line: int, problem: str, parser: str
) -> None:
    error = refused(tmp_path, text)
    assert problem in error.problem
    assert error.line == line
    assert str(error).startswith(f"{error.file}:{line}: ")


def test_aliases_and_merge_keys_are_followed(tmp_path: Path, parser: str) -> None:
    text = "base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\nboth:\n  <<: [*b, {z: 4}]\nsame: *b\n"
    (one,) = found(tmp_path, text)
    assert one.body["own"] == {"x": 1, "y": 3}
    assert one.body["both"] == {"x": 1, "y": 2, "z": 4}
    assert one.body["same"] == {"x": 1, "y": 2}


def test_a_billion_laughs_are_not_laughed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "VALUES_LIMIT", 10_000)
    layers = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30)]
    error = refused(tmp_path, "\n".join(["l0: &l0 [ha]", *layers]))
    assert "aliases written out" in error.problem


def test_what_is_missing_or_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ObjectError, match="No such file"):
        read([str(tmp_path / "nothing.yaml")])
    with pytest.raises(ObjectError, match="no name of a file"):
        read(["a\0b"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    file = written(tmp_path, POLICY)
    file.chmod(0)
    with pytest.raises(ObjectError, match="Permission denied"):
        read([str(file)])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1", 1), ("-7", -7), ("0x1F", 31), ("010", 8), ("08", "08"), ("1_000", 1000), ("1.5", 1.5), ("1e3", 1000.0),
        ("true", True), ("yes", True), ("off", False), ("~", None), ("", None), ("null", None), ("10.0.0.1", "10.0.0.1"),
        ("1.2.3", "1.2.3"), ("2024-01-02", "2024-01-02"), ("+", "+"), ("-", "-"), (".", "."), ("12:30", "12:30"), ("9" * 50, "9" * 50),
    ],
)  # fmt: skip
def test_words_have_the_values_of_yaml_1_1(written: str, value: Any) -> None:
    assert plain(written) == value
    assert type(plain(written)) is type(value)


EXPONENT = re.compile(r"[-+]?[0-9]+[eE][-+]?[0-9]+")
"""PyYAML writes such text without quotes, and reads it as text; the YAML that Kubernetes reads has a number there (go-yaml, resolve.go)."""
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    # without the separators of lines and paragraphs: YAML 1.1 counts lines by them too, JSON and editors do not
    | st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=12
    ).filter(lambda text: not EXPONENT.fullmatch(text))
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abcxyz", min_size=1, max_size=4), inner, max_size=4)
    ),
    max_leaves=25,
)


@given(value=VALUES)
def test_whatever_pyyaml_writes_is_read_as_it_was(value: Any) -> None:
    text = yaml.safe_dump(value, allow_unicode=True)
    assert [one.value for one in read_yaml(text)] == ([] if value is None else [value])


@given(value=st.dictionaries(st.text("abcxyz", min_size=1), VALUES, min_size=1))
def test_json_has_the_same_lines_as_the_same_text_read_as_yaml(value: dict[str, Any]) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    as_json, as_yaml = next(json_reader.read_json(text)), next(iter(read_yaml(text)))
    assert as_json.value == as_yaml.value == value
    assert as_json.lines == as_yaml.lines


PIECES = st.sampled_from(
    ["a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", "&x ", "*x", "<<: ", "!t ", "!!str ", "|", ">", "'", '"', "---\n", "...\n",
     "items:\n", "kind: List\n", "- kind: A\n" * 20, "# c\n", "\t", "%YAML 1.1\n", "\x00", "\u2028", "? ", ", ", "1", "0x", ".", "\\"]
)  # fmt: skip


@given(pieces=st.lists(PIECES, max_size=25), name=st.sampled_from(["a.yaml", "a.json"]))
def test_whatever_stands_in_a_file_is_read_or_refused(pieces: list[str], name: str) -> None:
    with suppress(ObjectError):
        for one in documents("".join(pieces).encode(), name):
            assert one.origin.line is not None
            assert one.origin.line >= 1


@pytest.mark.skipif(not EXPORTS.is_dir(), reason=f"no exports at {EXPORTS}")
def test_every_public_export_is_read() -> None:
    for file in sorted(EXPORTS.glob("*.json*")):
        assert read([str(file)]), file.name
