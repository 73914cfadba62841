"""dns.sinkholed: the name leads to an address that no public service has.

Seen: Every address given for the name is 0.0.0.0, loopback, link-local or ::, and nothing there proved to be the service.

Means: A DNS firewall or a blocklist, in the resolver or in this host's hosts file, answers so instead of with the real address.

Ask for: The name to be taken off the blocklist of the resolver named here.

Confidence: confirmed, because no public service can have such an address.

Example:
    lookup 10.244.1.7:50001 -> 10.0.0.10:53 udp A api.cloud.defender.microsoft.com: ok 0.0.0.0
"""

from preflight.addresses import is_nowhere
from preflight.diagnosis.authenticity import Channel, channel_of
from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.lookups import found, otherwise
from preflight.diagnosis.quote import plain
from preflight.diagnosis.resolvers import differing
from preflight.diagnosis.wording import listed
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Lookup, Transport

PROVEN = frozenset({Channel.AUTHENTIC, Channel.VERIFIED})


def explain(case: Case) -> Diagnosis | None:
    """Speak when every address is one that no public service has, unless the service proved to be there all the same."""
    addresses = found(case.evidence)
    if not addresses or not all(map(is_nowhere, addresses)) or _is_meant(case):
        return None
    lookups = [lookup for lookup in case.evidence.lookups if lookup.addresses]
    who = _who(lookups[-1])
    return blocked(
        Cause.DNS_SINKHOLED,
        Confidence.CONFIRMED,
        f"{who[0].upper()}{who[1:]} gives {listed([str(address) for address in addresses])} for {plain(case.host)}, "
        f"an address that no public service has.{differing(case)}",
        *otherwise(case),
        *lookups,
        scope=who,
    )


def _who(lookup: Lookup) -> str:
    return (
        "the hosts file"
        if lookup.transport is Transport.HOSTS
        else f"the resolver {lookup.destination}"
    )


def _is_meant(case: Case) -> bool:
    """Whether the address is the proxy's or the user's own word, or the service was proven to be there (a local relay)."""
    if case.proxy is not None:
        return True  # a proxy may well listen on loopback
    is_literal = any(lookup.transport is Transport.LITERAL for lookup in case.evidence.lookups)
    return is_literal or any(
        channel_of(attempt, case) in PROVEN for attempt in case.evidence.attempts
    )
