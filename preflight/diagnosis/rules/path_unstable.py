"""path.unstable: the same attempt fails and succeeds by turns.

Seen: The first attempt at an address failed; repeated at once from another port, the same attempt reached the service.

Means: Packets are lost, one of several parallel ways is broken, a device on the way runs out of ports or sessions (SNAT
exhaustion on a NAT gateway or firewall), or its rules are being changed right now. Agents see it as failures that come and go.

Ask for: A look at load, port usage and health of the NAT gateway, the firewall's instances and the links on the way to this host;
no rule is missing.

Confidence: confirmed when the failure was an answer such as RST and the success was the service's own; likely when the failure was
silence; less where the success itself proves less, as over clear HTTP.

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
from preflight.diagnosis.rules import http_block_page
from preflight.diagnosis.verdicts import least
from preflight.diagnosis.wording import at, counted
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Outcome

BY_THE_NETWORK = frozenset(
    {Outcome.DROPPED, Outcome.REFUSED, Outcome.UNREACHABLE, Outcome.RESET, Outcome.CLOSED}
)
"""Ends that come and go with the path; what this host itself would not send, or an answer that says no, does not."""


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when a repeat reached the service where the first attempt failed."""
    if attempt.last.outcome not in BY_THE_NETWORK:
        return None
    tried = repeats(attempt, case)
    good = [(again, found) for again in tried if (found := _reached(again, case)) is not None]
    if not good:
        return None
    again, found = good[0]
    failed = 1 + sum(1 for each in tried if each.last.outcome in BY_THE_NETWORK)
    is_silent = attempt.last.outcome is Outcome.DROPPED
    return degraded(
        Cause.PATH_UNSTABLE,
        least(found.confidence, Confidence.LIKELY if is_silent else Confidence.CONFIRMED),
        f"{counted(failed, 'attempt')} at {at(attempt.last, case)} failed ({attempt.last.outcome} at {attempt.last.stage}) and"
        f" {counted(len(good), 'more')} from another port reached {plain(case.host)}.",
        *attempt.steps,
        *again.steps,
    )


def _reached(again: Attempt, case: Case) -> Diagnosis | None:
    """What shows that a repeat came to the service, and not to a page that somebody else wrote."""
    return open_path.explain(again, case) if http_block_page.explain(again, case) is None else None
