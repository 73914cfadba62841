"""path.ipv6_broken: IPv6 is routed here, but fails where IPv4 works.

Seen: Packets to the host's IPv6 addresses leave this host and fail, every one of them; its IPv4 addresses all work.

Means: A firewall, route or NAT rule that was made for IPv4 only. Clients that prefer IPv6 wait for it to fail, or fail altogether. A
network without IPv6 is not meant: there nothing is sent and nothing is wrong.

Ask for: The same egress rule for IPv6 as for IPv4, or IPv6 to be switched off on the nodes.

Confidence: likely; possible where IPv6 works for other hosts of the same run.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: ok
    connect [2001:db8:1::7]:40002 -> [2001:db8:2::10]:443: dropped after 5.0 s
"""

from dataclasses import replace

from preflight.diagnosis.case import Case, Judged
from preflight.diagnosis.conclude import degraded
from preflight.diagnosis.quote import plain
from preflight.diagnosis.verdicts import failing, working
from preflight.diagnosis.wording import listed
from preflight.model.diagnosis import Cause, Confidence, Diagnosis


def explain(judged: tuple[Judged, ...], case: Case) -> Diagnosis | None:
    """Speak when exactly the IPv6 addresses fail; without a route they are not judged, so they have not failed."""
    good, bad = working(judged), failing(judged)
    if not good or not bad or case.proxy is not None:
        return None
    if {_family(each) for each in good} != {4} or {_family(each) for each in bad} != {6}:
        return None
    found = degraded(
        Cause.PATH_IPV6_BROKEN,
        Confidence.POSSIBLE if case.surroundings.has_working_ipv6 else Confidence.LIKELY,
        f"{plain(case.host)} works over IPv4 and fails over IPv6"
        f" ({listed([str(each.attempt.address) for each in bad])}: {bad[0].diagnosis.cause or 'unexplained'}).",
        good[0].attempt.last,
        *(each.attempt.last for each in bad),
    )
    return replace(found, stage=bad[0].diagnosis.stage)


def _family(judged: Judged) -> int:
    return judged.attempt.address.version
