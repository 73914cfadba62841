"""path.wildcard_missing: this name passes, others under the same documented wildcard do not.

Seen: The documentation asks for a wildcard. The name that was probed is answered, while a ClientHello with another label under the
same wildcard is refused at the same address, where a name that has nothing to do with the wildcard is answered.

Means: A rule on the way allows exact names where the wildcard was asked for. It works until the service hands out the next name:
other workspaces, regions or instances will be blocked.

Ask for: The wildcard as documented, in place of the single names.

Confidence: likely; the device was seen to tell the two names apart, and the service was seen not to mind strange names.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 0f1e.ods.opinsights.azure.com: ok
    handshake 10.244.1.7:40002 -> 203.0.113.10:443 preflight-check.ods.opinsights.azure.com: reset
    handshake 10.244.1.7:40003 -> 203.0.113.10:443 mcr.microsoft.com: ok
"""

from preflight.diagnosis import open_path
from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import degraded
from preflight.diagnosis.quote import plain
from preflight.diagnosis.survey import TLS_ANSWERS
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Experiment, Handshake, Outcome

REFUSED = frozenset({Outcome.RESET, Outcome.DROPPED, Outcome.CLOSED, Outcome.ALERT})
TOLERATED = TLS_ANSWERS - {Outcome.ALERT}
"""Answers that show a service which does not mind a strange name; an alert may be its own way to mind."""


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the wildcard's other label is refused where a strange name is not."""
    zone = (case.evidence.check.wildcard or "").removeprefix("*")
    tried = [
        step
        for step in case.control(Experiment.OTHER_LABEL, attempt.address)
        if isinstance(step, Handshake) and step.server_name is not None
    ]
    label = next((step for step in tried if (step.server_name or "").endswith(zone)), None)
    strange = next((step for step in tried if not (step.server_name or "").endswith(zone)), None)
    if not zone or label is None or strange is None or open_path.explain(attempt, case) is None:
        return None
    if label.outcome not in REFUSED or strange.outcome not in TOLERATED:
        return None
    return degraded(
        Cause.PATH_WILDCARD_MISSING,
        Confidence.LIKELY,
        f"{plain(case.host)} passes, but a ClientHello for {plain(label.server_name or '')} at the same address does not"
        f" ({label.outcome}), although {plain(strange.server_name or '')} is answered there: something on the way allows this one"
        f" name instead of {plain(case.evidence.check.wildcard or '')}.",
        *attempt.steps,
        strange,
        label,
    )
