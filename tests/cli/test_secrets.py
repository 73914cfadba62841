"""What objects and exports hold besides rules, tokens and passwords among it, is in nothing that is written."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from preflight.allow import DIALECTS
from preflight.blame import blamed
from preflight.cli.group import cli
from preflight.cli.policies import documents
from preflight.codec import decode, encode
from preflight.job.reasons import why_no_report
from preflight.model.diagnosis import Cause
from preflight.model.plan import Stage
from preflight.model.vantage import VantageKind
from preflight.report import FORMATS, render
from preflight.report.fleet import FLEET_FORMATS
from tests.golden.fleet import cluster
from tests.report.builders import PASSWORD, USER, finding, report, stopped, vantage

TOKEN = "eyJhbGciOiJSUzI1NiJ9.c2VjcmV0"
URL = f"http://{USER}:{PASSWORD}@proxy.corp.test:3128"
ENVIRONMENT = [{"name": "HTTPS_PROXY", "value": URL}, {"name": "TOKEN", "value": TOKEN}]
ANNOTATIONS = {"last-applied": f'{{"token": "{TOKEN}"}}', "note": f"Bearer {TOKEN}"}
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web-1", "namespace": "shop", "annotations": ANNOTATIONS},
    "spec": {"containers": [{"name": "web", "env": ENVIRONMENT, "args": [URL]}]},
}
POLICY: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "deny", "namespace": "shop", "annotations": ANNOTATIONS},
    "spec": {"podSelector": {}, "policyTypes": ["Egress"]},
}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"t": TOKEN}}
SQUID = f"""
cache_peer up.corp.test parent 3128 0 login={USER}:{PASSWORD}
auth_param basic program /usr/lib/squid/basic_db_auth --user {USER} --password {PASSWORD}
external_acl_type tickets %SRC /usr/lib/ticket --token={TOKEN}
acl staff external tickets {TOKEN}
http_access allow staff
http_access deny all
"""


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """`--policies` with all of that."""
    (tmp_path / "objects.json").write_text("\n".join(map(json.dumps, (POD, POLICY, SECRET))))
    (tmp_path / "squid.conf").write_text(SQUID)
    return ["--policies", str(tmp_path)]


def called(*words: str) -> Result:
    done = CliRunner().invoke(cli, list(words), catch_exceptions=False)
    assert done.exit_code in {0, 1, 3}, done.output
    assert done.output
    holds_no_secret(done.output)
    return done


def holds_no_secret(text: str) -> None:
    for secret in (TOKEN, PASSWORD, USER):
        assert secret not in text


@pytest.mark.parametrize("format_name", ["table", "json"])
def test_of_objects_only_rules_are_explained(given: list[str], format_name: str) -> None:
    done = called(
        *("rules", "explain", *given, "--from", "shop/web-1", "--to", "api.example.test"),
        *("-o", format_name),
    )
    assert "shop/deny" in done.output


@pytest.fixture
def saved(tmp_path: Path) -> str:
    """A report behind that proxy, which never holds its credentials."""
    row = stopped("api", "api.example.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
    made = report(
        row,
        findings=(finding(row, cause=Cause.TCP_DROPPED),),
        vantage=vantage(kind=VantageKind.POD, namespace="shop", pod="web-1"),
    )
    (tmp_path / "report.saved").write_text(encode(made))
    return str(tmp_path / "report.saved")


@pytest.mark.parametrize("format_name", ["table", "json"])
def test_so_it_is_of_a_reports_flows(given: list[str], saved: str, format_name: str) -> None:
    called("rules", "explain", *given, "--report", saved, "-o", format_name)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_request_for_rules_holds_nothing_else(saved: str, dialect: str) -> None:
    called("rules", "request", "--report", saved, "--format", dialect)


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_report_whose_rules_were_named_holds_nothing_else(
    given: list[str], saved: str, format_name: str
) -> None:
    named = blamed(decode(Path(saved).read_text()), documents(given[1:]))
    assert named.findings[0].blocked_by[0].name == "shop/deny"
    holds_no_secret(render(named, format_name))


@pytest.mark.parametrize("format_name", FLEET_FORMATS)
def test_words_of_a_cluster_hold_none_in_a_report_over_several_places(format_name: str) -> None:
    trouble = why_no_report({"status": {}}, f"proxyconnect tcp: dial {URL}: i/o timeout")
    fleet = cluster()
    lost = replace(fleet.failures[0], detail=trouble.detail)
    shown = render(replace(fleet, failures=(lost, *fleet.failures[1:])), format_name)
    assert format_name == "csv" or "proxy.corp.test" in shown
    holds_no_secret(shown)
