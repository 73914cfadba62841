"""http.dropped: the request gets no answer.

Seen: TLS (or, in clear HTTP, TCP) is up and the request was sent; then nothing comes until the step's budget is used up.

Means: A device that swallows the request or the answer, a path that loses large packets, or a service that is overloaded.

Ask for: The firewall's log for this connection, and the documented name to be allowed for this source.

Confidence: possible; the service's own silence looks the same.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: ok
    exchange 10.244.1.7:40001 -> 203.0.113.10:443 GET /: dropped after 5.0 s
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.steps import failed
from preflight.diagnosis.wording import after, at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Exchange, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the request met silence."""
    if not failed(attempt, Exchange, Outcome.DROPPED):
        return None
    return blocked(
        Cause.HTTP_DROPPED,
        Confidence.POSSIBLE,
        f"The request to {at(attempt.last, case)} was still unanswered {after(attempt.last.elapsed)}.",
        *attempt.steps,
    )
