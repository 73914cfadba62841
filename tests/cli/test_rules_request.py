"""`rules request`, as click runs it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from preflight.allow import DIALECTS
from preflight.cli.rules import rules
from preflight.codec import encode
from preflight.codec.fleet import encode_fleet
from preflight.errors import ExitCode, PreflightError
from preflight.model.fleet import FleetReport
from tests.allow.readers import openings
from tests.allow.test_of_fleet import COMPACT
from tests.diagnosis.vantages.clusters import compared
from tests.golden.fleet import cluster
from tests.golden.rich import rich_report
from tests.report.builders import PASSWORD, USER, endpoint, report

AKS = ("--environment", "aks", "--region", "westeurope")


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(rules, ("request", *arguments), input=text, standalone_mode=False)


def written(*arguments: str) -> Result:
    result = run(*arguments)
    assert result.exception is None, result.exception
    assert result.return_value == ExitCode.OK
    return result


def refusal(*arguments: str) -> str:
    """The message of a refused call; nothing was written to standard output."""
    result = run(*arguments)
    assert isinstance(result.exception, PreflightError), result.exception
    assert result.exception.exit_code == ExitCode.USAGE
    assert result.stdout == ""
    return str(result.exception)


@pytest.fixture
def saved(tmp_path: Path) -> str:
    file = tmp_path / "report.json"
    file.write_text(encode(rich_report()), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_profile_in_every_format(dialect: str) -> None:
    result = written(*AKS, "--format", dialect, "--source", "10.240.0.0/16")

    if dialect in {"network-policy", "calico"}:  # nothing is known of addresses
        assert list(yaml.safe_load_all(result.stdout)) == []
        assert "no address is known" in result.stderr
    else:
        assert openings(result.stdout, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_report_in_every_format(dialect: str, saved: str) -> None:
    result = written("--report", saved, "--format", dialect)

    assert openings(result.stdout, dialect)
    assert PASSWORD not in result.output
    assert USER not in result.output


def test_remarks_go_to_standard_error_alone() -> None:
    result = written(*AKS, "--format", "paloalto-edl")

    assert "Note:" not in result.stdout
    assert all(line.startswith("Note: ") for line in result.stderr.splitlines())


def test_addresses_that_were_given_make_a_policy_by_address() -> None:
    result = written(
        *AKS,
        "--format",
        "network-policy",
        "--address",
        "api.cloud.defender.microsoft.com=203.0.113.10,2001:db8::10",
        "--address",
        "login.microsoftonline.com=198.51.100.30",
    )

    assert {
        where for where, port, _ in openings(result.stdout, "network-policy") if port == 443
    } == {
        "203.0.113.10/32",
        "2001:db8::10/128",
        "198.51.100.30/32",
    }


def test_the_pods_can_be_named() -> None:
    result = written(
        *AKS, "--component", "azure-policy", "--format", "cilium",
        "--namespace", "gatekeeper-system", "--labels", "app=gatekeeper,tier=web",
    )  # fmt: skip

    (policy,) = yaml.safe_load_all(result.stdout)
    assert policy["metadata"]["namespace"] == "gatekeeper-system"
    assert policy["spec"]["endpointSelector"] == {
        "matchLabels": {"app": "gatekeeper", "tier": "web"}
    }
    assert ("data.policy.core.windows.net", 443, "TCP") in openings(result.stdout, "cilium")


def test_the_sensors_pods_are_elsewhere_on_other_clusters() -> None:
    (policy,) = yaml.safe_load_all(written("--environment", "gke", "--format", "cilium").stdout)

    assert policy["metadata"]["namespace"] == "mdc"


def test_names_begin_as_asked() -> None:
    result = written(*AKS, "--name", "contoso", "--format", "azure-firewall")

    assert "contoso-application" in result.stdout


def test_the_result_can_go_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    result = written(*AKS, "-o", f"azure-firewall={file}", "-o", "csv")

    assert result.stdout.startswith("direction,source,")
    assert json.loads(file.read_text(encoding="utf-8"))["resources"]


def test_a_report_can_come_from_standard_input(saved: str) -> None:
    result = run("--report", "-", "--format", "csv", text=Path(saved).read_text(encoding="utf-8"))

    assert result.return_value == ExitCode.OK
    assert "*.ods.opinsights.azure.com" in result.stdout


def test_a_report_without_blocks_asks_for_nothing_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "clean.json"
    file.write_text(encode(report(endpoint())), encoding="utf-8")

    result = written("--report", str(file))

    assert result.stdout == ""
    assert "there is nothing to ask for" in result.stderr


@pytest.fixture
def fleet(tmp_path: Path) -> Callable[[FleetReport], str]:
    def save(value: FleetReport) -> str:
        file = tmp_path / "fleet.json"
        file.write_text(encode_fleet(value), encoding="utf-8")
        return str(file)

    return save


@pytest.mark.parametrize("dialect", DIALECTS)
def test_several_vantages_in_every_format(
    dialect: str, fleet: Callable[[FleetReport], str]
) -> None:
    result = written("--report", fleet(cluster()), "--format", dialect)

    assert openings(result.stdout, dialect)
    assert "(tcp.dropped) is not mended by a rule" not in result.output


def test_of_several_vantages_it_is_said_what_none_could_tell(
    fleet: Callable[[FleetReport], str],
) -> None:
    result = written("--report", fleet(COMPACT))

    assert result.stdout == ""
    assert "Note: F1 (tcp.dropped) came home without what to ask for" in result.stderr


def test_a_run_from_which_no_report_came_is_refused(fleet: Callable[[FleetReport], str]) -> None:
    message = refusal("--report", fleet(compared(failures=cluster().failures)))

    assert message == "no vantage gave a report, so it is not known what to ask for"


def test_a_format_that_can_hold_nothing_of_it_says_so() -> None:
    result = written(
        "--only-endpoint", "203.0.113.7:443", "--format", "paloalto-edl", "--environment", "aks"
    )

    assert result.stdout == ""
    assert "choose another --format" in result.stderr


def test_waived_endpoints_are_left_out_of_a_profile() -> None:
    every = written(*AKS, "--format", "csv").stdout
    fewer = written(*AKS, "--format", "csv", "--waive", "aks-acs-mirror=not used")

    row = "\noutbound,SOURCE_CIDR,acs-mirror.azureedge.net"
    assert row in every
    assert row not in fewer.stdout
    assert "Waived, so not asked for: acs-mirror.azureedge.net." in fewer.stderr


@pytest.mark.parametrize(
    ("waiver", "remark"),
    [
        ("aks-acs-mirror=not used@2020-01-01", "ended on 2020-01-01"),
        ("nothing-like-it=not used", "names no endpoint of this profile"),
    ],
)
def test_a_waiver_that_does_not_hold_leaves_nothing_out(waiver: str, remark: str) -> None:
    result = written(*AKS, "--format", "csv", "--waive", waiver)

    assert "\noutbound,SOURCE_CIDR,acs-mirror.azureedge.net" in result.stdout
    assert remark in result.stderr


def test_what_must_be_said_of_the_profile_is_said() -> None:
    result = written("--environment", "gke", "--format", "squid")

    assert "# The Arc agents' endpoints are not included" in result.stdout
    assert "Note: The Arc agents' endpoints are not included" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "which endpoints matter depends on the environment"),
        ((*AKS, "--source", "0.0.0.0/0"), "that is everywhere"),
        ((*AKS, "--source", "::/0"), "that is everywhere"),
        ((*AKS, "--source", "10.0.0.1/8"), "without host bits"),
        ((*AKS, "--source", "nodes"), "a network such as"),
        ((*AKS, "--name", "Contoso"), "lower-case letters"),
        ((*AKS, "--name", "a'); drop"), "lower-case letters"),
        ((*AKS, "--namespace", "a_b"), "no name of a namespace"),
        ((*AKS, "--labels", "app=defender"), "only clear with --namespace"),
        ((*AKS, "--namespace", "mdc", "--labels", "app"), "write NAME=VALUE"),
        ((*AKS, "--namespace", "mdc", "--labels", "app=it's"), "write NAME=VALUE"),
        ((*AKS, "--namespace", "mdc", "--labels", "a=1,a=2"), "given twice"),
        ((*AKS, "--address", "10.0.0.1"), "write HOST=IP"),
        ((*AKS, "--address", "a.example.com=here"), "write HOST=IP"),
        ((*AKS, "--address", "a b=10.0.0.1"), "that is no host name"),
        ((*AKS, "--component", "nope"), "--component"),
        ((*AKS, "-o", "csv=/nowhere/at/all.json"), "does not exist"),
        ((*AKS, "-o", "nope"), "nope"),
        ((*AKS, "-o", "csv", "--format", "csv"), "leave one of the two out"),
        (("--report", "missing.json"), "cannot be read"),
        (("--report", "x.json", "--region", "westeurope"), "--region"),
        (("--report", "x.json", "--environment", "aks"), "--environment"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(arguments: tuple[str, ...], message: str) -> None:
    said = refusal(*arguments)

    assert message in said
    assert "\n" not in said


def test_a_report_that_breaks_the_schema_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text('{"schema": "defender-preflight/report/v1"}', encoding="utf-8")

    assert str(file) in refusal("--report", str(file))


@pytest.mark.parametrize("environment", ["aks", "eks", "gke", "arc"])
@pytest.mark.parametrize("cloud", ["public", "usgov", "china"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_profile_in_every_format_can_be_read_back(
    environment: str, cloud: str, dialect: str
) -> None:
    result = written("--environment", environment, "--cloud", cloud, "--all", "--format", dialect)

    if dialect not in {"network-policy", "calico"}:
        assert openings(result.stdout, dialect) or result.stderr
