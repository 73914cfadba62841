"""Name → addresses, with resolver, RCODE and CNAME chain, asked as a stub resolver does.

The hosts file wins. Then the resolvers are asked in their order, A and AAAA at once, over UDP and, when the answer is truncated
or nothing comes, over TCP (RFC 1035 §4.2, RFC 7766 §5). A resolver that stays silent or cannot answer hands over to the next
one, and may still answer while that one is asked. Names are absolute: no search list is applied.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from preflight.model.evidence import Lookup, Outcome, RecordType, Transport
from preflight.model.plan import Stage
from preflight.model.vantage import Address, HostsLine, Peer
from preflight.wire.classify import Malformed, describe
from preflight.wire.inquiry import BOTH, Inquiry
from preflight.wire.message import ADDRESS_LIMIT
from preflight.wire.network import Network


async def resolve(
    network: Network,
    name: str,
    *,
    resolvers: Sequence[Peer],
    hosts: Iterable[HostsLine],
    timeout: float,
    stage: Stage = Stage.DNS,
) -> tuple[Lookup, ...]:
    """Ask for A and AAAA of `name` within `timeout` seconds.

    Returns:
        Every question with its answer, resolver by resolver; the last ones decided. A literal address or a name of the hosts
        file gives one lookup per family and nothing is sent. Empty only when there is no resolver to ask.
    """
    literal = _literal(name)
    if literal is not None:
        return _known(network, name, (literal,), Transport.LITERAL, stage)
    listed = tuple(line.address for line in hosts if line.name == name.lower().rstrip("."))
    if listed:
        return _known(network, name, listed, Transport.HOSTS, stage)
    try:
        return await _in_order(network, name, resolvers, timeout=timeout, stage=stage)
    except Malformed as trouble:
        return (_unaskable(network, name, stage, describe(trouble)),)


async def ask_resolver(
    network: Network,
    name: str,
    resolver: Peer,
    *,
    timeout: float,
    over: frozenset[Transport] = BOTH,
) -> tuple[Lookup, ...]:
    """Ask one resolver by itself for A and AAAA of `name` within `timeout` seconds, whatever the hosts file says.

    Returns:
        As `resolve`; what is still open in the end counts as dropped.
    """
    try:
        inquiry = Inquiry(network, name, resolver, share=timeout, stage=Stage.DNS, over=over)
    except Malformed as trouble:
        return (_unaskable(network, name, Stage.DNS, describe(trouble)),)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout):
            await inquiry.run()
    return inquiry.lookups()


def addresses(lookups: Iterable[Lookup]) -> tuple[Address, ...]:
    """The addresses that the lookups lead to, in order, without duplicates."""
    return tuple(dict.fromkeys(address for lookup in lookups for address in lookup.addresses))


def _literal(name: str) -> Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _known(
    network: Network, name: str, found: Sequence[Address], transport: Transport, stage: Stage
) -> tuple[Lookup, ...]:
    return tuple(
        Lookup(
            at=network.now(),
            stage=stage,
            source=None,
            destination=None,
            outcome=Outcome.OK,
            elapsed=0.0,
            name=name,
            record_type=record_type,
            transport=transport,
            addresses=tuple(dict.fromkeys(a for a in found if a.version == version))[
                :ADDRESS_LIMIT
            ],
        )
        for version, record_type in ((4, RecordType.A), (6, RecordType.AAAA))
        if any(address.version == version for address in found)
    )


def _unaskable(network: Network, name: str, stage: Stage, error: str) -> Lookup:
    """What is no DNS name is asked of nobody."""
    return Lookup(
        at=network.now(),
        stage=stage,
        source=None,
        destination=None,
        outcome=Outcome.MALFORMED,
        elapsed=0.0,
        error=error,
        name=name,
        record_type=RecordType.A,
        transport=Transport.UDP,
    )


async def _in_order(
    network: Network, name: str, resolvers: Sequence[Peer], *, timeout: float, stage: Stage
) -> tuple[Lookup, ...]:
    inquiries: list[Inquiry] = []
    running: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout
    try:
        for left in range(len(resolvers), 0, -1):
            share = (end - loop.time()) / left
            inquiry = Inquiry(network, name, resolvers[-left], share=share, stage=stage)
            inquiries.append(inquiry)
            task = loop.create_task(inquiry.run())
            running.add(task)
            await _settle(inquiries, running, until=loop.time() + share, ends={task})
            if _is_settled(inquiries):
                break
        await _settle(inquiries, running, until=end, ends=running)
    finally:
        for task in running:
            task.cancel()
        ended = await asyncio.gather(*running, return_exceptions=True)
    for bug in ended:
        if isinstance(bug, Exception):
            raise bug  # network trouble never rises here; an inquiry that broke must not look like silence
    in_order = sorted(inquiries, key=lambda inquiry: inquiry.settled)
    return tuple(lookup for inquiry in in_order for lookup in inquiry.lookups())


async def _settle(
    inquiries: Sequence[Inquiry],
    running: set[asyncio.Task[None]],
    *,
    until: float,
    ends: set[asyncio.Task[None]],
) -> None:
    """Wait until some answer settles the name, all of `ends` are over, or it is `until` on the loop's clock."""
    loop = asyncio.get_running_loop()
    while not _is_settled(inquiries) and not all(task.done() for task in ends):
        pending = [task for task in running if not task.done()]
        if loop.time() >= until:
            return
        await asyncio.wait(
            pending, timeout=until - loop.time(), return_when=asyncio.FIRST_COMPLETED
        )


def _is_settled(inquiries: Iterable[Inquiry]) -> bool:
    return any(inquiry.settled for inquiry in inquiries)
