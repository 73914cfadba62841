"""tls.expired: the certificate is outside its validity.

Seen: Verification failed because the certificate has expired or is not valid yet.

Means: The service, or a device in its place, shows an old certificate; or this host's clock is wrong. Without other answers that
carry the time, the two cannot be told apart.

Ask for: A look at this host's clock first; then the owner of the certificate.

Confidence: likely when the presented certificate was seen to be outside its validity, else possible.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: expired
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.steps import failed_handshake, leaf_of
from preflight.diagnosis.wording import at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the certificate was outside its validity."""
    shaken = failed_handshake(attempt, case, Outcome.EXPIRED, Outcome.NOT_YET_VALID)
    if shaken is None:
        return None
    what = "has expired" if shaken.outcome is Outcome.EXPIRED else "is not valid yet"
    leaf = leaf_of(attempt, case)
    when = f" (valid {leaf.not_before:%Y-%m-%d} to {leaf.not_after:%Y-%m-%d})" if leaf else ""
    is_seen = leaf is not None and not leaf.not_before <= shaken.at <= leaf.not_after
    return blocked(
        Cause.TLS_EXPIRED,
        Confidence.LIKELY if is_seen else Confidence.POSSIBLE,
        f"A certificate of {at(shaken, case)} {what}{when} by this host's clock, {shaken.at:%Y-%m-%d %H:%M} UTC.",
        *attempt.steps,
    )
