"""proxy.auth_required: the proxy wants a user and a password.

Seen: The proxy answers 407.

Means: The proxy admits nobody without credentials, or those given were rejected. AKS node proxies support no user and password, and
the sensor supports none or basic authentication only (support matrix, 2026-06-12).

Ask for: An exception from authentication at the proxy for this source and the documented names, or valid credentials where the
client supports them.

Confidence: confirmed: the proxy said so.

Example:
    tunnel 10.244.1.7:40001 -> 10.0.0.20:3128 CONNECT api.cloud.defender.microsoft.com:443: 407
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.proxy_answer import refusal_of
from preflight.diagnosis.quote import plain
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the proxy answered 407."""
    if case.proxy is None or refusal_of(attempt, case) is not Outcome.AUTH_REQUIRED:
        return None
    tried = (
        "rejects the credentials given"
        if case.proxy.credentials
        else "asks for a user and a password"
    )
    return blocked(
        Cause.PROXY_AUTH_REQUIRED,
        Confidence.CONFIRMED,
        f"The proxy {plain(str(case.proxy))} {tried} (407).",
        *attempt.steps,
        scope=str(case.proxy),
    )
