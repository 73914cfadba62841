"""A finding's decisive packets → what to look for in which log."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from preflight.diagnosis.device import device
from preflight.diagnosis.logs import Trail, queries
from preflight.diagnosis.logs.sought import MOST, Sought, bare
from preflight.diagnosis.makers import MAKERS, Maker, maker_of_certificate
from preflight.diagnosis.quote import plain
from preflight.diagnosis.remedy import BY_NOBODY
from preflight.diagnosis.rows import Row
from preflight.diagnosis.steps import leaf_of
from preflight.model.diagnosis import Cause
from preflight.model.evidence import (
    Connect,
    Datagram,
    Handshake,
    Hello,
    Hop,
    Lookup,
    Observation,
    Outcome,
    Tunnel,
)
from preflight.model.plan import Stage
from preflight.model.report import Engine
from preflight.model.search import LogSearch
from preflight.model.vantage import Peer

T = TypeVar("T")

MARGIN = timedelta(minutes=5)
"""On either side of the packets: Kerberos tolerates as much between two clocks (RFC 4120 §8.2), so most networks keep it."""
UNLOGGED = frozenset({Cause.PATH_MTU_BLACKHOLE, Cause.PATH_LARGE_HELLO_DROPPED})
"""Causes that are no rule's decision, so that no rule's log tells of them."""
BY_MAKER = frozenset({Cause.TLS_INTERCEPTED, Cause.TLS_NOT_TLS, Cause.HTTP_BLOCK_PAGE})
"""Causes that may show a maker: then only its own log is worth a query."""
TRAILS: dict[Engine, tuple[Trail, ...]] = {
    Engine.AZURE_FIREWALL: (Trail.NAME,),
    Engine.AWS_NETWORK_FIREWALL: (Trail.NAME,),
    Engine.SQUID: (Trail.REQUEST,),
}


def search(cause: Cause, group: Sequence[Row]) -> LogSearch | None:
    """What to look for; None where nothing was sent, or where nobody's rule is the cause."""
    packets = [
        (step, row) for row in group for step in _decisive(cause, row.diagnosis.observations)
    ]
    packets.sort(key=lambda packet: packet[0].at)
    if cause in BY_NOBODY or not packets:
        return None
    steps = [step for step, _ in packets]
    sought = Sought(
        begin=_floor(min(step.at for step in steps) - MARGIN),
        end=_ceiling(max(step.at + timedelta(seconds=step.elapsed) for step in steps) + MARGIN),
        sources=tuple(step.source.address for step in steps if step.source),
        destinations=_first(step.destination for step in steps if step.destination),
        names=_first(name for step, row in packets if (name := _name(step, row))),
    )
    return LogSearch(
        device=device(cause, steps[-1]),
        begin=sought.begin,
        end=sought.end,
        sources=sought.own,
        destinations=tuple(map(_shown, sought.destinations)),
        names=tuple(map(plain, sought.names)),
        queries=queries(_trails(cause, steps[-1], group[0]), sought),
    )


def _decisive(cause: Cause, observations: Sequence[Observation]) -> Sequence[Observation]:
    """The packets that met what the cause describes: those that failed, else the last one that was sent."""
    sent = [step for step in observations if step.destination and not isinstance(step, Hop)]
    if _is_dns(cause):
        return [step for step in sent if isinstance(step, Lookup)]
    failed = [
        step for step in sent if step.outcome is not Outcome.OK and not isinstance(step, Lookup)
    ]
    return failed or sent[-1:]


def _is_dns(cause: Cause) -> bool:
    return cause.value.startswith("dns.")


def _name(step: Observation, row: Row) -> str | None:
    """The name by which a device could know what was asked for."""
    match step:
        case Lookup():
            return step.name
        case Handshake() | Hello():
            return step.server_name
        case Tunnel():
            return step.target.rpartition(":")[0]
        case _:
            return row.case.host if row.case else None


def _trails(cause: Cause, decisive: Observation, row: Row) -> tuple[Trail, ...]:
    """By what a log can tell of it."""
    if cause in UNLOGGED:
        return ()
    if cause in BY_MAKER:
        return _of_maker(cause, row)
    if cause is Cause.PROXY_UPSTREAM_FAILED:
        return (Trail.REQUEST, Trail.NAME)
    if cause.value.startswith("proxy.") and cause is not Cause.PROXY_UNREACHABLE:
        return (Trail.REQUEST,)
    if cause is Cause.DNS_RESOLVER_UNREACHABLE or decisive.stage is Stage.PROXY:
        return (Trail.FLOW,)
    if _is_dns(cause) or isinstance(decisive, Lookup):
        return (Trail.QUESTION,)
    return (Trail.FLOW,) if isinstance(decisive, Connect | Datagram) else (Trail.NAME,)


def _of_maker(cause: Cause, row: Row) -> tuple[Trail, ...]:
    """Of a page, only a known maker's log; of inspection also an unknown one's, since its certificates bear the owner's name."""
    maker = _maker(cause, row)
    if maker is not None:
        return TRAILS.get(maker.engine, ())
    return (Trail.NAME,) if cause is Cause.TLS_INTERCEPTED else ()


def _maker(cause: Cause, row: Row) -> Maker | None:
    """Whose device wrote the certificate or the page, where that is known."""
    if cause is not Cause.TLS_INTERCEPTED:
        return next((maker for maker in MAKERS if maker.name == row.diagnosis.scope), None)
    case = row.case
    leaves = [leaf for each in row.judged if case and (leaf := leaf_of(each.attempt, case))]
    return next((maker for leaf in leaves if (maker := maker_of_certificate(leaf))), None)


def _shown(peer: Peer) -> str:
    host = bare(peer.address)
    return f"[{host}]:{peer.port}" if peer.address.version == 6 else f"{host}:{peer.port}"


def _first(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))[:MOST]


def _floor(at: datetime) -> datetime:
    """The minute that began before or then."""
    return at.replace(second=0, microsecond=0)


def _ceiling(at: datetime) -> datetime:
    """The minute that begins then or after."""
    return _floor(at + timedelta(minutes=1) - timedelta.resolution)
