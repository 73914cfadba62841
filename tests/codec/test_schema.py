"""The committed JSON Schemas describe exactly what the model can hold."""

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

import preflight
from preflight.codec import SCHEMA
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Cloud, Environment, Protocol, Requirement
from preflight.model.plan import Stage
from preflight.model.report import Engine, ReportVerdict
from preflight.model.search import LogKind, QueryLanguage
from preflight.model.vantage import VantageKind

ENUMS: tuple[type[StrEnum], ...] = (
    *(Cause, Confidence, Verdict, Cloud, Environment, Protocol, Requirement, Stage),
    *(Engine, ReportVerdict, VantageKind, LogKind, QueryLanguage),
)
LATER = {
    "#/definitions/finding": ["search"],
    "#/properties/vantage": ["context", "pool"],
}
"""Members that reports of an earlier version of the program, or of a single vantage, do not have."""


def schema() -> Any:
    file = Path(preflight.__file__).with_name("report.schema.json")
    return json.loads(file.read_text(encoding="utf-8"))


def nodes(node: Any, path: str = "#") -> Iterator[tuple[str, Any]]:
    """Every schema within the schema, with the way to it."""
    yield path, node
    for name in ("properties", "definitions"):
        for key, child in node.get(name, {}).items():
            yield from nodes(child, f"{path}/{name}/{key}")
    if "items" in node:
        yield from nodes(node["items"], f"{path}/items")


def test_it_names_the_draft_and_the_report_version() -> None:
    assert schema()["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema()["properties"]["schema"]["const"] == SCHEMA


def test_every_object_is_closed_and_lists_all_its_members_as_required() -> None:
    objects = [(path, node) for path, node in nodes(schema()) if "properties" in node]
    assert len(objects) > 12
    for path, node in objects:
        assert node["additionalProperties"] is False, path
        assert node["required"] + LATER.get(path, []) == list(node["properties"]), path


def test_every_member_is_described() -> None:
    missing = [
        f"{path}/{name}"
        for path, node in nodes(schema())
        for name, child in node.get("properties", {}).items()
        if not child.get("description")
    ]
    assert missing == []


def test_every_choice_is_one_of_the_model() -> None:
    choices = {tuple(member.value for member in one) for one in ENUMS}
    for path, node in nodes(schema()):
        values = tuple(value for value in node.get("enum", ()) if value is not None)
        assert not values or values == (4, 6) or values in choices, path


@pytest.mark.parametrize("choice", ENUMS, ids=lambda choice: choice.__name__)
def test_every_choice_of_the_model_is_in_the_schema(choice: type[StrEnum]) -> None:
    members = [member.value for member in choice]
    stated = [
        [value for value in node["enum"] if value is not None]
        for _, node in nodes(schema())
        if "enum" in node
    ]
    assert members in stated
