"""dns.query_dropped: the resolver answers other names, but never this one.

Seen: Questions for this name stayed unanswered over UDP and TCP, while the same resolver answered other names in the same run.

Means: A DNS filter or a firewall that reads DNS questions drops those for this name; or the resolver forwards this zone to a
server that never answers. The service itself was not reached.

Ask for: The name to be allowed in the resolver's policy, and the forwarder of its zone to be checked.

Confidence: likely, because silence alone is never proof.

Example:
    lookup 10.244.1.7:50001 -> 10.0.0.10:53 udp A api.cloud.defender.microsoft.com: dropped after 2.5 s
    lookup 10.244.1.7:50003 -> 10.0.0.10:53 udp A mcr.microsoft.com: ok 203.0.113.20
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.lookups import Reply, otherwise, replies, resolvers_of
from preflight.diagnosis.quote import plain
from preflight.diagnosis.resolvers import differing
from preflight.diagnosis.wording import listed
from preflight.model.diagnosis import Cause, Confidence, Diagnosis


def explain(case: Case) -> Diagnosis | None:
    """Speak when resolvers that answer other names were silent about this one."""
    given = replies(case.evidence)
    alive = tuple(reply for reply in given if _others(reply, case))
    if not alive or any(reply.outcome is not None for reply in given):
        return None
    others = list(dict.fromkeys(name for reply in alive for name in _others(reply, case)))
    resolvers = resolvers_of(alive)
    return blocked(
        Cause.DNS_QUERY_DROPPED,
        Confidence.LIKELY,
        f"The resolver {resolvers} never answers questions for {plain(case.host)}, "
        f"while it answers for {listed(others)}.{differing(case)}",
        *otherwise(case),
        *(lookup for reply in alive for lookup in reply.lookups),
        scope=resolvers,
    )


def _others(reply: Reply, case: Case) -> list[str]:
    if reply.resolver is None:
        return []
    answered = case.surroundings.resolver_names.get(reply.resolver, ())
    return [name for name in answered if name != case.host]
