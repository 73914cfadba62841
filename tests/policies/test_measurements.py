"""Exports without a rule are told of, and never judged."""

from typing import Any

from preflight.policies import is_known, told
from tests.policies.exported import document

FOUND_NONE: dict[str, Any] = {
    "NetworkInsightsPathId": "nip-1",
    "NetworkPathFound": False,
    "Explanations": [
        {
            "Direction": "egress",
            "ExplanationCode": "ENI_SG_RULES_MISMATCH",
            "SecurityGroups": [{"Id": "sg-1"}],
        }
    ],
}


def test_an_analysis_names_the_code_and_what_it_is_about() -> None:
    (said,) = told([document({"NetworkInsightsAnalyses": [FOUND_NONE]})])
    assert 'no way for its path "nip-1"' in said
    assert '"ENI_SG_RULES_MISMATCH" ("egress") at "sg-1"' in said


def test_an_analysis_that_found_a_way_is_a_measurement_of_that_path() -> None:
    analysis = {**FOUND_NONE, "NetworkPathFound": True}
    (said,) = told([document({"NetworkInsightsAnalyses": [analysis]})])
    assert "found a way" in said


def test_a_domain_list_alone_asks_for_the_rules() -> None:
    domains = document({"Domains": ["a.example.com."]})
    assert "give its rules too" in told([domains])[0]
    assert is_known([domains])


def test_a_domain_list_beside_its_rules_is_not_told_of() -> None:
    assert told([document({"Domains": []}), document({"FirewallRules": []})]) == ()


def test_malformed_analyses_are_no_trouble() -> None:
    odd = [None, 7, {"Explanations": [None, {"SecurityGroups": {"Id": 1}}]}]
    assert all(isinstance(said, str) for said in told([document({"NetworkInsightsAnalyses": odd})]))
