"""Name to addresses, as a stub resolver asks."""

import asyncio
import errno
from collections.abc import Callable, Sequence
from ipaddress import ip_address

import pytest

from preflight.model.evidence import Lookup, Outcome, RecordType, Transport
from preflight.model.vantage import HostsLine, Peer
from preflight.wire.host import RealNetwork
from preflight.wire.inquiry import Inquiry
from preflight.wire.message import ADDRESS_LIMIT, CHAIN_LIMIT
from preflight.wire.network import Network
from preflight.wire.resolve import addresses, resolve
from tests.fakes.closed_ports import refusing_udp
from tests.fakes.dns_script import (
    NOTIMP,
    POINTER_LOOP,
    REFUSED,
    SERVFAIL,
    SILENT,
    Over,
    Reply,
    about_another,
    answer,
    cut_short,
    endless_wrong_id,
    garbage,
    held,
    no_data,
    nxdomain,
    over_tcp_only,
    over_udp_only,
    truncated,
    without_edns,
    wrong_id_first,
)
from tests.fakes.listener import Connection, Listener
from tests.fakes.nameserver import Nameserver, Script
from tests.fakes.udp_port import UdpPort
from tests.wire.impaired_network import ImpairedNetwork
from tests.wire.opening import AMPLE, SHORT

NAME = "service.example.test"
BOTH = answer("192.0.2.7", "2001:db8::7")


async def look_up(
    network: Network, *resolvers: Peer, name: str = NAME, timeout: float = AMPLE
) -> tuple[Lookup, ...]:
    return await resolve(network, name, resolvers=resolvers, hosts=(), timeout=timeout)


def outcomes(lookups: Sequence[Lookup]) -> set[Outcome]:
    return {lookup.outcome for lookup in lookups}


def texts(lookups: Sequence[Lookup]) -> list[str]:
    return [str(address) for address in addresses(lookups)]


async def test_a_and_aaaa_are_asked_and_answered(network: RealNetwork, loopback: str) -> None:
    async with Nameserver({NAME: BOTH}, address=loopback) as nameserver:
        lookups = await look_up(network, nameserver.peer)
        assert sorted(nameserver.asked(NAME)) == ["A", "AAAA"]
        assert {lookup.destination for lookup in lookups} == {nameserver.peer}
    assert [(lookup.record_type, lookup.outcome) for lookup in lookups] == [
        (RecordType.A, Outcome.OK),
        (RecordType.AAAA, Outcome.OK),
    ]
    assert texts(lookups) == ["192.0.2.7", "2001:db8::7"]
    assert {lookup.transport for lookup in lookups} == {Transport.UDP}
    assert {lookup.rcode for lookup in lookups} == {"NOERROR"}
    assert all(lookup.source for lookup in lookups)


async def test_a_family_without_addresses_is_no_data(network: RealNetwork) -> None:
    async with Nameserver({NAME: answer("192.0.2.7")}) as nameserver:
        lookups = await look_up(network, nameserver.peer)
    assert [lookup.outcome for lookup in lookups] == [Outcome.OK, Outcome.NO_DATA]


@pytest.mark.parametrize(
    ("reply", "outcome", "rcode"),
    [
        (nxdomain(), Outcome.NXDOMAIN, "NXDOMAIN"),
        (no_data(), Outcome.NO_DATA, "NOERROR"),
        (SERVFAIL, Outcome.SERVFAIL, "SERVFAIL"),
        (REFUSED, Outcome.RCODE_REFUSED, "REFUSED"),
        (NOTIMP, Outcome.RCODE_OTHER, "NOTIMP"),
    ],
)
async def test_an_answer_without_addresses_is_named_by_its_rcode(
    network: RealNetwork, reply: Reply, outcome: Outcome, rcode: str
) -> None:
    async with Nameserver({NAME: reply}) as nameserver:
        lookups = await look_up(network, nameserver.peer)
    assert [(lookup.outcome, lookup.rcode) for lookup in lookups] == [(outcome, rcode)] * 2
    assert texts(lookups) == []


async def test_the_cname_chain_is_kept_in_order(network: RealNetwork) -> None:
    chain = ("edge.example.test", "edge.privatelink.example.test")
    async with Nameserver({NAME: answer("10.1.2.3", chain=chain)}) as nameserver:
        lookups = await look_up(network, nameserver.peer)
    assert lookups[0].chain == chain
    assert texts(lookups) == ["10.1.2.3"]


async def test_nxdomain_at_the_end_of_a_chain_keeps_the_chain(network: RealNetwork) -> None:
    chain = ("service.privatelink.example.test",)
    async with Nameserver({NAME: nxdomain(chain=chain)}) as nameserver:
        lookups = await look_up(network, nameserver.peer)
    assert {(lookup.outcome, lookup.chain) for lookup in lookups} == {(Outcome.NXDOMAIN, chain)}


async def test_a_circle_of_cnames_ends(network: RealNetwork) -> None:
    async with Nameserver({NAME: no_data(chain=("b.test", "c.test", "b.test"))}) as nameserver:
        lookups = await look_up(network, nameserver.peer)
    assert outcomes(lookups) == {Outcome.CNAME_LOOP}


async def test_a_name_that_leads_to_itself_is_a_loop(network: RealNetwork) -> None:
    async with Nameserver({NAME: no_data(chain=(NAME,))}) as nameserver:
        lookups = await look_up(network, nameserver.peer)
    assert outcomes(lookups) == {Outcome.CNAME_LOOP}


async def test_a_chain_without_end_is_cut(network: RealNetwork) -> None:
    chain = tuple(f"n{number}.test" for number in range(200))
    async with Nameserver({NAME: answer("192.0.2.7", chain=chain)}) as nameserver:
        lookups = await look_up(network, nameserver.peer)
    assert {len(lookup.chain) for lookup in lookups if lookup.outcome is Outcome.CNAME_LOOP} == {
        CHAIN_LIMIT
    }
    assert texts(lookups) == []


async def test_thousands_of_addresses_are_bounded(network: RealNetwork) -> None:
    many = answer(*(f"10.0.{n >> 8}.{n & 255}" for n in range(4000)))
    async with Nameserver({NAME: many}) as nameserver:
        lookups = await look_up(network, nameserver.peer)
    assert len(addresses(lookups)) == ADDRESS_LIMIT


async def test_addresses_under_another_name_are_not_ours(network: RealNetwork) -> None:
    async with Nameserver({NAME: about_another(BOTH, "other.test")}) as nameserver:
        lookups = await look_up(network, nameserver.peer, timeout=SHORT)
    assert outcomes(lookups) == {Outcome.DROPPED}
    assert texts(lookups) == []


async def test_a_truncated_answer_is_fetched_over_tcp(network: RealNetwork, loopback: str) -> None:
    async with Nameserver({NAME: truncated(BOTH)}, address=loopback) as nameserver:
        lookups = await look_up(network, nameserver.peer)
        assert sorted(nameserver.asked(NAME, over=Over.UDP)) == ["A", "AAAA"]
        assert sorted(nameserver.asked(NAME, over=Over.TCP)) == ["A", "AAAA"]
    assert [(lookup.transport, lookup.outcome) for lookup in lookups] == [
        (Transport.UDP, Outcome.TOO_LARGE),
        (Transport.UDP, Outcome.TOO_LARGE),
        (Transport.TCP, Outcome.OK),
        (Transport.TCP, Outcome.OK),
    ]
    assert texts(lookups) == ["192.0.2.7", "2001:db8::7"]


async def test_truncated_and_no_tcp_is_dropped_over_tcp(network: RealNetwork) -> None:
    async with Nameserver({NAME: over_udp_only(truncated(BOTH))}) as nameserver:
        lookups = await look_up(network, nameserver.peer, timeout=SHORT)
    assert {(lookup.transport, lookup.outcome) for lookup in lookups} == {
        (Transport.UDP, Outcome.TOO_LARGE),
        (Transport.TCP, Outcome.DROPPED),
    }


async def test_a_resolver_that_does_not_know_edns_is_asked_again_without(
    network: RealNetwork,
) -> None:
    async with Nameserver({NAME: without_edns(BOTH)}) as nameserver:
        lookups = await look_up(network, nameserver.peer)
        assert sorted(nameserver.asked(NAME)) == ["A", "A", "AAAA", "AAAA"]
    assert outcomes(lookups) == {Outcome.OK}


async def test_a_resolver_that_hangs_up_over_tcp_is_closed(network: RealNetwork) -> None:
    async def hang_up(connection: Connection) -> None:
        for _ in RecordType:
            length = int.from_bytes(await connection.reader.readexactly(2))
            await connection.reader.readexactly(length)

    async with Listener(hang_up) as listener:
        lookups = await look_up(network, listener.peer)
    assert {lookup.outcome for lookup in lookups if lookup.transport is Transport.TCP} == {
        Outcome.CLOSED
    }


async def test_silence_over_udp_leads_to_tcp(network: RealNetwork) -> None:
    async with Nameserver({NAME: over_tcp_only(BOTH)}) as nameserver:
        lookups = await look_up(network, nameserver.peer, timeout=5 * SHORT)
    assert texts(lookups) == ["192.0.2.7", "2001:db8::7"]
    assert Transport.TCP in {lookup.transport for lookup in lookups}


async def test_silence_over_both_is_dropped_over_both(network: RealNetwork, loopback: str) -> None:
    async with Nameserver(otherwise=SILENT, address=loopback) as nameserver:
        lookups = await look_up(network, nameserver.peer, timeout=SHORT)
    assert {(lookup.transport, lookup.outcome) for lookup in lookups} == {
        (Transport.UDP, Outcome.DROPPED),
        (Transport.TCP, Outcome.DROPPED),
    }
    assert {lookup.record_type for lookup in lookups} == set(RecordType)
    assert {lookup.rcode for lookup in lookups} == {None}


async def test_a_host_without_nameserver_refuses(network: RealNetwork, loopback: str) -> None:
    with refusing_udp(loopback) as peer:
        lookups = await look_up(network, peer)
    assert outcomes(lookups) == {Outcome.REFUSED}


async def test_no_way_to_the_resolver_is_unreachable() -> None:
    network = ImpairedNetwork(OSError(errno.ENETUNREACH, "Network is unreachable"))
    lookups = await look_up(network, Peer(address=ip_address("192.0.2.53"), port=53))
    assert outcomes(lookups) == {Outcome.UNREACHABLE}


async def test_a_guess_at_the_message_id_is_passed_over(network: RealNetwork) -> None:
    async with Nameserver({NAME: wrong_id_first(BOTH)}) as nameserver:
        lookups = await look_up(network, nameserver.peer)
    assert outcomes(lookups) == {Outcome.OK}
    assert texts(lookups) == ["192.0.2.7", "2001:db8::7"]


async def test_wrong_ids_without_end_are_dropped_when_the_budget_ends(network: RealNetwork) -> None:
    async with Nameserver({NAME: endless_wrong_id(BOTH)}) as nameserver:
        lookups = await look_up(network, nameserver.peer, timeout=SHORT)
    assert outcomes(lookups) == {Outcome.DROPPED}


@pytest.mark.parametrize(
    "reply",
    [cut_short(BOTH), garbage(b"\xff" * 40), garbage(b""), POINTER_LOOP],
    ids=["cut short", "noise", "id alone", "pointer to itself"],
)
async def test_bytes_that_are_no_answer_give_no_addresses(
    network: RealNetwork, reply: Reply
) -> None:
    async with Nameserver({NAME: reply}) as nameserver:
        lookups = await look_up(network, nameserver.peer, timeout=SHORT)
    assert lookups
    assert outcomes(lookups) <= {Outcome.MALFORMED, Outcome.DROPPED}


async def test_an_answer_that_breaks_off_is_malformed(network: RealNetwork) -> None:
    async with Nameserver({NAME: cut_short(BOTH)}) as nameserver:
        lookups = await look_up(network, nameserver.peer, timeout=SHORT)
    assert Outcome.MALFORMED in outcomes(lookups)


async def test_a_port_that_is_closed_over_udp_alone_is_asked_over_tcp(network: RealNetwork) -> None:
    async with Nameserver({NAME: BOTH}, listens=Over.TCP) as nameserver:
        lookups = await look_up(network, nameserver.peer)
    assert {(lookup.transport, lookup.outcome) for lookup in lookups} == {
        (Transport.UDP, Outcome.REFUSED),
        (Transport.TCP, Outcome.OK),
    }


async def test_truncated_and_tcp_closed_is_refused_over_tcp(network: RealNetwork) -> None:
    async with Nameserver({NAME: truncated(BOTH)}, listens=Over.UDP) as nameserver:
        lookups = await look_up(network, nameserver.peer)
    assert {(lookup.transport, lookup.outcome) for lookup in lookups} == {
        (Transport.UDP, Outcome.TOO_LARGE),
        (Transport.TCP, Outcome.REFUSED),
    }


async def test_a_silent_first_resolver_hands_over_to_the_second(network: RealNetwork) -> None:
    async with Nameserver(otherwise=SILENT) as first, Nameserver({NAME: BOTH}) as second:
        lookups = await look_up(network, first.peer, second.peer, timeout=2 * SHORT)
    assert texts(lookups) == ["192.0.2.7", "2001:db8::7"]
    assert {lookup.outcome for lookup in lookups if lookup.destination == first.peer} == {
        Outcome.DROPPED
    }
    assert lookups[-1].destination == second.peer


@pytest.mark.parametrize("reply", [SERVFAIL, REFUSED, NOTIMP])
async def test_a_resolver_that_cannot_answer_hands_over_at_once(
    network: RealNetwork, reply: Reply
) -> None:
    async with Nameserver(otherwise=reply) as first, Nameserver({NAME: BOTH}) as second:
        lookups = await look_up(network, first.peer, second.peer)
    assert texts(lookups) == ["192.0.2.7", "2001:db8::7"]


@pytest.mark.parametrize("reply", [nxdomain(), no_data()])
async def test_a_final_answer_is_believed_and_no_other_resolver_asked(
    network: RealNetwork, reply: Reply
) -> None:
    async with Nameserver(otherwise=reply) as first, Nameserver({NAME: BOTH}) as second:
        lookups = await look_up(network, first.peer, second.peer)
        assert second.queries == []
    assert texts(lookups) == []


async def test_the_first_resolver_may_still_answer_while_the_second_is_asked(
    network: RealNetwork,
) -> None:
    second_was_asked = asyncio.Event()
    late = held(BOTH, second_was_asked)

    async with Nameserver({NAME: late}) as first, Nameserver(otherwise=SILENT) as second:
        asking = asyncio.create_task(look_up(network, first.peer, second.peer, timeout=6 * SHORT))
        while not second.queries:  # noqa: ASYNC110 - the fake has no event for it
            await asyncio.sleep(0)
        second_was_asked.set()
        lookups = await asking
    assert texts(lookups) == ["192.0.2.7", "2001:db8::7"]
    assert lookups[-1].destination == first.peer


async def test_one_family_that_never_comes_does_not_hold_up_the_other(network: RealNetwork) -> None:
    script: Script = {(NAME, "A"): answer("192.0.2.7"), (NAME, "AAAA"): SILENT}
    async with Nameserver(script) as nameserver:
        lookups = await look_up(network, nameserver.peer, timeout=4 * SHORT)
    assert texts(lookups) == ["192.0.2.7"]
    assert (RecordType.AAAA, Outcome.DROPPED) in {
        (lookup.record_type, lookup.outcome) for lookup in lookups
    }


async def test_the_hosts_file_wins_and_nothing_is_asked(network: RealNetwork) -> None:
    hosts = (
        HostsLine(name=NAME, address=ip_address("10.9.9.9")),
        HostsLine(name="other.test", address=ip_address("10.8.8.8")),
    )
    async with Nameserver({NAME: BOTH}) as nameserver:
        lookups = await resolve(
            network, NAME, resolvers=(nameserver.peer,), hosts=hosts, timeout=AMPLE
        )
        assert nameserver.queries == []
    assert texts(lookups) == ["10.9.9.9"]
    assert {lookup.transport for lookup in lookups} == {Transport.HOSTS}


@pytest.mark.parametrize("literal", ["192.0.2.9", "2001:db8::9"])
async def test_an_address_is_its_own_answer(network: RealNetwork, literal: str) -> None:
    lookups = await look_up(network, name=literal)
    assert texts(lookups) == [literal]
    assert lookups[0].transport is Transport.LITERAL


async def test_without_resolvers_there_is_nothing_to_tell(network: RealNetwork) -> None:
    assert await look_up(network) == ()


@pytest.mark.parametrize("name", ["a..b.test", "x" * 64 + ".test", "caf\xe9.test"])
async def test_a_name_that_is_none_is_refused_before_anything_is_sent(
    network: RealNetwork, name: str
) -> None:
    async with Nameserver() as nameserver:
        (lookup,) = await look_up(network, nameserver.peer, name=name)
        assert nameserver.queries == []
    assert lookup.outcome is Outcome.MALFORMED


async def test_a_cancelled_lookup_leaves_neither_socket_nor_task(
    network: RealNetwork, open_descriptors: Callable[[], int]
) -> None:
    async with Nameserver(otherwise=SILENT) as nameserver:
        before, tasks = open_descriptors(), asyncio.all_tasks()
        asking = asyncio.create_task(look_up(network, nameserver.peer))
        while len(nameserver.queries) < 2:  # noqa: ASYNC110 - the fake has no event for it
            await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert open_descriptors() == before
        assert not {task for task in asyncio.all_tasks() - tasks if "Inquiry" in repr(task)}


async def test_every_way_to_end_leaves_no_socket(
    network: RealNetwork, open_descriptors: Callable[[], int]
) -> None:
    async with UdpPort() as silent:
        before = open_descriptors()
        await look_up(network, silent.peer, timeout=SHORT)
        assert open_descriptors() == before


async def test_a_bug_of_ours_is_not_taken_for_silence(
    network: RealNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: Inquiry) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Inquiry, "run", broken)
    async with Nameserver() as nameserver:
        with pytest.raises(ZeroDivisionError):
            await look_up(network, nameserver.peer)
