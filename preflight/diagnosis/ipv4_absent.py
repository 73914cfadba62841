"""An IPv4 address on a host that has IPv6 alone: nothing was sent, and clients go by IPv6; nothing is wrong, nothing is judged.

So it is in the pods of IPv6 clusters without translation. Where a host has no IPv6 address that works, the missing route is its fault.
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import not_judged
from preflight.model.diagnosis import Diagnosis
from preflight.model.evidence import Attempt, Connect, Datagram, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when no IPv4 packet left this host in the whole run, and the same host works over IPv6."""
    last = attempt.last
    if attempt.address.version != 4 or case.proxy is not None or case.surroundings.has_ipv4:
        return None
    is_unsent = last.source is None and last.outcome is Outcome.UNREACHABLE
    if not isinstance(last, Connect | Datagram) or not is_unsent or not case.works_over(6):
        return None
    return not_judged("this host has no IPv4 route.", last)
