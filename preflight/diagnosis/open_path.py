"""When the path is proven open: an answer of the authentic service, or as much of that as the protocol can give."""

from dataclasses import replace
from typing import assert_never

from preflight.addresses import is_private
from preflight.diagnosis.authenticity import Channel, channel_of, has_fingerprint
from preflight.diagnosis.case import Case, Judged
from preflight.diagnosis.conclude import reachable
from preflight.diagnosis.lookups import replies, resolvers_of
from preflight.diagnosis.proxy_answer import UPSTREAM
from preflight.diagnosis.quote import plain, quoted
from preflight.diagnosis.steps import exchange_of
from preflight.diagnosis.verdicts import counting, failing, working
from preflight.diagnosis.wording import counted
from preflight.model.diagnosis import Confidence, Diagnosis, Verdict
from preflight.model.evidence import Attempt, Datagram, Exchange, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the answer is the service's: any status of an authentic peer proves the path."""
    last = attempt.last
    if isinstance(last, Datagram) and last.outcome is Outcome.OK:
        text = f"{plain(case.host)} answered over UDP.{_private(attempt, case)}"
        return reachable(Confidence.LIKELY, text, *attempt.steps)
    answer = exchange_of(attempt)
    if answer is None:
        return _alerted(attempt, case)
    match channel_of(attempt, case):
        case Channel.AUTHENTIC | Channel.VERIFIED as channel:
            return _over_tls(answer, channel, attempt, case)
        case Channel.CLEAR:
            return _in_clear(answer, attempt, case)
        case Channel.FOREIGN | Channel.UNPROVEN:
            return None
        case _ as unreachable:
            assert_never(unreachable)


def _over_tls(answer: Exchange, channel: Channel, attempt: Attempt, case: Case) -> Diagnosis:
    is_sure = channel is Channel.AUTHENTIC
    text = f"{plain(case.host)} answered {answer.status} over a verified connection."
    if has_fingerprint(answer, case.endpoint) is False:
        is_sure = False
        text += " The answer lacks the mark that the service is known to set; its certificate is the service's own all the same."
    if channel is Channel.VERIFIED:
        text += " Who issues the service's certificates is not known, so TLS inspection with an authority trusted here would not show."
    return reachable(
        Confidence.CONFIRMED if is_sure else Confidence.LIKELY,
        text + _private(attempt, case),
        *attempt.steps,
    )


def _alerted(attempt: Attempt, case: Case) -> Diagnosis | None:
    """An alert in place of the answer: within a verified connection, only the other end itself can send one (RFC 8446 §5.2)."""
    last, channel = attempt.last, channel_of(attempt, case)
    if not isinstance(last, Exchange) or last.outcome is not Outcome.ALERT:
        return None
    if channel not in {Channel.AUTHENTIC, Channel.VERIFIED}:
        return None
    text = f"{plain(case.host)} answered with a TLS alert over a verified connection ({quoted(last.error)})."
    if "certificate" in last.error:
        text += " The service asks for a client certificate, which this check has not."
    return reachable(Confidence.LIKELY, text + _private(attempt, case), *attempt.steps)


def _in_clear(answer: Exchange, attempt: Attempt, case: Case) -> Diagnosis | None:
    if case.proxy is not None and answer.status in UPSTREAM:
        return None  # the proxy or the service: nothing in the answer tells
    is_strange = has_fingerprint(answer, case.endpoint) is False
    text = f"{plain(case.host)} answered {answer.status} over clear HTTP, which proves no identity."
    return reachable(
        Confidence.POSSIBLE if is_strange else Confidence.LIKELY,
        text + _private(attempt, case),
        *attempt.steps,
    )


def _private(attempt: Attempt, case: Case) -> str:
    if case.proxy is not None or not is_private(attempt.address):
        return ""
    return f" The address {attempt.address} is private: a private endpoint."


def explain_path(judged: tuple[Judged, ...], case: Case) -> Diagnosis | None:
    """Speak when every address that was judged works; a degraded one decides, because clients will meet it."""
    good = working(judged)
    if not good or failing(judged):
        return None
    worst = next((each for each in good if each.diagnosis.verdict is Verdict.DEGRADED), good[0])
    unknown = len(counting(judged)) - len(good)
    more = (
        f" {counted(unknown, 'further address', 'further addresses')} could not be judged."
        if unknown
        else ""
    )
    return replace(
        worst.diagnosis, explanation=worst.diagnosis.explanation + more + _resolver_remark(case)
    )


def _resolver_remark(case: Case) -> str:
    """A word on resolvers that stayed silent while another one answered: every lookup waits for them."""
    given = replies(case.evidence)
    silent = tuple(reply for reply in given if reply.outcome is None)
    if not silent or len(silent) == len(given):
        return ""
    return f" The resolver {resolvers_of(silent)} did not answer and another one did: every lookup may wait for it."
