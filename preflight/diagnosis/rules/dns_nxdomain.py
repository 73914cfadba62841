"""dns.nxdomain: the resolver says that the name does not exist.

Seen: Every resolver tried answers NXDOMAIN (RCODE 3) for the name.

Means: The resolver serves a private zone that hides the public name, or a DNS policy answers so on purpose. When the answer holds
a CNAME into a privatelink zone, the private DNS zone is linked here but has no record for the private endpoint. Names of a Log
Analytics workspace also vanish when the workspace is deleted.

Ask for: The name to be resolvable here: an entry in the resolver's policy, a forwarder for its zone, or the missing record in the
private DNS zone named here.

Confidence: confirmed when every resolver says so, likely when another one was silent or gives an address, possible when the
resolvers asked in turn contradict each other.

Example:
    lookup 10.244.1.7:50001 -> 10.0.0.10:53 udp A api.cloud.defender.microsoft.com: NXDOMAIN
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
    """Speak when the resolvers' word is NXDOMAIN."""
    said = agreement(case, Outcome.NXDOMAIN)
    if said is None:
        return None
    hint = missing_record(said.lookups[-1], case)
    if not hint and ".opinsights." in case.host:
        hint = " A workspace that was deleted, or a mistyped workspace id, looks the same."
    return blocked(
        Cause.DNS_NXDOMAIN,
        said.confidence,
        f"{plain(case.host)} does not exist according to {said.resolvers} (NXDOMAIN).{hint}{differing(case)}",
        *otherwise(case),
        *said.lookups,
        scope=said.resolvers,
    )
