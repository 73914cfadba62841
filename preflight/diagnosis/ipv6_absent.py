"""An IPv6 address on a host without IPv6 to it: nothing was sent, or nothing can come back; nothing is wrong, nothing is judged."""

from dataclasses import replace

from preflight.addresses import is_local, is_local_ipv6
from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import inconclusive
from preflight.model.diagnosis import Diagnosis, Verdict
from preflight.model.evidence import Attempt, Connect, Datagram, Outcome
from preflight.model.plan import Stage

UNANSWERED = frozenset({Outcome.DROPPED, Outcome.UNREACHABLE})


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when no packet to any IPv6 address left this host in the whole run, or none that could be answered."""
    last = attempt.last
    if attempt.address.version != 6 or case.proxy is not None or _has_way(attempt, case):
        return None
    if not isinstance(last, Connect | Datagram) or last.outcome not in UNANSWERED:
        return None
    if last.source is None and last.outcome is Outcome.UNREACHABLE:
        return _unjudged("this host has no IPv6 route.", last)
    if _is_without_way_back(attempt, case):
        return _unjudged(
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


def _unjudged(why: str, last: Connect | Datagram) -> Diagnosis:
    return replace(inconclusive(Stage.TCP, f"Not judged: {why}", last), verdict=Verdict.SKIPPED)
