"""tls.closed: the connection is closed after the ClientHello.

Seen: TCP connects; after the ClientHello the other end closes the connection cleanly (FIN) without a word of TLS.

Means: A proxy or firewall that ends what it does not allow, or a port behind which no TLS service stands. Where the same address
answers another name, it is a device that filters by server name, and the finding says so.

Ask for: An FQDN rule (application rule) for the documented name on port 443 from this source.

Confidence: likely; who closed the connection is not known from this alone.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: ok
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: closed
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.contrast import compared, contrast
from preflight.diagnosis.path import answering
from preflight.diagnosis.steps import failed_handshake
from preflight.diagnosis.wording import after, at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the handshake ended with a clean close."""
    shaken = failed_handshake(attempt, case, Outcome.CLOSED)
    if shaken is None:
        return None
    found = contrast(attempt, shaken, case)
    by_name = (
        f" It answers {found.words}: a device on the way filters by server name." if found else ""
    )
    return blocked(
        Cause.TLS_CLOSED,
        Confidence.LIKELY,
        f"TCP connects to {at(shaken, case)}, but the connection is closed {after(shaken.elapsed)} in answer to the ClientHello."
        f"{by_name}{compared(attempt, found, case)}{answering(attempt, case)}",
        *(found.answered[:1] if found else ()),
        *attempt.steps,
    )
