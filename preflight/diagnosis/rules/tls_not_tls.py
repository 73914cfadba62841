"""tls.not_tls: what answers does not speak TLS.

Seen: The bytes that answer the ClientHello are not TLS, for instance plain HTTP.

Means: A block page or captive portal in clear text on the TLS port, or another service at this address.

Ask for: An FQDN rule (application rule) for the documented name on port 443 from this source; and a check of the address.

Confidence: confirmed: the bytes were received and are shown.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: not_tls "HTTP/1.1 403 Forbidden"
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.makers import maker_of_answer
from preflight.diagnosis.quote import quoted_bytes
from preflight.diagnosis.steps import failed_handshake
from preflight.diagnosis.wording import at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome

SHOWN = 60
"""Bytes of the answer that the explanation quotes."""


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the answer to the ClientHello is no TLS."""
    shaken = failed_handshake(attempt, case, Outcome.NOT_TLS)
    if shaken is None:
        return None
    maker = maker_of_answer(None, (), shaken.first_bytes)
    by = f" It looks like a page of {maker.name}." if maker else ""
    return blocked(
        Cause.TLS_NOT_TLS,
        Confidence.CONFIRMED,
        f"{at(shaken, case)} answers the ClientHello with {quoted_bytes(shaken.first_bytes, SHOWN)}, which is not TLS.{by}",
        *attempt.steps,
        scope=maker.name if maker else "",
    )
