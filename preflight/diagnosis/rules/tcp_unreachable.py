"""tcp.unreachable: the network says that the address cannot be reached.

Seen: An ICMP unreachable or prohibited message came back, or this host has no route to the address.

Means: With ICMP, a router or firewall on the way rejects the packet and says so. Without a route, nothing was sent at all: a route
table that sends this prefix nowhere, or a family (IPv6) that is not set up here.

Ask for: A route to the address, or the rule on the rejecting device that lets this source out to the documented name.

Confidence: confirmed: the network itself said it. Linux also keeps who did, and the finding names that device.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: unreachable after 0.0 s, sent by 10.0.3.4, administratively prohibited
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.path import distance
from preflight.diagnosis.quote import plain
from preflight.diagnosis.wording import at, private_hint
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Connect, Datagram, Outcome
from preflight.model.vantage import Address


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when ICMP or the route table said no; ICMP port unreachable is how UDP is refused."""
    last = attempt.last
    is_rejected = isinstance(last, Datagram) and last.outcome is Outcome.REFUSED
    is_unreachable = isinstance(last, Connect | Datagram) and last.outcome is Outcome.UNREACHABLE
    if not is_rejected and not is_unreachable:
        return None
    router = last.router if isinstance(last, Connect) else None
    if last.source is None:
        text = f"This host has no route to {at(last, case)}: nothing was sent."
    elif router is not None:
        text = f"The SYN to {at(last, case)} was answered with ICMP by {_who(router, attempt, case)}: {plain(last.error)}."
    else:
        what = "port unreachable" if is_rejected else "unreachable or prohibited"
        text = f"The packet to {at(last, case)} was answered with ICMP {what}."
    return blocked(
        Cause.TCP_UNREACHABLE,
        Confidence.CONFIRMED,
        text + private_hint(attempt.address),
        *attempt.steps,
    )


def _who(router: Address, attempt: Attempt, case: Case) -> str:
    if attempt.last.source is not None and router == attempt.last.source.address:
        return "this host itself, whose next hop does not answer"
    if router == attempt.address:
        return "the address itself"
    return f"the device {router}{distance(attempt, case, router)}"
