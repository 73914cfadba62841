"""How far the path answers, and whether a device on the way answers in the host's place: the reading of packets with few hops to live.

Routers need not answer, some networks count no hops (Azure's own, for one), and two packets may take two ways. So what is missing
is no evidence, and a device is said to stand nearer than the host only where datagrams to the same address and port show a router as
far away as the answer to TCP, or farther, and everything nearer agrees.
"""

from preflight.addresses import is_private
from preflight.diagnosis.case import Case
from preflight.diagnosis.wording import counted
from preflight.model.evidence import Attempt, Experiment, Hop, Outcome, Transport

FEWEST = 2
"""Routers away from which something follows: a single hop is this host's own gateway, which every path has."""
ENDS = {Outcome.OK, Outcome.REFUSED, Outcome.UNREACHABLE}
ANSWERS = {Outcome.OK: "connection is answered", Outcome.REFUSED: "RST comes from"}


def answering(attempt: Attempt, case: Case) -> str:
    """A sentence, with a space before it, on a device that answers TCP in the host's place; empty where nothing shows one."""
    found = _nearer(attempt, case)
    if found is None:
        return ""
    answer, beyond = found
    return (
        f" The {ANSWERS[answer.outcome]} at most {_hops(answer)} away, and the host is beyond: datagrams to the same address and"
        f" port reach the router {beyond.router}, {_hops(beyond)} away. A device on the way answers in the host's"
        f" place{_place(answer, _routers(attempt, case, Transport.TCP))}."
    )


def ending(attempt: Attempt, case: Case) -> str:
    """A sentence, with a space before it, on where an unanswered SYN gets lost; empty where nothing shows it."""
    found = _lost(attempt, case)
    if found is None:
        return ""
    far, beyond = found
    if not beyond:
        return f" The path answers as far as {_named(far)}; nothing beyond it does." if far else ""
    where = f"as far as {_named(far)} and no farther" if far else "by no router"
    return (
        f" SYNs are answered {where}, while datagrams to the same address and port reach {_named(beyond[-1])}: TCP is dropped"
        f" {_between(far, beyond[0])}."
    )


def _place(answer: Hop, routers: tuple[Hop, ...]) -> str:
    """Where the answer comes from, when the router one hop nearer is known: a device may use up the hop before it answers, or not."""
    is_near = bool(routers) and routers[-1].ttl == answer.ttl - 1
    return f": {routers[-1].router} or the next one" if is_near else ""


def _between(far: Hop | None, beyond: Hop) -> str:
    """Where SYNs end that `far` still answered and `beyond` would have, had they come so far."""
    if far is None:
        return f"before {beyond.router}"
    if beyond.ttl == far.ttl + 1:
        return f"by {far.router} or right behind it"
    return f"somewhere from {far.router} to {beyond.router}"


def distance(attempt: Attempt, case: Case, router: object) -> str:
    """How far away a router is, as in `, 2 hops away`; empty where no packet ended there."""
    hops = (hop for hop in _routers(attempt, case, Transport.TCP) if hop.router == router)
    nearest = next(hops, None)
    return f", {_hops(nearest)} away" if nearest else ""


def shown(attempt: Attempt, case: Case) -> tuple[Hop, ...]:
    """The packets that the sentences rest on, for the evidence of a diagnosis; empty where nothing is said."""
    nearer, lost = _nearer(attempt, case), _lost(attempt, case)
    if nearer is not None:
        return nearer
    if lost is None:
        return ()
    far, beyond = lost
    return (*([far] if far else []), *beyond[-1:])


def _nearer(attempt: Attempt, case: Case) -> tuple[Hop, Hop] | None:
    """The nearest answer to a SYN, and the farthest router that a datagram reached beyond it."""
    sent = _sent(attempt, case, Transport.TCP)
    answer = next((hop for hop in sent if hop.outcome in ANSWERS), None)
    if answer is None or is_private(attempt.address):
        return None
    there, back = (_routers(attempt, case, each) for each in (Transport.TCP, Transport.UDP))
    is_same_way = all(hop.ttl < answer.ttl for hop in there) and _agree(there, back)
    farthest = back[-1] if back else None
    if not is_same_way or farthest is None or farthest.ttl < max(answer.ttl, FEWEST):
        return None
    return answer, farthest


def _lost(attempt: Attempt, case: Case) -> tuple[Hop | None, tuple[Hop, ...]] | None:
    """The last router that a SYN is seen to reach, and those beyond it that datagrams still reach; None where nothing follows."""
    sent = _sent(attempt, case, Transport.TCP)
    if is_private(attempt.address) or any(hop.outcome in ENDS for hop in sent):
        return None
    there, back = (_routers(attempt, case, each) for each in (Transport.TCP, Transport.UDP))
    far = there[-1] if there else None
    reached = far.ttl if far else 0
    silent = {hop.ttl for hop in sent if hop.outcome is Outcome.DROPPED}
    beyond = tuple(hop for hop in back if hop.ttl > reached) if _agree(there, back) else ()
    farthest = beyond[-1].ttl if beyond else reached + 1
    is_told = max(reached, farthest if beyond else 0) >= FEWEST
    return (
        (far, beyond) if is_told and silent.issuperset(range(reached + 1, farthest + 1)) else None
    )


def _agree(there: tuple[Hop, ...], back: tuple[Hop, ...]) -> bool:
    """Whether SYNs and datagrams meet the same routers, as far as both were answered, and none twice: a loop is no way to the host."""
    routers = {hop.ttl: hop.router for hop in there}
    is_loop = len({hop.router for hop in back}) < len(back)
    return not is_loop and all(routers.get(hop.ttl, hop.router) == hop.router for hop in back)


def _sent(attempt: Attempt, case: Case, transport: Transport) -> list[Hop]:
    """By distance; of several packets alike, the first."""
    hops = [
        step
        for step in case.control(Experiment.HOPS, attempt.address)
        if isinstance(step, Hop) and step.transport is transport
    ]
    return sorted(hops, key=lambda hop: hop.ttl)


def _routers(attempt: Attempt, case: Case, transport: Transport) -> tuple[Hop, ...]:
    """The packets that ended at a router, nearest first; the host and this host are none."""
    return tuple(
        hop
        for hop in _sent(attempt, case, transport)
        if hop.outcome is Outcome.TTL_EXCEEDED
        and hop.router not in {None, attempt.address, hop.source.address if hop.source else None}
    )


def _named(hop: Hop) -> str:
    return f"{hop.router} ({_hops(hop)})"


def _hops(hop: Hop) -> str:
    return counted(hop.ttl, "hop")
