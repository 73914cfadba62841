"""dns.no_data: the name exists, but has no address.

Seen: Every resolver tried answers without error and without an address, for IPv4 and for IPv6.

Means: A private zone holds the name without the record that is needed, or a DNS policy empties its answers.

Ask for: The address record in the zone that answers here, or the name to be allowed in the resolver's policy.

Confidence: confirmed when every resolver says so for both families, likely when another one was silent or gives an address, possible when the
resolvers asked in turn contradict each other.

Example:
    lookup 10.244.1.7:50001 -> 10.0.0.10:53 udp A api.cloud.defender.microsoft.com: NOERROR, no address
    lookup 10.244.1.7:50001 -> 10.0.0.10:53 udp AAAA api.cloud.defender.microsoft.com: NOERROR, no address
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.lookups import agreement, otherwise
from preflight.diagnosis.private_zone import missing_record
from preflight.diagnosis.quote import plain
from preflight.diagnosis.resolvers import differing
from preflight.model.diagnosis import Cause, Diagnosis
from preflight.model.evidence import Outcome


def explain(case: Case) -> Diagnosis | None:
    """Speak when the resolvers' word is that there is no address."""
    said = agreement(case, Outcome.NO_DATA)
    if said is None:
        return None
    return blocked(
        Cause.DNS_NO_DATA,
        said.confidence,
        f"{plain(case.host)} exists according to {said.resolvers}, but has no address."
        f"{missing_record(said.lookups[-1], case)}{differing(case)}",
        *otherwise(case),
        *said.lookups,
        scope=said.resolvers,
    )
