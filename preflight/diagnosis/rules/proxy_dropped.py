"""proxy.dropped: the proxy accepts the connection and never answers.

Seen: TCP connects to the proxy; CONNECT stays unanswered until the step's budget is used up.

Means: What listens there is overloaded, waits for its own lookup or connection behind, or is no proxy at all. A firewall that
completes TCP in the proxy's place looks the same. The same is tried once without the proxy, to say whether there is another way out.

Ask for: The proxy's own log for this source at the time named here, and a check of the proxy's address and port.

Confidence: likely; silence alone is never proof.

Example:
    connect 10.244.1.7:40001 -> 10.0.0.20:3128: ok
    tunnel 10.244.1.7:40001 -> 10.0.0.20:3128 CONNECT api.cloud.defender.microsoft.com:443: dropped after 5.0 s
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.quote import plain
from preflight.diagnosis.steps import failed
from preflight.diagnosis.wording import after
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome, Tunnel


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when CONNECT met silence."""
    if case.proxy is None or not failed(attempt, Tunnel, Outcome.DROPPED):
        return None
    return blocked(
        Cause.PROXY_DROPPED,
        Confidence.LIKELY,
        f"The proxy {plain(str(case.proxy))} accepts the connection, but CONNECT to {plain(case.host)} is still unanswered"
        f" {after(attempt.last.elapsed)}.",
        *attempt.steps,
        scope=str(case.proxy),
    )
