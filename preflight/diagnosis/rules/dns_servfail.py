"""dns.servfail: the resolver fails to look the name up.

Seen: Every resolver tried answers SERVFAIL (RCODE 2) for the name.

Means: The resolver itself could not get an answer: its forwarder or the public DNS is not reachable from it, or DNSSEC validation
failed. In a cluster the cluster's DNS often works while its way to the outside is blocked.

Ask for: UDP and TCP port 53 from the resolver to its forwarders, and a look at the resolver's own log for this name.

Confidence: confirmed when every resolver says so, likely when another one was silent or gives an address, possible when the
resolvers asked in turn contradict each other.

Example:
    lookup 10.244.1.7:50001 -> 10.0.0.10:53 udp A api.cloud.defender.microsoft.com: SERVFAIL
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.lookups import agreement, otherwise
from preflight.diagnosis.quote import plain
from preflight.diagnosis.resolvers import differing
from preflight.model.diagnosis import Cause, Diagnosis
from preflight.model.evidence import Outcome


def explain(case: Case) -> Diagnosis | None:
    """Speak when the resolvers' word is SERVFAIL."""
    said = agreement(case, Outcome.SERVFAIL)
    if said is None:
        return None
    return blocked(
        Cause.DNS_SERVFAIL,
        said.confidence,
        f"The resolver {said.resolvers} could not look {plain(case.host)} up (SERVFAIL): it fails behind the resolver."
        f"{differing(case)}",
        *otherwise(case),
        *said.lookups,
        scope=said.resolvers,
    )
