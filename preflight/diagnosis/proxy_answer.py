"""What a proxy itself answered, to CONNECT or in place of the service to a clear HTTP request."""

from preflight.diagnosis.case import Case
from preflight.diagnosis.makers import maker_of_answer
from preflight.diagnosis.quote import quoted
from preflight.diagnosis.steps import exchange_of
from preflight.model.endpoint import Protocol
from preflight.model.evidence import Attempt, Exchange, Headers, Outcome, Tunnel
from preflight.model.report import Engine

AUTH_REQUIRED = 407
UPSTREAM = frozenset({502, 503, 504})
SQUID = "squid"
SQUID_ERROR = "x-squid-error"
OWN_HEADERS = frozenset({SQUID_ERROR, "proxy-status", "proxy-authenticate"})
"""Headers that only a proxy adds, and only to answers of its own (`proxy-status`: RFC 9209)."""
WAY_OUT = frozenset({"ERR_CANNOT_FORWARD", "ERR_CONNECT_FAIL", "ERR_DNS_FAIL"})
"""Squid's names for a way out that failed, whatever the status: 5.7 answers 500 to CONNECT with a name that it cannot look up."""


def refusal_of(attempt: Attempt, case: Case) -> Outcome | None:
    """How the proxy refused; None where it did not, or where the service may have written the answer."""
    last = attempt.last
    if isinstance(last, Tunnel):
        is_way_out = last.outcome is Outcome.DENIED and _is_way_out(last.headers)
        outcome = Outcome.UPSTREAM_FAILED if is_way_out else last.outcome
        return None if outcome is Outcome.OK else outcome
    answer = exchange_of(attempt)
    if answer is None or case.proxy is None or case.evidence.check.protocol is not Protocol.HTTP:
        return None
    if answer.status == AUTH_REQUIRED:
        return Outcome.AUTH_REQUIRED
    if not _is_own(answer) or (answer.status or 0) < 400:
        return None
    is_way_out = answer.status in UPSTREAM or _is_way_out(answer.headers)
    return Outcome.UPSTREAM_FAILED if is_way_out else Outcome.DENIED


def _is_way_out(headers: Headers) -> bool:
    """Whether squid says that it failed behind itself."""
    return any(name == SQUID_ERROR and value.split(" ")[0] in WAY_OUT for name, value in headers)


def _is_own(answer: Exchange) -> bool:
    has_header = any(name in OWN_HEADERS for name, _ in answer.headers)
    return has_header or maker_of_answer(answer.status, answer.headers, answer.body) is not None


def stated(attempt: Attempt) -> str:
    """The proxy's status with its own words."""
    last = attempt.last
    if isinstance(last, Tunnel):
        error = next((value for name, value in last.headers if name == SQUID_ERROR), "")
        words = error or last.reason
        return f"{last.status} {quoted(words)}" if words else str(last.status)
    return str(last.status) if isinstance(last, Exchange) else ""


def engine_of(step: Tunnel | Exchange) -> Engine:
    """Squid where the answer says so, else a proxy of unknown make."""
    maker = maker_of_answer(step.status, step.headers, step.body)
    is_via = any(name == "via" and SQUID in value.casefold() for name, value in step.headers)
    return Engine.SQUID if is_via or (maker and maker.engine is Engine.SQUID) else Engine.PROXY
