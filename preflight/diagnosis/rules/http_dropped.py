"""http.dropped: the request gets no answer.

Seen: TLS (or, in clear HTTP, TCP) is up and the request was sent; then nothing comes until the step's budget is used up.

Means: A device that swallows the request or the answer, a path that loses large packets, or a service that is overloaded. Where the
request was acknowledged, somebody took it; where it was sent again and never acknowledged, it was dropped on the way.

Ask for: The firewall's log for this connection, and the documented name to be allowed for this source.

Confidence: possible; the service's own silence looks the same.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: ok
    exchange 10.244.1.7:40001 -> 203.0.113.10:443 GET /: dropped after 5.0 s
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.delivery import taken
from preflight.diagnosis.wording import after, at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Exchange, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the request met silence."""
    last = attempt.last
    if not isinstance(last, Exchange) or last.outcome is not Outcome.DROPPED:
        return None
    return blocked(
        Cause.HTTP_DROPPED,
        Confidence.POSSIBLE,
        f"The request to {at(last, case)} was still unanswered {after(last.elapsed)}.{taken(last, case, 'The request')}",
        *attempt.steps,
    )
