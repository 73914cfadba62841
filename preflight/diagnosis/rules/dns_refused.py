"""dns.refused: the resolver refuses to answer for the name.

Seen: Every resolver tried answers REFUSED (RCODE 5) for the name.

Means: The resolver is there and says no by policy: its access list does not admit this source, or it does not serve the zone.
This is an answer of the resolver, not a refused connection.

Ask for: This source to be admitted by the resolver's access list, and the name to be allowed in its policy.

Confidence: confirmed when every resolver says so, likely when another one was silent or gives an address, possible when the
resolvers asked in turn contradict each other.

Example:
    lookup 10.244.1.7:50001 -> 10.0.0.10:53 udp A api.cloud.defender.microsoft.com: REFUSED
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.lookups import agreement, otherwise
from preflight.diagnosis.quote import plain
from preflight.diagnosis.resolvers import differing
from preflight.model.diagnosis import Cause, Diagnosis
from preflight.model.evidence import Outcome


def explain(case: Case) -> Diagnosis | None:
    """Speak when the resolvers' word is REFUSED."""
    said = agreement(case, Outcome.RCODE_REFUSED)
    if said is None:
        return None
    return blocked(
        Cause.DNS_REFUSED,
        said.confidence,
        f"The resolver {said.resolvers} refuses to answer for {plain(case.host)} (REFUSED).{differing(case)}",
        *otherwise(case),
        *said.lookups,
        scope=said.resolvers,
    )
