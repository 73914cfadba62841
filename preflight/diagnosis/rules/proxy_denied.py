"""proxy.denied: the proxy refuses the destination.

Seen: The proxy answers CONNECT with a refusal, such as 403, or ends the connection instead of answering.

Means: The proxy's access list does not allow this destination, port or source. The proxy itself was reached and works.
The same is tried once without the proxy: where it answers, the rule is the proxy's alone; where it fails too, the proxy is the only
way out.

Ask for: The documented name and port in the proxy's allow list for this source.

Confidence: confirmed when the proxy answered with a status, likely when it only ended the connection.

Example:
    tunnel 10.244.1.7:40001 -> 10.0.0.20:3128 CONNECT api.cloud.defender.microsoft.com:443: 403 Forbidden
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.proxy_answer import refusal_of, stated
from preflight.diagnosis.quote import plain
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome

ENDED = {Outcome.RESET: "resets the connection", Outcome.CLOSED: "closes the connection"}


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the proxy refused, in words or by ending the connection."""
    refusal = refusal_of(attempt, case)
    if case.proxy is None or refusal not in {Outcome.DENIED, *ENDED}:
        return None
    how = ENDED.get(refusal) or f"refuses with {stated(attempt)}"
    return blocked(
        Cause.PROXY_DENIED,
        Confidence.CONFIRMED if refusal is Outcome.DENIED else Confidence.LIKELY,
        f"Asked for {plain(case.host)}:{case.evidence.check.port}, the proxy {plain(str(case.proxy))} {how}.",
        *attempt.steps,
        scope=str(case.proxy),
    )
