"""tls.alert: the ClientHello is answered with a TLS alert.

Seen: A TLS alert such as unrecognized_name, handshake_failure or access_denied comes in answer to the ClientHello.

Means: A device that speaks TLS itself, such as a proxy that chooses by server name, refuses this name. The service would have gone
on with the handshake. A service says unrecognized_name too, when the name leads to a wrong address here, such as a stale private DNS
record; and handshake_failure, when nothing that the client offers suits it.

Ask for: An FQDN rule (application rule) for the documented name on port 443 from this source, on the device that ends TLS.

Confidence: likely; the alert was received, but it does not say who sent it. Possible when the alert is about the handshake rather than
the name and no other name fares better, or when another address answers the name with a certificate for it. Alerts about a client
certificate are not counted, because the service itself may ask for one.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: ok
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: alert unrecognized_name
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.contrast import Contrast, compared, contrast, is_answered_elsewhere
from preflight.diagnosis.path import answering
from preflight.diagnosis.quote import quoted
from preflight.diagnosis.steps import failed_handshake
from preflight.diagnosis.wording import at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Handshake, Outcome

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
ABOUT_OUR_OFFER = frozenset(
    {
        "handshake_failure",
        "illegal_parameter",
        "decode_error",
        "insufficient_security",
        "internal_error",
        "inappropriate_fallback",
        "missing_extension",
        "unsupported_extension",
        "no_application_protocol",
    }
)
"""Alerts with which a service turns down a ClientHello whatever its name (RFC 8446 §6.2); devices send them for a name, too."""
UNRECOGNIZED_NAME = "unrecognized_name"


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when an alert came that is not about a client certificate."""
    shaken = failed_handshake(attempt, case, Outcome.ALERT)
    if shaken is None or shaken.alert in ABOUT_OUR_CERTIFICATE:
        return None
    name = quoted(shaken.alert) if shaken.alert else "without a known name"
    found = contrast(attempt, shaken, case)
    by_name = f" It goes on with {found.words}, so the name decides." if found else ""
    return blocked(
        Cause.TLS_ALERT,
        _confidence(attempt, shaken, found, case),
        f"{at(shaken, case)} answers the ClientHello with the TLS alert {name}.{by_name}{_otherwise(shaken, found)}"
        f"{compared(attempt, found, case)}{answering(attempt, case)}",
        *(found.answered[:1] if found else ()),
        *attempt.steps,
    )


def _confidence(
    attempt: Attempt, shaken: Handshake, found: Contrast | None, case: Case
) -> Confidence:
    """Likely at most: who sent an alert, it does not say."""
    is_otherwise = shaken.alert in ABOUT_OUR_OFFER and found is None
    if is_otherwise or is_answered_elsewhere(attempt, case):
        return Confidence.POSSIBLE
    return Confidence.LIKELY


def _otherwise(shaken: Handshake, found: Contrast | None) -> str:
    """What else the alert may mean."""
    if shaken.alert == UNRECOGNIZED_NAME:
        return " A service says the same of a name that is not its own: the name may lead to a wrong address here."
    if shaken.alert in ABOUT_OUR_OFFER and found is None:
        return " A service that cannot use what this client offers says the same."
    return ""
