"""tls.version: no TLS version in common.

Seen: The handshake failed because the two ends share no protocol version.

Means: A device in the service's place speaks only old TLS, or this host's policy forbids what the other end offers. The services
themselves speak TLS 1.2 or newer.

Ask for: The documented names to be exempt from TLS inspection, or the device's TLS versions to be brought up to date.

Confidence: likely; who set the version is not known from this alone.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: version
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.steps import failed_handshake
from preflight.diagnosis.wording import at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when no protocol version was agreed on."""
    shaken = failed_handshake(attempt, case, Outcome.VERSION)
    if shaken is None:
        return None
    return blocked(
        Cause.TLS_VERSION,
        Confidence.LIKELY,
        f"{at(shaken, case)} and this host have no TLS version in common.",
        *attempt.steps,
    )
