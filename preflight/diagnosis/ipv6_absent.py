"""An IPv6 address on a host without IPv6: nothing was sent, nothing is wrong, nothing is judged."""

from dataclasses import replace

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import inconclusive
from preflight.model.diagnosis import Diagnosis, Verdict
from preflight.model.evidence import Attempt, Connect, Datagram, Outcome
from preflight.model.plan import Stage


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when no packet to any IPv6 address left this host in the whole run."""
    last = attempt.last
    if attempt.address.version != 6 or case.surroundings.has_ipv6_route or case.proxy is not None:
        return None
    if not isinstance(last, Connect | Datagram) or last.outcome is not Outcome.UNREACHABLE:
        return None
    said = inconclusive(Stage.TCP, "Not judged: this host has no IPv6 route.", last)
    return replace(said, verdict=Verdict.SKIPPED)
