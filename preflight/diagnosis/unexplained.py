"""The last word: what no other rule explains is inconclusive, and says what was seen."""

from typing import assert_never

from preflight.diagnosis.case import Case, Judged
from preflight.diagnosis.conclude import inconclusive
from preflight.diagnosis.lookups import found, replies, resolvers_of
from preflight.diagnosis.quote import plain, quoted
from preflight.diagnosis.steps import handshake_of, is_finished
from preflight.diagnosis.verdicts import CONFIDENCES, failing
from preflight.diagnosis.wording import after, at, counted
from preflight.model.diagnosis import Diagnosis, Verdict
from preflight.model.endpoint import Trust
from preflight.model.evidence import (
    Attempt,
    Connect,
    Datagram,
    Exchange,
    Handshake,
    Outcome,
    PathStep,
    Tunnel,
)
from preflight.model.plan import Stage

STAGES = (None, *Stage)
"""In the order of a connection: the further an address came, the more its end says."""


def explain(attempt: Attempt, case: Case) -> Diagnosis:
    """Say what was seen at this address and why it decides nothing."""
    return inconclusive(attempt.last.stage, _seen(attempt, case), *attempt.steps)


def explain_path(judged: tuple[Judged, ...], case: Case) -> Diagnosis:
    """Take over what was found at the addresses, none of which works; without any, say what is missing."""
    if not judged:
        return _nothing_tried(case)
    bad = failing(judged)
    if not bad:
        return _without_verdict(judged)
    chief = max(bad, key=_weight)
    same = [each for each in bad if each.diagnosis.cause is chief.diagnosis.cause]
    observations = tuple(step for each in same if each is not chief for step in each.attempt.steps)
    return Diagnosis(
        verdict=Verdict.BLOCKED,
        stage=chief.diagnosis.stage,
        cause=chief.diagnosis.cause,
        confidence=chief.diagnosis.confidence,
        explanation=chief.diagnosis.explanation + _others(bad, same, case),
        observations=observations + chief.diagnosis.observations,
        scope=chief.diagnosis.scope,
    )


def _weight(judged: Judged) -> tuple[int, int]:
    diagnosis = judged.diagnosis
    return STAGES.index(diagnosis.stage), CONFIDENCES.index(diagnosis.confidence)


def _others(bad: tuple[Judged, ...], same: list[Judged], case: Case) -> str:
    text = ""
    if len(bad) == len(same) > 1:
        text = f" The same at all {counted(len(same), 'address', 'addresses')}."
    elif len(bad) > len(same):
        causes = sorted({each.diagnosis.cause or "unexplained" for each in bad if each not in same})
        text = f" {counted(len(bad) - len(same), 'further address fails', 'further addresses fail')} too ({', '.join(causes)})."
    untried = case.evidence.untried
    return text + (
        f" {counted(untried, 'further address was', 'further addresses were')} not tried."
        if untried
        else ""
    )


def _without_verdict(judged: tuple[Judged, ...]) -> Diagnosis:
    """No address is blocked and none works: the first that was judged at all speaks for the host."""
    heard = next((each for each in judged if each.diagnosis.verdict is not Verdict.SKIPPED), None)
    if heard is not None:
        return heard.diagnosis
    steps = tuple(step for each in judged for step in each.attempt.steps)
    return inconclusive(
        Stage.TCP, "The name has only IPv6 addresses, and this host has no IPv6 route.", *steps
    )


def _nothing_tried(case: Case) -> Diagnosis:
    given = replies(case.evidence)
    lookups = case.evidence.lookups
    if not lookups:
        return inconclusive(Stage.DNS, "Not measured: there was no resolver to ask.")
    if found(case.evidence):
        return inconclusive(
            None, "Not measured: the name resolves, but no address was tried.", *lookups
        )
    if any(reply.outcome is Outcome.TOO_LARGE for reply in given):
        text = f"The resolver {resolvers_of(given)} answers with a truncated message, and TCP to it, which the rest needs, fails."
        return inconclusive(Stage.DNS, text, *lookups)
    outcomes = sorted({lookup.outcome for lookup in lookups})
    text = f"The lookup of {plain(lookups[-1].name)} at {resolvers_of(given)} gave no address ({', '.join(outcomes)})."
    return inconclusive(Stage.DNS, text, *lookups)


def _seen(attempt: Attempt, case: Case) -> str:
    last = attempt.last
    if last.outcome is Outcome.LOCAL:
        return f"This host did not send: {quoted(last.error or last.outcome)}. A local firewall, policy or limit is in the way."
    if last.outcome is not Outcome.OK:
        return _not_ok(last, case)
    shaken = handshake_of(attempt, case)
    if shaken is not None and shaken is last and not shaken.verified:
        return _unverified(case)
    return _open_end(attempt, case)


def _not_ok(last: PathStep, case: Case) -> str:
    match last:
        case Datagram(outcome=Outcome.DROPPED):
            return f"{at(last, case)} did not answer {after(last.elapsed)}. UDP may be blocked, or the service ignores the question."
        case Handshake(outcome=Outcome.ALERT):
            return f"{at(last, case)} asks for a client certificate (alert {quoted(last.alert or '')}), so it could not be verified."
        case Exchange(outcome=Outcome.CLOSED):
            return f"{at(last, case)} closed the connection without an answer to the request."
        case Connect() | Tunnel() | Handshake() | Exchange() | Datagram():
            words = f": {quoted(last.error)}" if last.error else ""
            return f"The {last.stage} step at {at(last, case)} ended as {last.outcome}{words}, which fits no known cause."
        case _ as unreachable:
            assert_never(unreachable)


def _unverified(case: Case) -> str:
    if case.endpoint.trust is Trust.CLUSTER:
        return (
            "The API server answered TLS, but the cluster's CA is not known here, so it could not be verified: run the check in a"
            " pod, which has the CA, or give it with --cluster-ca-file."
        )
    return f"{plain(case.host)} answered TLS, but its certificate was not verified."


def _open_end(attempt: Attempt, case: Case) -> str:
    if not is_finished(attempt, case):
        return f"The measurement ended early, after the {attempt.last.stage} step."
    if isinstance(attempt.last, Connect | Tunnel):
        return (
            f"TCP connects to {at(attempt.last, case)}, which proves nothing: firewalls complete TCP themselves, and what would be"
            " spoken behind it cannot be asked for."
        )
    status = attempt.last.status if isinstance(attempt.last, Exchange) else None
    return f"{plain(case.host)} answered {status}, but nothing shows whether the service or a proxy wrote the answer."
