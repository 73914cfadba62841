"""tcp.refused: the connection request is answered with RST.

Seen: An RST came in answer to the SYN. Where packets with few hops to live show that it comes from nearer than the host, the
finding says so.

Means: A firewall that rejects instead of dropping, or a host on which nothing listens at this port, such as the address of a DNS
block list. The real service listens there, so something else answered or stands in its place.

Ask for: Outbound TCP to the documented name from this source; and a check that the address belongs to the service.

Confidence: confirmed: the RST was received. Who sent it, an RST does not say.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: refused after 0.0 s
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.path import answering, shown
from preflight.diagnosis.steps import failed
from preflight.diagnosis.wording import after, at, private_hint
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Connect, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the SYN was answered with RST."""
    if not failed(attempt, Connect, Outcome.REFUSED):
        return None
    return blocked(
        Cause.TCP_REFUSED,
        Confidence.CONFIRMED,
        f"The SYN to {at(attempt.last, case)} was answered with RST {after(attempt.last.elapsed)}."
        f"{answering(attempt, case)}{private_hint(attempt.address)}",
        *shown(attempt, case),
        *attempt.steps,
    )
