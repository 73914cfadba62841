"""A resolver of the world: DNS messages in, DNS messages out."""

from typing import TYPE_CHECKING

from preflight.demo.connection import Line
from preflight.demo.world import Name, Resolver

if TYPE_CHECKING:
    import dns.message
    import dns.rrset

TCP_LIMIT = 65_535
"""Bytes that the length before a message over TCP can state."""
TTL = 300
"""Seconds."""
CLASSIC_PAYLOAD = 512
"""Bytes that fit a UDP answer without EDNS (RFC 1035 §2.3.4)."""
VERSION = {"A": 4, "AAAA": 6}


def over_udp(resolver: Resolver, wire: bytes) -> bytes | None:
    """The answer, truncated to what the question allows; None where silence is the answer."""
    answer = _answer(resolver, wire)
    if answer is None:
        return None
    return answer.to_wire(
        max_size=answer.request_payload or CLASSIC_PAYLOAD, prefer_truncation=True
    )


class OverTcp:
    """An application that answers DNS messages behind their two-octet lengths (RFC 1035 §4.2.2)."""

    def __init__(self, resolver: Resolver, line: Line) -> None:
        self._resolver = resolver
        self._line = line
        self._seen = b""

    def received(self, data: bytes) -> None:
        """Answer every question that is complete."""
        self._seen += data
        while len(self._seen) >= 2 and len(self._seen) >= 2 + int.from_bytes(self._seen[:2]):
            size = int.from_bytes(self._seen[:2])
            wire, self._seen = self._seen[2 : 2 + size], self._seen[2 + size :]
            answer = _answer(self._resolver, wire)
            if answer is not None:
                self._line.send(answer.to_wire(max_size=TCP_LIMIT, prepend_length=True))


def _answer(resolver: Resolver, wire: bytes) -> "dns.message.Message | None":
    import dns.message
    import dns.rcode

    question = dns.message.from_wire(wire)
    answer = dns.message.make_response(question, recursion_available=True)
    asked = question.question[0]
    known = _known(resolver, asked.name.to_text(omit_final_dot=True))
    if known is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
    if known.rcode is None:
        return None
    answer.set_rcode(dns.rcode.from_text(known.rcode))
    answer.answer = _records(known, dns.rdatatype.to_text(asked.rdtype))
    return answer


def _known(resolver: Resolver, name: str) -> Name | None:
    return next((known for known in resolver.names if known.name == name.lower()), None)


def _records(known: Name, record_type: str) -> "list[dns.rrset.RRset]":
    import dns.rrset

    owners = (known.name, *known.chain)
    links = [
        dns.rrset.from_text(f"{owner}.", TTL, "IN", "CNAME", f"{target}.")
        for owner, target in zip(owners, known.chain, strict=False)
    ]
    # One set for each address: dnspython shuffles within a set, and a world's order is to be kept.
    found = [
        dns.rrset.from_text(f"{owners[-1]}.", TTL, "IN", record_type, str(address))
        for address in known.addresses
        if address.version == VERSION.get(record_type)
    ]
    return [*links, *found]
