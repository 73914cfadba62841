"""What a nameserver says to one question: a `Reply`, made by the functions below and combined with `dataclasses.replace`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Flag, auto
from ipaddress import ip_address
from itertools import pairwise

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL = 60
LARGEST = 65_535
"""Bytes of a DNS message (RFC 1035 section 4.2.2)."""
Disguise = Callable[[bytes], tuple[bytes, ...]]
"""Turns the right answer into what is really sent, message by message."""


class Over(Flag):
    """Transports on which a reply is given; on the others there is silence."""

    NEITHER = 0
    UDP = auto()
    TCP = auto()
    BOTH = UDP | TCP


def plainly(message: bytes) -> tuple[bytes, ...]:
    """The right answer and nothing else."""
    return (message,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One scripted reply."""

    rcode: dns.rcode.Rcode = dns.rcode.NOERROR
    chain: tuple[str, ...] = ()
    """Canonical names in the order in which the CNAMEs lead."""
    addresses: tuple[str, ...] = ()
    """Of both families; a question gets those of its own, or NODATA."""
    over: Over = Over.BOTH
    truncated: bool = False
    """TC and no records over UDP. Without it, that happens to what the client has no room for."""
    oversized: bool = False
    """Never truncate, whatever room the client says it has."""
    without_edns: bool = False
    """FORMERR to a question with EDNS, as servers answer that do not know it (RFC 6891 section 7)."""
    disguise: Disguise = plainly
    repeated: bool = False
    """Send what `disguise` gives again and again, without end."""
    hold: asyncio.Event | None = None
    """Wait for it before answering."""

    def message(self, query: dns.message.Message, *, room: int) -> bytes:
        """The answer to `query`, truncated when it needs more than `room` bytes."""
        response = dns.message.make_response(query, recursion_available=True)
        if self.without_edns and query.edns >= 0:
            response.set_rcode(dns.rcode.FORMERR)
            return response.to_wire()
        response.set_rcode(self.rcode)
        response.answer = list(self._records(query))
        if not (self.truncated and room < LARGEST):
            wire = response.to_wire(max_size=LARGEST)
            if len(wire) <= room or self.oversized:
                return wire
        response.answer = []
        response.flags |= dns.flags.TC
        return response.to_wire()

    def _records(self, query: dns.message.Message) -> tuple[dns.rrset.RRset, ...]:
        question = query.question[0]
        names = [question.name, *(dns.name.from_text(name) for name in self.chain)]
        links = [
            dns.rrset.from_text(owner, TTL, "IN", "CNAME", target.to_text())
            for owner, target in pairwise(names)
        ]
        version = 6 if question.rdtype == dns.rdatatype.AAAA else 4
        found = [address for address in self.addresses if ip_address(address).version == version]
        if found:
            links.append(dns.rrset.from_text(names[-1], TTL, "IN", question.rdtype, *found))
        return tuple(links)


def answer(*addresses: str, chain: tuple[str, ...] = ()) -> Reply:
    """Addresses, at the end of a CNAME chain if there is one."""
    return Reply(addresses=addresses, chain=chain)


def no_data(*, chain: tuple[str, ...] = ()) -> Reply:
    """The name exists and has no address."""
    return Reply(chain=chain)


def nxdomain(*, chain: tuple[str, ...] = ()) -> Reply:
    """The name, or the last one of the chain, does not exist."""
    return Reply(rcode=dns.rcode.NXDOMAIN, chain=chain)


def rcode(code: dns.rcode.Rcode) -> Reply:
    """An answer that is only an RCODE."""
    return Reply(rcode=code)


SERVFAIL = rcode(dns.rcode.SERVFAIL)
REFUSED = rcode(dns.rcode.REFUSED)
NOTIMP = rcode(dns.rcode.NOTIMP)
SILENT = Reply(over=Over.NEITHER)


def held(reply: Reply, until: asyncio.Event) -> Reply:
    """The same, once `until` is set."""
    return replace(reply, hold=until)


def truncated(reply: Reply) -> Reply:
    """TC over UDP, the whole over TCP."""
    return replace(reply, truncated=True)


def without_edns(reply: Reply) -> Reply:
    """FORMERR until asked without EDNS."""
    return replace(reply, without_edns=True)


def over_tcp_only(reply: Reply) -> Reply:
    """Silence over UDP."""
    return replace(reply, over=Over.TCP)


def over_udp_only(reply: Reply) -> Reply:
    """Silence over TCP."""
    return replace(reply, over=Over.UDP)


def wrong_id_first(reply: Reply) -> Reply:
    """A blind guess at the message id arrives before the right answer."""
    return replace(reply, disguise=lambda message: (_other_id(message), message))


def endless_wrong_id(reply: Reply) -> Reply:
    """Answers with a wrong message id without end, over TCP as one endless stream."""
    return replace(reply, disguise=lambda message: (_other_id(message),), repeated=True)


def about_another(reply: Reply, name: str) -> Reply:
    """The answer to a question that nobody asked, with the right id."""

    def disguise(message: bytes) -> tuple[bytes, ...]:
        parsed = dns.message.from_wire(message)
        kind = parsed.question[0].rdtype
        parsed.question = [
            dns.rrset.RRset(dns.name.from_text(name), parsed.question[0].rdclass, kind)
        ]
        return (parsed.to_wire(),)

    return replace(reply, disguise=disguise)


def cut_short(reply: Reply) -> Reply:
    """The right answer without its last three bytes."""
    return replace(reply, disguise=lambda message: (message[:-3],))


def garbage(data: bytes) -> Reply:
    """The right id and then `data`."""
    return Reply(disguise=lambda message: (message[:2] + data,))


POINTER_LOOP = garbage(
    b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" + b"\xc0\x0c" + b"\x00\x01\x00\x01"
)
"""A compressed name that points at itself (RFC 1035 section 4.1.4)."""


def _other_id(message: bytes) -> bytes:
    return bytes([message[0] ^ 0xFF, message[1]]) + message[2:]
