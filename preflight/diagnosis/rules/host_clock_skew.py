"""host.clock_skew: this host's clock is wrong, and certificates fail because of it.

Seen: A certificate is outside its validity by this host's clock, while it is valid by the time in a Date header: the service's own,
asked for once more over a connection on which everything but dates was verified, or those of other answers of the same run.

Means: The clock of this host or node is off by far more than a network could cause. The path is probably open.

Ask for: Time synchronisation on the node: outbound UDP port 123 to its NTP server, or the platform's own time source.

Confidence: confirmed when the service itself or an answer over a verified connection carries the time, likely when only clear HTTP
answers of several hosts agree on it. Where the service was asked, its word decides.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: not_yet_valid
    handshake 10.244.1.7:40002 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: ok, verified but for its dates
    exchange 10.244.1.7:40002 -> 203.0.113.10:443 GET / 404, Date 8 hours ahead of this host
"""

from collections.abc import Iterable
from datetime import timedelta

from preflight.diagnosis.case import Case, Dated
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.service_time import SKEW, Told, is_valid, skew_of, told_here
from preflight.diagnosis.steps import failed_handshake, leaf_of
from preflight.diagnosis.wording import at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Certificate, Handshake, Outcome

WITNESSES = 2
"""Hosts that must agree where none of them is verified."""


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the time that others state makes the certificate valid."""
    shaken = failed_handshake(attempt, case, Outcome.EXPIRED, Outcome.NOT_YET_VALID)
    if shaken is None:
        return None
    told = told_here(attempt, case)
    if told is not None:
        return _by_service(attempt, shaken, told, case)
    leaf = leaf_of(attempt, case)
    return None if leaf is None else _by_others(attempt, shaken, leaf, case)


def _by_service(attempt: Attempt, shaken: Handshake, told: Told, case: Case) -> Diagnosis | None:
    """The service's own word decides, against those of others too: nothing but dates speaks against it."""
    if not _mends(told.skew, told.leaf, shaken):
        return None
    text = f"{_skewed(shaken, told.skew, case)} The service itself states the time, over a connection that is authentic but for the dates."
    return blocked(Cause.HOST_CLOCK_SKEW, Confidence.CONFIRMED, text, *attempt.steps)


def _by_others(
    attempt: Attempt, shaken: Handshake, leaf: Certificate, case: Case
) -> Diagnosis | None:
    agreeing = tuple(_agreeing(case.surroundings.dated, leaf, shaken))
    verified = [skew for dated, skew in agreeing if dated.verified]
    if not verified and len({dated.host for dated, _ in agreeing}) < WITNESSES:
        return None
    skew = (verified or [skew for _, skew in agreeing])[0]
    return blocked(
        Cause.HOST_CLOCK_SKEW,
        Confidence.CONFIRMED if verified else Confidence.LIKELY,
        _skewed(shaken, skew, case),
        *attempt.steps,
    )


def _agreeing(
    told: Iterable[Dated], leaf: Certificate, shaken: Handshake
) -> Iterable[tuple[Dated, timedelta]]:
    for dated in told:
        skew = skew_of(dated)
        if skew is not None and _mends(skew, leaf, shaken):
            yield dated, skew


def _mends(skew: timedelta, leaf: Certificate, shaken: Handshake) -> bool:
    """Whether the certificate is valid by that time, and by this host's clock is not."""
    is_off = abs(skew) >= SKEW and not is_valid(leaf, shaken.at)
    return is_off and is_valid(leaf, shaken.at + skew)


def _skewed(shaken: Handshake, skew: timedelta, case: Case) -> str:
    way = "behind" if skew > timedelta() else "ahead"
    return (
        f"The certificate of {at(shaken, case)} is outside its validity only because this host's clock is"
        f" {_rounded(abs(skew))} {way}: it reads {shaken.at:%Y-%m-%d %H:%M} UTC."
    )


def _rounded(skew: timedelta) -> str:
    hours = skew.total_seconds() / 3600
    return (
        f"{hours / 24:.0f} days"
        if hours >= 48
        else f"{hours:.1f} hours"
        if hours >= 2
        else f"{hours * 60:.0f} minutes"
    )
