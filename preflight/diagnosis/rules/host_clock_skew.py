"""host.clock_skew: this host's clock is wrong, and certificates fail because of it.

Seen: A certificate is outside its validity by this host's clock, while it is valid by the time that other answers of the same run
carry in their Date header.

Means: The clock of this host or node is off by far more than a network could cause. The path is probably open.

Ask for: Time synchronisation on the node: outbound UDP port 123 to its NTP server, or the platform's own time source.

Confidence: confirmed when an answer over a verified connection carries the time, likely when only clear HTTP answers of several
hosts agree on it.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: not_yet_valid
    exchange 10.244.1.7:40002 -> 203.0.113.20:443 GET / 200, Date 8 hours ahead of this host
"""

from datetime import UTC, datetime, timedelta

from preflight.diagnosis.case import Case, Dated
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.steps import failed_handshake, leaf_of
from preflight.diagnosis.wording import at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Certificate, Outcome

SKEW = timedelta(minutes=5)
"""The least difference that counts: what Kerberos allows (RFC 4120 §8.2), far above any delay."""
WITNESSES = 2
"""Hosts that must agree where none of them is verified."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the time that others state makes the certificate valid."""
    shaken = failed_handshake(attempt, case, Outcome.EXPIRED, Outcome.NOT_YET_VALID)
    leaf = leaf_of(attempt, case)
    if shaken is None or leaf is None or _is_valid(leaf, shaken.at):
        return None
    told = [
        (dated, skew) for dated in case.surroundings.dated if (skew := _skew(dated)) is not None
    ]
    agreeing = [
        (dated, skew)
        for dated, skew in told
        if abs(skew) >= SKEW and _is_valid(leaf, shaken.at + skew)
    ]
    verified = [skew for dated, skew in agreeing if dated.verified]
    if not verified and len({dated.host for dated, _ in agreeing}) < WITNESSES:
        return None
    skew = (verified or [skew for _, skew in agreeing])[0]
    way = "behind" if skew > timedelta() else "ahead"
    return blocked(
        Cause.HOST_CLOCK_SKEW,
        Confidence.CONFIRMED if verified else Confidence.LIKELY,
        f"The certificate of {at(shaken, case)} is outside its validity only because this host's clock is"
        f" {_rounded(abs(skew))} {way}: it reads {shaken.at:%Y-%m-%d %H:%M} UTC.",
        *attempt.steps,
    )


def _is_valid(leaf: Certificate, moment: datetime) -> bool:
    return leaf.not_before <= moment <= leaf.not_after


def _skew(dated: Dated) -> timedelta | None:
    """How far the stated time is ahead of this host's clock; None when no time can be read."""
    stated = _http_date(dated.date)
    return None if stated is None else stated - dated.received


def _http_date(text: str) -> datetime | None:
    """An IMF-fixdate (RFC 9110 §5.6.7), as in `Sun, 06 Nov 1994 08:49:37 GMT`; None for anything else."""
    try:
        _, day, month, year, clock, zone = text.split()
        hour, minute, second = map(int, clock.split(":"))
        stated = datetime(
            int(year), MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC
        )
    except ValueError:
        return None
    return stated if zone == "GMT" else None


def _rounded(skew: timedelta) -> str:
    hours = skew.total_seconds() / 3600
    return (
        f"{hours / 24:.0f} days"
        if hours >= 48
        else f"{hours:.1f} hours"
        if hours >= 2
        else f"{hours * 60:.0f} minutes"
    )
