"""tls.expired: the certificate is outside its validity.

Seen: Verification failed because a certificate has expired or is not valid yet, and no time that others state makes it valid.

Means: The service, or a device in its place, shows an old certificate; or a certificate above it is old, such as a root in this host's
own trust store. Where the service itself states no time, this host's clock may be wrong instead.

Ask for: A look at this host's clock first, unless confirmed; then the owner of the certificate.

Confidence: confirmed when the service's own time shows the same, likely when the presented certificate was seen to be outside its
validity, else possible.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: expired
    handshake 10.244.1.7:40002 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: ok, verified but for its dates
    exchange 10.244.1.7:40002 -> 203.0.113.10:443 GET / 404, Date as on this host
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.service_time import SKEW, Told, is_valid, told_here
from preflight.diagnosis.steps import failed_handshake, leaf_of
from preflight.diagnosis.wording import at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Certificate, Handshake, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the certificate was outside its validity."""
    shaken = failed_handshake(attempt, case, Outcome.EXPIRED, Outcome.NOT_YET_VALID)
    if shaken is None:
        return None
    what = "has expired" if shaken.outcome is Outcome.EXPIRED else "is not valid yet"
    told = told_here(attempt, case)
    leaf = told.leaf if told else leaf_of(attempt, case)
    when = f" (valid {leaf.not_before:%Y-%m-%d} to {leaf.not_after:%Y-%m-%d})" if leaf else ""
    return blocked(
        Cause.TLS_EXPIRED,
        _confidence(shaken, leaf, told),
        f"A certificate of {at(shaken, case)} {what}{when} by this host's clock, {shaken.at:%Y-%m-%d %H:%M} UTC."
        f"{_above(shaken, leaf)}{_agreed(shaken, told)}",
        *attempt.steps,
    )


def _confidence(shaken: Handshake, leaf: Certificate | None, told: Told | None) -> Confidence:
    if told is not None and _is_agreed(shaken, told):
        return Confidence.CONFIRMED
    is_seen = leaf is not None and not is_valid(leaf, shaken.at)
    return Confidence.LIKELY if is_seen else Confidence.POSSIBLE


def _is_agreed(shaken: Handshake, told: Told) -> bool:
    """Whether the service's time leaves the certificates as old as this host's does."""
    is_out = not is_valid(told.leaf, shaken.at) and not is_valid(told.leaf, shaken.at + told.skew)
    return is_out or (abs(told.skew) < SKEW and is_valid(told.leaf, shaken.at))


def _above(shaken: Handshake, leaf: Certificate | None) -> str:
    if leaf is None or not is_valid(leaf, shaken.at):
        return ""
    return " The service's own is valid, so it is one above it: one sent along, or one in this host's trust store."


def _agreed(shaken: Handshake, told: Told | None) -> str:
    if told is None or not _is_agreed(shaken, told):
        return ""
    if abs(told.skew) < SKEW:
        return " The service itself states the same time, so it is not this host's clock."
    return f" The service's own clock, {shaken.at + told.skew:%Y-%m-%d %H:%M} UTC, does not make it valid either."
