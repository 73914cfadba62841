"""An IPv6 address on a host without IPv6 to it: nothing was sent, or nothing can come back; nothing is wrong, nothing is judged."""

from preflight.addresses import is_local, is_local_ipv6
from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import not_judged
from preflight.model.diagnosis import Diagnosis
from preflight.model.evidence import Attempt, Connect, Datagram, Outcome

UNANSWERED = frozenset({Outcome.DROPPED, Outcome.UNREACHABLE})


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when no packet to any IPv6 address left this host in the whole run, or none that could be answered."""
    last = attempt.last
    if attempt.address.version != 6 or case.proxy is not None:
        return None
    if attempt.address.is_unspecified and case.works_over(4):
        return not_judged(":: is no address; some resolvers switch IPv6 off with it.", last)
    if _has_way(attempt, case):
        return None
    if not isinstance(last, Connect | Datagram) or last.outcome not in UNANSWERED:
        return None
    if last.source is None and last.outcome is Outcome.UNREACHABLE:
        return not_judged("this host has no IPv6 route.", last)
    if _is_without_way_back(attempt, case):
        return not_judged(
            "this host has only local IPv6 addresses, which the internet cannot answer.", last
        )
    return None


def _has_way(attempt: Attempt, case: Case) -> bool:
    """Whether IPv6 is set up as far as addresses of this kind: a private one needs no way to the internet."""
    facts = case.surroundings
    return facts.has_ipv6_route if is_local(attempt.address) else facts.has_internet_ipv6


def _is_without_way_back(attempt: Attempt, case: Case) -> bool:
    """Whether it was asked from a unique local or link-local address.

    Clients go by IPv4 then, because its scope and label fit (RFC 6724 §5, rules 2 and 5). On a host that has IPv6 alone they cannot,
    and its addresses may be translated: there the silence counts.
    """
    source = attempt.last.source
    is_dual = any(other.address.version == 4 for other in case.evidence.attempts)
    return is_dual and source is not None and is_local_ipv6(source.address)
