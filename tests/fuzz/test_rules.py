"""Objects and exports that people hand over to `rules explain`: bent ones are judged, or refused in one line, and never take long.

`rules.jsonl` holds one valid document a line, at least one of every engine's kinds.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from preflight.codec.explanation import encode_explanations
from preflight.errors import ObjectError
from preflight.model.document import Document
from preflight.model.flow import Destination, Explanation, Flow, Origin, Transfer, Workload
from preflight.objects.content import documents as read
from preflight.policies import explain
from preflight.report.explanation import render
from preflight.report.style import Style
from tests.budget import examples
from tests.fuzz.mutations import bends

RULES = Path(__file__).with_name("rules.jsonl")
LONGEST = 3_000
"""Characters of one line that says what is wrong."""
NAMES: list[Any] = [
    *("", "*", "**.a", "!", "[]", "0.0.0.0/0", "::/0", "10.0.0.0/99", "10.0.0.9-10.0.0.1", "443-"),
    *("-1", "1-99999999999", "¹", "٣", "\x1b[2J\u202e", "\ud800", "(a", "x" * 5_000, "$A", "[$A]"),
]
OTHERS: list[Any] = [
    *(None, True, 0, -1, 7, 65_536, 1.5, 1e308, 10**400),
    *([], {}, [[]], [None], [{}], {"": None}, {"a": []}),
]
STRANGE = st.sampled_from(NAMES + OTHERS).map(deepcopy)
POD = Workload(
    namespace="shop",
    pod="web-1",
    labels=(("app", "web"),),
    namespace_labels=(("kubernetes.io/metadata.name", "shop"),),
    address=ip_address("10.240.0.4"),
)
DNS = Workload(namespace="kube-system", pod="coredns-1", labels=(("k8s-app", "kube-dns"),))
SOURCES = (POD, Workload(namespace="", host_network=True, labels_known=False))
DESTINATIONS = (
    Destination(host="api.cloud.defender.microsoft.com", addresses=(ip_address("20.42.65.85"),)),
    Destination(host="login.example.com", port=80),
    Destination(addresses=(ip_address("2001:db8::1"),)),
    Destination(workload=DNS, port=53, transfer=Transfer.UDP),
)
FLOWS = [Flow(source=one, destination=to) for one in SOURCES for to in DESTINATIONS]


@cache
def rules() -> tuple[str, ...]:
    return tuple(RULES.read_text(encoding="utf-8").splitlines())


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Everything inside: what holds it, and its key or number there."""
    keys: Any = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A document in which one to three values are something else, or missing."""
    document: dict[str, Any] = json.loads(draw(st.sampled_from(rules())))
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(document))
        if found:
            holder, key = found[draw(st.integers(0, len(found) - 1))]
            if draw(st.integers(0, 5)):
                holder[key] = draw(STRANGE)
            else:
                del holder[key]
    return document


def judged(bodies: list[dict[str, Any]]) -> tuple[Explanation, ...]:
    given = [
        Document(body=body, origin=Origin(file="squid.conf", line=number))
        for number, body in enumerate(bodies, 1)
    ]
    return explain(given, FLOWS)


def test_every_document_of_the_collection_is_some_engines_own_or_the_clusters() -> None:
    together = judged([json.loads(line) for line in rules()])
    engines = {step.engine for said in together for step in said.path}
    assert len(engines) >= 12


@examples(300)
@given(st.lists(spoilt(), min_size=1, max_size=3))
def test_spoilt_documents_are_judged_and_shown(bodies: list[dict[str, Any]]) -> None:
    said = judged(bodies)
    assert len(said) == len(FLOWS)
    for shown in (render(said, Style()), encode_explanations(said, indent=2)):
        assert all(line.isprintable() for line in shown.splitlines()), shown


@examples(200)
@given(st.sampled_from(("a.json", "a.yaml", "squid.conf")), st.data())
def test_bytes_become_documents_that_are_judged_or_one_line(name: str, data: st.DataObject) -> None:
    written = data.draw(st.sampled_from(rules())).encode()
    content = data.draw(st.one_of(st.binary(max_size=200), bends().map(lambda bend: bend(written))))
    found: list[Document] = []
    said = ""
    try:
        found = list(read(content, name))
    except ObjectError as refusal:
        said = str(refusal)
    assert said.isprintable()
    assert len(said) < LONGEST
    assert len(explain(found, FLOWS)) == len(FLOWS)
