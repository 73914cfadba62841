"""tls.dropped: nothing answers the ClientHello.

Seen: TCP connects; after the ClientHello nothing comes back until the step's budget is used up. No other name was seen to be
answered at this address.

Means: A firewall that reads the server name and drops silently, a path that loses full-size packets, or a host that accepts TCP and
does nothing. One attempt cannot tell these apart.

Ask for: An FQDN rule (application rule) for the documented name on port 443 from this source; if one exists, the path's MTU.

Confidence: likely; silence alone is never proof.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: ok
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: dropped after 5.0 s
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.steps import failed_handshake
from preflight.diagnosis.wording import after, at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the ClientHello met silence."""
    shaken = failed_handshake(attempt, case, Outcome.DROPPED)
    if shaken is None:
        return None
    return blocked(
        Cause.TLS_DROPPED,
        Confidence.LIKELY,
        f"TCP connects to {at(shaken, case)}, but the ClientHello is still unanswered {after(shaken.elapsed)}.",
        *attempt.steps,
    )
