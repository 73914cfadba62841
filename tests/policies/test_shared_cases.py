"""Every stored question of public suites gets the stored answer; skipped where the cases are not beside the checkout."""

import json
from collections import Counter
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import yaml

from preflight.model.document import Document
from preflight.model.flow import Destination, Flow, Origin, Transfer, Workload
from preflight.policies import explain
from preflight.policies.kubernetes import names
from preflight.policies.kubernetes.calico.selector import parse
from preflight.policies.kubernetes.fields import Malformed
from preflight.policies.kubernetes.labels import Labelled
from tests.policies.asking import METADATA_NAME, sorted_labels

CASES = Path(__file__).parents[2].parent / "shared" / "cases" / "policies"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason=f"no cases at {CASES}")
WORDS = {"allowed": "allow", "denied": "deny", "unknown": "unknown"}
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def stored(name: str) -> Any:
    return json.loads((CASES / f"{name}.json").read_text())


@cache
def manifest(path: str) -> tuple[Document, ...]:
    found: list[Document] = []
    for body in yaml.load_all((CASES / path).read_text(), Loader=LOADER):
        if body is not None:
            members = body["items"] if body["kind"].endswith("List") else [body]
            kind = body["kind"].removesuffix("List")
            found += [
                Document(body={"kind": kind, **member}, origin=Origin(file=path))
                for member in members
            ]
    return tuple(found)


def workload(written: dict[str, Any]) -> Workload:
    namespace = written["namespace"]
    return Workload(
        namespace=namespace,
        pod=written["name"],
        labels=sorted_labels(written["labels"]),
        namespace_labels=((METADATA_NAME, namespace),),
    )


def flow(case: dict[str, Any]) -> Flow:
    return Flow(
        source=workload(case["src"]),
        destination=Destination(
            addresses=(ip_address(case["dst_ip"]),) if case["dst_ip"] else (),
            workload=workload(case["dst_pod"]) if case.get("dst_pod") else None,
            port=case["port"],
            transfer=Transfer(case["protocol"]),
        ),
    )


def answers(case: dict[str, Any]) -> tuple[str, str]:
    documents = [one for path in case["manifests"] for one in manifest(path)]
    said = explain(documents, [flow(case)])[0]
    return case.get("egress_only_expected") or case["expected"], WORDS[said.verdict]


@needs_cases
@pytest.mark.parametrize(("name", "number"), [("npa-connlist", 1250), ("conformance", 68)])
def test_every_question_about_policies_gets_the_stored_answer(name: str, number: int) -> None:
    cases = stored(name)
    wrong = [
        (case["id"], *both) for case in cases for both in [answers(case)] if both[0] != both[1]
    ]
    assert len(cases) == number
    assert wrong == []


@needs_cases
def test_every_selector_of_calico_holds_for_the_stored_labels() -> None:
    cases = stored("calico-selectors")["match"]
    wrong = [
        case
        for case in cases
        if parse(case["selector"])(Labelled(case["labels"], known=True, whose="it")).held
        is not case["match"]
    ]
    assert len(cases) == 98
    assert wrong == []


@needs_cases
def test_every_selector_that_calico_refuses_is_refused() -> None:
    for written in stored("calico-selectors")["invalid"]:
        with pytest.raises(Malformed):
            parse(written)


ENGINES = {
    "cilium-matchPattern": names.cilium,
    "clusternetworkpolicy-domainNames": names.deep,
    "eks-applicationnetworkpolicy-domainNames": names.deep,
    "gke-fqdnnetworkpolicy-pattern": names.one_label,
}
"""The engines inside the cluster; the others have their tests beside them."""


@needs_cases
def test_every_pattern_for_names_matches_as_stored() -> None:
    cases = [case for case in stored("fqdn-match") if case["engine"] in ENGINES]
    wrong = [
        case
        for case in cases
        if ENGINES[case["engine"]](case["pattern"], case["name"]) is not case["match"]
    ]
    assert Counter(case["engine"] for case in cases).total() == 50
    assert wrong == []
