"""tls.alert: the ClientHello is answered with a TLS alert.

Seen: A TLS alert such as unrecognized_name, handshake_failure or access_denied comes in answer to the ClientHello.

Means: A device that speaks TLS itself, such as a proxy that chooses by server name, refuses this name. The service would have gone
on with the handshake.

Ask for: An FQDN rule (application rule) for the documented name on port 443 from this source, on the device that ends TLS.

Confidence: likely; the alert was received, but it does not say who sent it. Alerts about a client certificate are not counted,
because the service itself may ask for one.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: ok
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: alert unrecognized_name
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.contrast import elsewhere
from preflight.diagnosis.path import answering
from preflight.diagnosis.quote import quoted
from preflight.diagnosis.steps import failed_handshake
from preflight.diagnosis.wording import at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome

ABOUT_OUR_CERTIFICATE = frozenset(
    {
        "bad_certificate",
        "unsupported_certificate",
        "certificate_revoked",
        "certificate_expired",
        "certificate_unknown",
        "certificate_required",
        "unknown_ca",
    }
)
"""Alerts with which a service asks for a client certificate (RFC 8446 §6.2): it may be the genuine one."""


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when an alert came that is not about a client certificate."""
    shaken = failed_handshake(attempt, case, Outcome.ALERT)
    if shaken is None or shaken.alert in ABOUT_OUR_CERTIFICATE:
        return None
    name = quoted(shaken.alert) if shaken.alert else "without a known name"
    return blocked(
        Cause.TLS_ALERT,
        Confidence.LIKELY,
        f"{at(shaken, case)} answers the ClientHello with the TLS alert {name}."
        f"{elsewhere(attempt, case)}{answering(attempt, case)}",
        *attempt.steps,
    )
