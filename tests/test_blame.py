"""A report and the policies given → the report that names them."""

from typing import Any

from preflight.blame import blamed
from preflight.model.diagnosis import Cause, Confidence
from preflight.model.document import Document
from preflight.model.flow import Origin
from preflight.model.plan import Stage
from preflight.model.report import Engine, Report
from preflight.model.vantage import VantageKind
from tests.report.builders import finding, observed, report, stopped, vantage

IN_POD = vantage(kind=VantageKind.POD, namespace="shop", pod="web-1")


def document(body: dict[str, Any], line: int = 1) -> Document:
    return Document(body=body, origin=Origin(file="policies.yaml", line=line))


DENY = document(
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": "shop"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"]},
    }
)
POD = document(
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-1", "namespace": "shop", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web"}]},
    }
)
SQUID = document({"squid.conf": "acl all src all\nhttp_access deny all\n"})


def measured(cause: Cause, stage: Stage, outcome: str, **changes: Any) -> Report:
    row = stopped("api", "api.example.test", stage, cause, outcome)
    return report(row, findings=(finding(row, cause=cause),), **changes)


def test_a_policy_that_isolates_the_pod_is_confirmed_by_dropped_packets() -> None:
    made = blamed(measured(Cause.TCP_DROPPED, Stage.TCP, "dropped", vantage=IN_POD), [DENY, POD])
    (by,) = made.findings[0].blocked_by
    assert (by.engine, by.name, by.source, by.confidence) == (
        Engine.KUBERNETES_NETWORK_POLICY,
        "shop/deny",
        "policies.yaml:1",
        Confidence.CONFIRMED,
    )


def test_the_same_policy_binds_no_host() -> None:
    made = blamed(measured(Cause.TCP_DROPPED, Stage.TCP, "dropped"), [DENY, POD])
    assert [by.engine for by in made.findings[0].blocked_by] == [Engine.UNKNOWN]
    assert "look past them" not in made.findings[0].explanation


def test_a_proxys_rules_are_asked_for_the_host_and_policies_for_the_proxy() -> None:
    """The policy denies the proxy's address, and squid the host: what was seen is squid's denial."""
    tunnel = observed(Stage.PROXY, "tunnel", "denied", destination="10.0.0.20:3128")
    row = stopped(
        "api", "api.example.test", Stage.PROXY, Cause.PROXY_DENIED, "denied", evidence=(tunnel,)
    )
    seen = report(
        row,
        findings=(finding(row, cause=Cause.PROXY_DENIED),),
        vantage=vantage(proxy="http://10.0.0.20:3128"),
    )
    (by, *_) = blamed(seen, [SQUID]).findings[0].blocked_by
    assert (by.engine, by.confidence) == (Engine.SQUID, Confidence.CONFIRMED)


def test_without_policies_that_concern_it_a_report_keeps_its_findings_and_says_so() -> None:
    before = measured(Cause.TCP_DROPPED, Stage.TCP, "dropped", vantage=IN_POD)
    given = blamed(before, [POD])
    assert given.findings == before.findings
    assert "concerns connections from here" in given.notices[-1]
