"""What time it is by the services, beside this host's own clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from preflight.diagnosis.authenticity import is_foreign
from preflight.diagnosis.case import Case, Dated
from preflight.model.evidence import (
    Attempt,
    Certificate,
    Exchange,
    Experiment,
    Handshake,
    Observation,
    Outcome,
)
from preflight.model.plan import Stage

SKEW = timedelta(minutes=5)
"""The least difference that counts: what Kerberos allows (RFC 4120 §8.2), far above any delay."""
YEARS = range(2000, 3000)
"""Other years are nobody's time, and their neighbours may be no dates at all."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a service said of the time over a connection that only its certificates' dates spoke against."""

    skew: timedelta
    """How far its time is ahead of this host's clock."""
    leaf: Certificate


def told_here(attempt: Attempt, case: Case) -> Told | None:
    """The service's own time; None where it was not asked, states none, or is not known to be the service."""
    seen = case.control(Experiment.TRUE_TIME, attempt.address)
    leaf = next((proven for step in seen if (proven := _proven(step, case)) is not None), None)
    skews = (_skew_of_answer(step, case) for step in seen if isinstance(step, Exchange))
    skew = next((skew for skew in skews if skew is not None), None)
    return None if leaf is None or skew is None else Told(skew=skew, leaf=leaf)


def skew_of(dated: Dated) -> timedelta | None:
    """How far the stated time is ahead of this host's clock; None when no time can be read."""
    stated = _http_date(dated.date)
    return None if stated is None else stated - dated.received


def is_valid(certificate: Certificate, moment: datetime) -> bool:
    """Whether the certificate is valid at that time."""
    return certificate.not_before <= moment <= certificate.not_after


def _proven(step: Observation, case: Case) -> Certificate | None:
    """The certificate of the service whose own key was used, whatever its age."""
    if not isinstance(step, Handshake) or step.stage is not Stage.TLS:
        return None
    if step.outcome is not Outcome.OK or not step.ignores_dates:
        return None
    leaf = next(iter(step.certificates), None)
    return None if leaf is None or is_foreign(leaf, case.endpoint) else leaf


def _skew_of_answer(answer: Exchange, case: Case) -> timedelta | None:
    date = next((value for name, value in answer.headers if name == "date"), "")
    received = answer.at + timedelta(seconds=answer.elapsed)
    return skew_of(Dated(host=case.host, received=received, date=date, verified=True))


def _http_date(text: str) -> datetime | None:
    """An IMF-fixdate (RFC 9110 §5.6.7), as in `Sun, 06 Nov 1994 08:49:37 GMT`; None for anything else."""
    try:
        _, day, month, year, clock, zone = text.split()
        hour, minute, second = map(int, clock.split(":"))
        stated = datetime(
            int(year), MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC
        )
    except (ValueError, OverflowError):
        return None
    return stated if zone == "GMT" and stated.year in YEARS else None
