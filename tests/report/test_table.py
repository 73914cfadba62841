"""The table: fits, says what to do, and is as clear when nothing is wrong."""

import re
from dataclasses import replace

import pytest

from preflight.model.diagnosis import Cause, Verdict
from preflight.model.endpoint import Environment, Protocol, Requirement
from preflight.model.plan import Stage
from preflight.model.report import (
    Allow,
    BlockedBy,
    EndpointResult,
    Engine,
    Report,
    Timings,
)
from preflight.model.vantage import VantageKind
from preflight.report.layout import columns
from preflight.report.style import Style
from preflight.report.table import render
from tests.golden.rich import rich_report
from tests.report.builders import (
    dns,
    endpoint,
    finding,
    observed,
    profile,
    reached,
    report,
    skipped,
    stopped,
    unmeasured,
    vantage,
    waived,
)

DROPPED = stopped("mcr-rest", "mcr.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
BLOCKED = report(endpoint(), DROPPED, findings=(finding(DROPPED),))


def row_of(text: str, host: str) -> list[str]:
    """The cells of a host's row."""
    line = next(line for line in text.splitlines() if f" {host}" in line)
    return re.split(r"\s{2,}", line.strip())


@pytest.mark.parametrize("width", [60, 80, 96, 100])
@pytest.mark.parametrize("unicode", [True, False])
def test_no_line_is_wider_than_the_terminal(width: int, unicode: bool) -> None:
    text = render(rich_report(), Style(width=width, unicode=unicode))
    assert max(columns(line) for line in text.splitlines()) <= width


def test_without_unicode_everything_is_ascii() -> None:
    assert render(rich_report(), Style(unicode=False)).isascii()


def test_without_colour_there_is_no_escape_sequence() -> None:
    assert "\x1b" not in render(rich_report(), Style(colour=False))


def test_colours_change_nothing_but_colour() -> None:
    coloured = render(rich_report(), Style(colour=True))
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[[0-9]+m", "", coloured) == render(rich_report(), Style(colour=False))


def test_only_line_ends_and_printable_characters_leave() -> None:
    text = render(rich_report())
    assert text.replace("\n", "").isprintable()


def test_the_verdict_comes_first_in_plain_words() -> None:
    assert "BLOCKED: 1 of 2 required endpoints cannot be reached from here." in render(BLOCKED)


def test_a_row_has_the_time_of_each_stage_and_marks_where_it_stopped() -> None:
    text = render(BLOCKED)
    assert row_of(text, "api.cloud.defender.microsoft.com:443")[2:6] == ["4", "23", "31", "46"]
    assert row_of(text, "mcr.test:443")[2:6] == ["4", "✗", "·", "·"]


def test_less_than_a_millisecond_is_not_called_nothing() -> None:
    quick = endpoint(addresses=(reached("20.50.1.9", timings=Timings(tcp=0.0002)),))
    assert row_of(render(report(quick)), "api.cloud.defender.microsoft.com:443")[3] == "<1"


def test_the_address_that_got_farthest_gives_the_times() -> None:
    two = endpoint(
        addresses=(
            reached("2001:db8::1", verdict=Verdict.BLOCKED, timings=Timings()),
            reached("20.50.1.9"),
        )
    )
    assert row_of(render(report(two)), "api.cloud.defender.microsoft.com:443")[3] == "23"


def test_the_proxy_has_a_column_only_where_one_was_used() -> None:
    tunnelled = endpoint(evidence=(observed(Stage.PROXY, "tunnel", elapsed=0.0175),))
    assert "PROXY" not in render(report())
    text = render(report(tunnelled))
    assert "PROXY is everything up to the proxy's answer." in " ".join(text.split())
    assert row_of(text, "api.cloud.defender.microsoft.com:443")[3] == "18"


def test_a_proxy_that_refused_is_marked_in_its_column() -> None:
    refused = stopped("a", "a.test", Stage.PROXY, Cause.PROXY_DENIED, "denied")
    assert row_of(render(report(refused)), "a.test:443")[3] == "✗"


def test_rows_stand_under_their_component() -> None:
    lines = render(report(endpoint(), replace(DROPPED, component="image-pull"))).splitlines()
    assert lines.index("image-pull") == lines.index("defender-sensor") + 2


def test_a_finding_names_cause_endpoints_rule_and_packet() -> None:
    text = render(BLOCKED)
    section = text[text.index("F1  ") : text.index("NEXT")]
    assert "Cause      tcp.dropped, likely: the evidence has one usual reading" in section
    assert "Stops      mcr.test:443 (required, mcr-rest)" in section
    assert "Open       outbound from 10.1.0.4 to\n" in section
    assert "mcr.test, TCP 443 (HTTPS)\n" in section
    assert "2026-11-23 08:31:12.373 UTC, 10.1.0.4:51234 → 20.50.1.9:443\n" in section
    assert "TCP SYN: no answer within 5.0 s\n" in section


def test_a_rule_names_its_service_tag_and_a_bare_port_only_its_transport() -> None:
    allow = Allow(fqdn="a.test", port=123, protocol=Protocol.UDP, service_tag="Clock")
    text = render(replace(BLOCKED, findings=(finding(DROPPED, allow=(allow,)),)))
    assert "a.test, UDP 123; by address: Azure service tag Clock\n" in text


def test_two_service_tags_of_one_name_are_one_line() -> None:
    one = Allow(fqdn="a.test", port=443, protocol=Protocol.HTTPS, service_tag="A")
    allow = (one, replace(one, service_tag="B"))
    text = render(replace(BLOCKED, findings=(finding(DROPPED, allow=allow),)))
    assert text.count("a.test, TCP 443") == 1
    assert "Azure service tags A and B" in text


def test_what_to_ask_for_stands_before_the_rules_and_once() -> None:
    explanation = "The name does not exist. To ask for: The name to be resolvable here."
    one = finding(DROPPED, cause=Cause.DNS_NXDOMAIN, explanation=explanation)
    text = render(replace(BLOCKED, findings=(one,)))
    assert "    The name does not exist.\n" in text
    assert "    Ask for    The name to be resolvable here.\n    Then open  once" in text
    assert text.count("resolvable here") == 1


def test_a_packet_is_told_once() -> None:
    text = render(BLOCKED)
    assert text.count("2026-11-23 08:31:12.373") == 1


def test_an_interceptor_is_named_as_its_certificates_say() -> None:
    by = BlockedBy(engine=Engine.UNKNOWN, name="Contoso Firewall", rule=None, source=None)
    one = finding(DROPPED, cause=Cause.TLS_INTERCEPTED, blocked_by=(by,))
    text = render(replace(BLOCKED, findings=(one,)))
    assert 'Blocked by a device whose certificates say "Contoso Firewall"\n' in text
    assert "Exempt     from TLS inspection" in text


def test_hosts_of_the_command_line_stand_under_words_and_not_under_a_code() -> None:
    lines = render(report(endpoint("a.test", host="a.test", component="user"))).splitlines()
    assert "named on the command line" in lines
    assert "user" not in lines


def test_an_id_that_repeats_the_host_is_not_printed_twice() -> None:
    own = stopped("h0.test", "h0.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
    text = render(report(own, findings=(finding(own),)))
    assert "Stops      h0.test:443 (required)\n" in text


def test_the_proxys_time_holds_every_step_up_to_its_answer() -> None:
    evidence = (
        observed(Stage.PROXY, "lookup", elapsed=0.5, destination="10.0.0.10:53"),
        observed(Stage.PROXY, "connect", "dropped", elapsed=5, destination="10.1.0.8:3128"),
        observed(Stage.PROXY, "connect", elapsed=0.052, destination="10.1.0.9:3128"),
        observed(Stage.PROXY, "tunnel", elapsed=0.019, destination="10.1.0.9:3128"),
    )
    timings = Timings(tls=0.028, http=0.006)
    one = endpoint(dns=None, evidence=evidence, addresses=(reached("10.1.0.9", timings=timings),))
    cells = row_of(render(report(one)), "api.cloud.defender.microsoft.com:443")
    assert cells[2:7] == ["·", "71", "·", "28", "6"]


def test_the_legend_explains_only_the_needs_that_occur() -> None:
    text = " ".join(render(report()).split())
    assert "Needed: required (fails the run when blocked)." in text
    assert "legacy (" not in text


def test_a_finding_without_rule_and_packet_leaves_those_lines_out() -> None:
    text = render(replace(BLOCKED, findings=(finding(DROPPED, allow=(), evidence=()),)))
    assert "Open   " not in text
    assert "Look for" not in text


def test_an_endpoint_that_the_report_does_not_have_is_still_named() -> None:
    text = render(replace(BLOCKED, findings=(finding(endpoints=("gone",)),)))
    assert "Stops      gone\n" in text


def test_a_pod_is_told_that_its_address_may_be_translated() -> None:
    inside = replace(BLOCKED, vantage=vantage(kind=VantageKind.POD, pod="p", namespace="n"))
    assert "the source is often the node's address" in " ".join(render(inside).split())
    assert "the source is often the node's address" not in " ".join(render(BLOCKED).split())


def test_many_endpoints_of_one_finding_are_cut_and_counted() -> None:
    many = [
        stopped(f"e{number}", f"h{number}.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
        for number in range(25)
    ]
    text = render(report(*many, findings=(finding(*many),)))
    section = text[text.index("F1  ") :]
    assert "and 15 more; -o json names all" in section, "endpoints"
    assert "and 5 more; -o json names all" in section, "rules"
    assert "e24" not in section


def test_many_endpoints_of_one_reason_are_cut_and_counted() -> None:
    text = render(report(*(unmeasured(f"e{n}", f"h{n}.test") for n in range(25))))
    section = text[text.index("NOT MEASURED") :]
    assert "and 15 more" in section
    assert section.count("Nothing answers there by design") == 1


def test_what_was_not_measured_is_said_with_the_reason() -> None:
    text = render(report(unmeasured()))
    assert "was not measured" in " ".join(text.split())
    section = text[text.index("NOT MEASURED") : text.index("NEXT")]
    assert "Nothing answers there by design" in section
    assert "ntp.example.test:443  (required, time)" in section


def test_what_was_not_probed_is_said_with_the_way_to_change_that() -> None:
    text = render(report(endpoint(), skipped()))
    assert "give it with --workspace-id" in text[text.index("NOT PROBED") :]


def test_a_stop_that_no_finding_explains_is_not_lost() -> None:
    text = render(report(replace(DROPPED, findings=())))
    assert "It stopped there." in text[text.index("STOPPED, WITHOUT A KNOWN CAUSE") :]


def test_a_waived_endpoint_shows_its_reason_and_its_last_day() -> None:
    text = render(report(endpoint(), waived(DROPPED, "mirror in use")))
    assert row_of(text, "mcr.test:443")[-1] == "waived"
    section = text[text.index("WAIVED") :]
    assert "mcr.test:443  (mcr-rest): blocked at TCP\n  until 2027-01-31: mirror in use" in section
    assert "Every required endpoint that is not waived can be reached" in text


def test_a_waiver_without_a_day_has_no_end() -> None:
    assert "without an end: mirror" in render(report(waived(DROPPED, "mirror", None)))


def test_a_pass_ends_with_known_causes_that_are_not_the_network() -> None:
    text = render(report())
    end = text[text.index("IF THE SENSOR STILL FAILS") :]
    for cause in ("local authentication", "Read-only lock", "AMPLS", "5.4", "webhook"):
        assert cause in end
    assert "issues/1010" in end


def test_a_degraded_run_says_what_to_mend_before_other_causes() -> None:
    faulty = endpoint(verdict=Verdict.DEGRADED, cause=Cause.PATH_UNSTABLE, findings=("F1",))
    text = render(report(faulty, findings=(finding(faulty),)))
    assert text.index("NEXT") < text.index("IF THE SENSOR STILL FAILS")


def test_causes_of_another_environment_are_left_out() -> None:
    assert "AMPLS" not in render(report(profile=profile(environment=Environment.EKS)))
    assert "AMPLS" in render(report(profile=profile(environment=None)))


def test_a_blocked_run_ends_with_what_to_do_and_without_other_causes() -> None:
    text = render(BLOCKED)
    assert "Give the findings to the people who run the firewall" in text
    assert "IF THE SENSOR STILL FAILS" not in text


def test_a_report_without_endpoints_says_so() -> None:
    empty = replace(report(), endpoints=())
    assert "There was no endpoint to probe." in render(empty)
    assert "ENDPOINTS" not in render(empty)


def test_an_interrupted_run_says_so() -> None:
    assert "The run was interrupted" in render(report(interrupted=True))


@pytest.mark.parametrize("requirement", Requirement)
def test_every_requirement_has_room_beside_a_long_host(requirement: Requirement) -> None:
    long = endpoint(host=f"{'x' * 60}.ods.opinsights.azure.com", requirement=requirement)
    text = render(report(long))
    assert ".ods.opinsights.azure.com:443" in text, "the service's name survives the cut"
    assert row_of(text, "xxx")[6] == requirement.value


def test_two_thousand_endpoints_are_one_table() -> None:
    def one(number: int) -> EndpointResult:
        return endpoint(f"e{number}", host=f"h{number}.test", dns=dns("20.50.1.9"))

    many: Report = report(*(one(number) for number in range(2000)))
    assert "h1999.test:443" in render(many)
