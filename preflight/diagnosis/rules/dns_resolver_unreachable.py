"""dns.resolver_unreachable: no resolver answers.

Seen: Every question to every configured resolver stayed unanswered or was rejected, over UDP and over TCP, for every name of the
run.

Means: Name resolution does not work from here, so nothing else could be judged. In a cluster the resolver is often the cluster's
own DNS service; an egress policy that forgets DNS, a firewall between node and resolver, or a resolver that is down all look
like this. The endpoints behind are not judged, because they may well be open.

Ask for: UDP and TCP port 53 from this source to the resolvers named here, or a look at whether they run.

Confidence: confirmed when the resolvers' hosts answered with ICMP or RST, likely when there was only silence.

Example:
    lookup 10.244.1.7:50001 -> 10.0.0.10:53 udp A api.cloud.defender.microsoft.com: dropped after 5.0 s
    lookup 10.244.1.7:50002 -> 10.0.0.10:53 tcp A api.cloud.defender.microsoft.com: dropped after 5.0 s
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import unjudged
from preflight.diagnosis.lookups import replies, resolvers_of
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Outcome

REJECTIONS = frozenset({Outcome.REFUSED, Outcome.UNREACHABLE})


def explain(case: Case) -> Diagnosis | None:
    """Speak when no resolver answered anything in the whole run."""
    given = replies(case.evidence)
    if not given or case.surroundings.has_resolver:
        return None
    lookups = [lookup for reply in given for lookup in reply.lookups]
    is_rejected = all(lookup.outcome in REJECTIONS for lookup in lookups)
    how = "rejects every question" if is_rejected else "answers any question"
    subject = "every resolver" if is_rejected else "no resolver"
    return unjudged(
        Cause.DNS_RESOLVER_UNREACHABLE,
        Confidence.CONFIRMED if is_rejected else Confidence.LIKELY,
        f"Not judged: {subject} ({resolvers_of(given)}) {how}, over UDP or TCP.",
        *lookups,
    )
