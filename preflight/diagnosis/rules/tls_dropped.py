"""tls.dropped: nothing answers the ClientHello.

Seen: TCP connects; after the ClientHello nothing comes back until the step's budget is used up. No other name was seen to be
answered at this address, and no handshake with small segments to be completed.

Means: A firewall that reads the server name and drops silently, or a host that accepts TCP and does nothing. An acknowledged
ClientHello was taken by the host, or by a firewall that completes TCP in its place; one that was sent again and never acknowledged
was dropped on the way.

Ask for: An FQDN rule (application rule) for the documented name on port 443 from this source; if one exists, the firewall's log for
this connection.

Confidence: likely; silence alone is never proof.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: ok
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: dropped after 5.0 s
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.contrast import compared
from preflight.diagnosis.delivery import taken
from preflight.diagnosis.path import answering
from preflight.diagnosis.steps import failed_handshake
from preflight.diagnosis.wording import after, at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Experiment, Handshake, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the ClientHello met silence."""
    shaken = failed_handshake(attempt, case, Outcome.DROPPED)
    if shaken is None:
        return None
    return blocked(
        Cause.TLS_DROPPED,
        Confidence.LIKELY,
        f"TCP connects to {at(shaken, case)}, but the ClientHello is still unanswered {after(shaken.elapsed)}."
        f"{taken(shaken, case, 'The ClientHello')}{_small(attempt, case)}{compared(attempt, None, case)}{answering(attempt, case)}",
        *attempt.steps,
    )


def _small(attempt: Attempt, case: Case) -> str:
    """Where small segments met the same silence, their size is not what decides."""
    tried = any(
        isinstance(step, Handshake) and step.outcome is Outcome.DROPPED
        for step in case.control(Experiment.SMALL_SEGMENTS, attempt.address)
    )
    return (
        " With small segments it is silent too, so the path's MTU is not the reason."
        if tried
        else ""
    )
