"""tcp.dropped: the connection request gets no answer at all.

Seen: The SYN stayed unanswered until the step's budget was used up: no SYN-ACK, no RST, no ICMP. Where routers answer
packets with few hops to live, the last one that a SYN reached is named: it, or the next device, is where to look.

Means: A packet filter drops it silently: a network security group, a firewall's network rule, a network policy, or a missing way
back. Devices that filter by name complete the TCP connection first, so this one decides by address and port.

Ask for: Outbound TCP to the documented name, or to its service tag where the device knows only addresses, from this source.

Confidence: likely; silence alone is never proof, because a lost route or an overloaded path is silent too.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: dropped after 5.0 s
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.path import ending, shown
from preflight.diagnosis.steps import failed
from preflight.diagnosis.wording import after, at, private_hint
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Connect, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the SYN stayed unanswered."""
    if not failed(attempt, Connect, Outcome.DROPPED):
        return None
    return blocked(
        Cause.TCP_DROPPED,
        Confidence.LIKELY,
        f"The SYN to {at(attempt.last, case)} was still unanswered {after(attempt.last.elapsed)}."
        f"{ending(attempt, case)}{private_hint(attempt.address)}",
        *shown(attempt, case),
        *attempt.steps,
    )
