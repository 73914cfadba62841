"""path.unstable: the same attempt fails and succeeds by turns.

Seen: The first attempt at an address failed; repeated at once from another port, the same attempt reached the service.

Means: Packets are lost, one of several parallel ways is broken, a device on the way runs out of ports or sessions (SNAT
exhaustion on a NAT gateway or firewall), or its rules are being changed right now. Agents see it as failures that come and go.

Ask for: A look at load, port usage and health of the NAT gateway, the firewall's instances and the links on the way to this host;
no rule is missing.

Confidence: confirmed when the failure was an answer such as RST, likely when it was silence.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: refused
    connect 10.244.1.7:40002 -> 203.0.113.10:443: ok
    exchange 10.244.1.7:40002 -> 203.0.113.10:443 GET / 200
"""

from preflight.diagnosis import open_path
from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import degraded
from preflight.diagnosis.quote import plain
from preflight.diagnosis.repeats import repeats
from preflight.diagnosis.wording import at, counted
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when a repeat reached the service where the first attempt failed."""
    if attempt.last.outcome is Outcome.OK:
        return None
    tried = repeats(attempt, case)
    good = [again for again in tried if open_path.explain(again, case) is not None]
    if not good:
        return None
    failed = 1 + sum(1 for again in tried if again.last.outcome is not Outcome.OK)
    return degraded(
        Cause.PATH_UNSTABLE,
        Confidence.LIKELY if attempt.last.outcome is Outcome.DROPPED else Confidence.CONFIRMED,
        f"{counted(failed, 'attempt')} at {at(attempt.last, case)} failed ({attempt.last.outcome} at {attempt.last.stage}) and"
        f" {counted(len(good), 'more')} from another port reached {plain(case.host)}.",
        *attempt.steps,
        *good[0].steps,
    )
