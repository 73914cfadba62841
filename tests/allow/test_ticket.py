"""The ticket of a request: whose rule it is, how sure that is, and each packet once."""

from dataclasses import replace

from preflight.allow import of_report, render
from preflight.model.diagnosis import Cause, Confidence
from preflight.model.plan import Stage
from preflight.model.report import NO_RULE_MATCHES, Allow, BlockedBy, Engine, Finding
from tests.report.builders import finding, report, stopped

HOST = stopped("a", "a.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
ALLOW = Allow(fqdn=HOST.fqdn, port=HOST.port, protocol=HOST.protocol, service_tag=None)


def ticket(found: Finding) -> str:
    return render(of_report(report(HOST, findings=(found,)), name="defender"), "markdown").text


def by(rule: str | None, name: str | None, confidence: Confidence | None) -> Finding:
    one = BlockedBy(
        engine=Engine.KUBERNETES_NETWORK_POLICY,
        name=name,
        rule=rule,
        source="np.yaml:16" if name else None,
        confidence=confidence,
    )
    return finding(HOST, allow=(ALLOW,), blocked_by=(one,))


def test_it_says_how_sure_it_is_that_this_rule_blocks() -> None:
    text = ticket(by("spec.egress", "ns/deny", Confidence.LIKELY))
    assert "Blocked by `kubernetes-network-policy`, `ns/deny`, rule `spec.egress`" in text
    assert "(np.yaml:16), likely\n" in text


def test_no_rule_is_not_called_one() -> None:
    text = ticket(by(NO_RULE_MATCHES, "ns/deny", Confidence.CONFIRMED))
    assert "`ns/deny`, no rule matches, denied by default (np.yaml:16), confirmed\n" in text


def test_who_is_only_suspected_is_not_said_to_block() -> None:
    assert "Blocked by" not in ticket(by(None, None, None))


def test_packets_that_look_alike_stand_once() -> None:
    found = finding(HOST, allow=(ALLOW,))
    line = next(each for each in found.evidence if each.source and each.outcome != "ok")
    text = ticket(replace(found, evidence=(line, line)))
    assert text.count(f"`{line.source}`") == 1
