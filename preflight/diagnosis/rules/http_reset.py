"""http.reset: the connection is reset after the request.

Seen: TLS (or, in clear HTTP, TCP) is up and the request was sent; then an RST comes instead of an answer.

Means: A device that watches the connection ends it once it has seen the request or a number of bytes, or the service itself dropped
the connection.

Ask for: The firewall's threat or application log for this connection, and the documented name to be allowed for this source.

Confidence: likely; who sent the RST is not known from this alone.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: ok
    exchange 10.244.1.7:40001 -> 203.0.113.10:443 GET /: reset
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.steps import failed
from preflight.diagnosis.wording import after, at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Exchange, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the request was answered with RST."""
    if not failed(attempt, Exchange, Outcome.RESET):
        return None
    return blocked(
        Cause.HTTP_RESET,
        Confidence.LIKELY,
        f"The connection to {at(attempt.last, case)} was reset {after(attempt.last.elapsed)} in answer to the request.",
        *attempt.steps,
    )
