"""The run in one sentence: true for every verdict, and with what is missing."""

from dataclasses import replace

from preflight.model.diagnosis import Cause, Verdict
from preflight.model.endpoint import Requirement
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult
from preflight.report.headline import headline, tally
from tests.report.builders import endpoint, report, skipped, stopped, unmeasured

NEEDED = Requirement.REQUIRED
API_SERVER = "the API server's name is not known; give --set api_server_fqdn=VALUE"
REGION = "the AWS region is not known; give --region NAME"


def faulty(id_: str = "faulty", requirement: Requirement = NEEDED) -> EndpointResult:
    return endpoint(
        id_,
        verdict=Verdict.DEGRADED,
        stage=Stage.TCP,
        cause=Cause.PATH_PARTIAL_ADDRESSES,
        requirement=requirement,
    )


def missing(id_: str, reason: str = API_SERVER) -> EndpointResult:
    return skipped(id_, requirement=NEEDED, explanation=reason)


def blocked(id_: str) -> EndpointResult:
    return stopped(id_, f"{id_}.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")


def test_a_run_that_reached_nothing_says_so() -> None:
    dark = report(blocked("a"), blocked("b"), unmeasured("time", requirement=Requirement.OPTIONAL))
    said = "2 of 2 required endpoints cannot be reached from here"
    assert headline(dark) == f"{said}; nothing was proven to be reachable."
    optional = endpoint(requirement=Requirement.OPTIONAL)
    assert headline(report(blocked("a"), blocked("b"), optional)) == f"{said}."
    assert headline(report(blocked("a"))) == (
        "1 of 1 required endpoint cannot be reached from here."
    )


def test_a_required_endpoint_that_was_skipped_says_what_to_give() -> None:
    assert headline(report(endpoint(), missing("a"))) == (
        "Nothing required is blocked for certain, but 1 of 2 required endpoints was not measured: "
        f"{API_SERVER}."
    )


def test_one_reason_of_several_endpoints_is_said_once() -> None:
    text = headline(report(missing("a"), missing("b", f"{API_SERVER}."), missing("c", REGION)))
    assert f"3 of 3 required endpoints were not measured: {API_SERVER}; {REGION}." in text


def test_more_reasons_than_a_sentence_holds_are_found_below() -> None:
    text = headline(report(*(missing(str(n), f"reason {n}") for n in range(4))))
    assert text.endswith(": reason 0; reason 1; the reasons stand below.")


def test_what_a_finding_explains_points_to_it() -> None:
    lost = unmeasured("a", "a.test", findings=("F1",))
    assert headline(report(lost, replace(lost, id="b", findings=("F2",)))).endswith(
        "2 of 2 required endpoints were not measured: see F1 and F2."
    )


def test_what_nothing_explains_shortly_points_below() -> None:
    assert headline(report(unmeasured())).endswith("was not measured: the reasons stand below.")


def test_an_interrupted_run_whose_required_endpoints_were_all_measured_counts_none() -> None:
    assert headline(report(interrupted=True)) == (
        "Nothing required is blocked for certain. The run was interrupted: this is what was known until then."
    )


def test_a_degraded_run_says_what_keeps_it_from_passing() -> None:
    optional = Requirement.OPTIONAL
    blocked = stopped("b", "b.test", Stage.TCP, Cause.TCP_DROPPED, "dropped", requirement=optional)
    assert headline(report(endpoint(), faulty())) == (
        "Every required endpoint can be reached from here, but 1 of them only with faults."
    )
    assert headline(report(endpoint(), blocked)).endswith("but 1 that is not required is blocked.")
    assert headline(
        report(faulty(), faulty("f", optional), faulty("g", optional), blocked)
    ).endswith(
        "but 1 of them only with faults and 2 that are not required only with faults and 1 that is not required is blocked."
    )


def test_no_endpoint_has_no_tally() -> None:
    assert tally(replace(report(), endpoints=())) == "none"
