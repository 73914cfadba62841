"""tls.reset: the connection is reset after the ClientHello.

Seen: TCP connects; after the ClientHello an RST comes. No other name was seen to be answered at this address.

Means: Most often a firewall with FQDN or application rules, which completes TCP itself and resets the connection once it has read
a name that it does not allow. A service that is broken or refuses this client looks the same from one attempt.

Ask for: An FQDN rule (application rule) for the documented name on port 443 from this source.

Confidence: likely, however often it is repeated: whether the name or the address decides is not known from this alone.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: ok
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: reset
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.contrast import compared
from preflight.diagnosis.path import answering
from preflight.diagnosis.steps import failed_handshake
from preflight.diagnosis.wording import after, at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the handshake was reset."""
    shaken = failed_handshake(attempt, case, Outcome.RESET)
    if shaken is None:
        return None
    return blocked(
        Cause.TLS_RESET,
        Confidence.LIKELY,
        f"TCP connects to {at(shaken, case)}, but the connection is reset {after(shaken.elapsed)} in answer to the ClientHello."
        f"{compared(attempt, None, case)}{answering(attempt, case)}",
        *attempt.steps,
    )
