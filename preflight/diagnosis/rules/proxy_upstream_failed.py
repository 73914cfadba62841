"""proxy.upstream_failed: the proxy agrees but cannot reach the destination.

Seen: The proxy answers 502, 503 or 504 to the request for this destination, or says in a header of its own that its way out failed.

Means: The proxy allows the destination, but its own name resolution or its own way out fails. The block is behind the proxy.
The same is tried once without the proxy: where it answers, the destination is well; where it fails too, it may be down.

Ask for: Name resolution and outbound TCP 443 for the documented name, from the proxy's own address.

Confidence: confirmed: the proxy said so. Some proxies also use 503 for what they forbid; the reason text is shown.

Example:
    tunnel 10.244.1.7:40001 -> 10.0.0.20:3128 CONNECT api.cloud.defender.microsoft.com:443: 503 Service Unavailable
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.proxy_answer import refusal_of, stated
from preflight.diagnosis.quote import plain
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the proxy could not get through itself."""
    if case.proxy is None or refusal_of(attempt, case) is not Outcome.UPSTREAM_FAILED:
        return None
    return blocked(
        Cause.PROXY_UPSTREAM_FAILED,
        Confidence.CONFIRMED,
        f"The proxy {plain(str(case.proxy))} could not reach {plain(case.host)}:{case.evidence.check.port} itself:"
        f" it answers {stated(attempt)}.",
        *attempt.steps,
        scope=str(case.proxy),
    )
