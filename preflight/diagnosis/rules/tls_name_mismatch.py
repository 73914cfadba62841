"""tls.name_mismatch: the certificate is for another name.

Seen: The chain is trusted, but the certificate does not cover the name that was asked for.

Means: Another host answers: the name resolves to a wrong address, a private endpoint of another service, or a device that answers
with its own name.

Ask for: A check of the address that the name resolves to here, against the address seen from elsewhere.

Confidence: confirmed when the presented certificate was seen, else likely.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: name_mismatch
    presented: portal.contoso.example, issued by "DigiCert Inc"
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.quote import quoted
from preflight.diagnosis.steps import failed_handshake, leaf_of
from preflight.diagnosis.wording import NAMES_SHOWN, at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the certificate does not cover the name."""
    shaken = failed_handshake(attempt, case, Outcome.NAME_MISMATCH)
    if shaken is None:
        return None
    leaf = leaf_of(attempt, case)
    names = (
        ", ".join(quoted(name) for name in (leaf.names or (leaf.subject,))[:NAMES_SHOWN])
        if leaf
        else ""
    )
    return blocked(
        Cause.TLS_NAME_MISMATCH,
        Confidence.CONFIRMED if leaf else Confidence.LIKELY,
        f"What answers at {at(shaken, case)} has a certificate for {names or 'another name'}.",
        *attempt.steps,
    )
