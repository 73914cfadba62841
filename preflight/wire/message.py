"""DNS messages: the query as bytes, and what an answer says."""

import os
import struct
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from preflight.model.evidence import Outcome, RecordType
from preflight.model.vantage import Address
from preflight.wire.classify import Malformed

if TYPE_CHECKING:
    import dns.message

ADDRESS_LIMIT = 64
"""Addresses kept of one answer."""
CHAIN_LIMIT = 16
"""CNAMEs followed in one answer; resolvers of the field stop at 8 to 16."""
UDP_PAYLOAD = 1232
"""Bytes offered by EDNS, as of the DNS flag day 2020: fits every path without fragments."""
EDNS_SIZE = 11
"""Bytes of an OPT record without options."""
LABEL_LIMIT, NAME_LIMIT = 63, 253
"""Octets of a label and of a name in text form (RFC 1035 §2.3.4)."""

NUMBER = {RecordType.A: 1, RecordType.AAAA: 28}
CNAME = 5
INTERNET = 1
"""Class IN (RFC 1035 §3.2.4)."""
TRUNCATED, RESPONSE = 0x0200, 0x8000
OUTCOME = {
    "NXDOMAIN": Outcome.NXDOMAIN,
    "SERVFAIL": Outcome.SERVFAIL,
    "REFUSED": Outcome.RCODE_REFUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question, ready to send."""

    id: int
    name: str
    record_type: RecordType
    wire: bytes
    has_edns: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a response to a query says."""

    outcome: Outcome
    rcode: str
    chain: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()


def query(name: str, record_type: RecordType) -> Query:
    """A recursive query with a random id (RFC 1035 §4.1, RFC 6891 §6.1 for the EDNS record).

    Built by hand, so that it is on its way before dnspython is loaded: the answer travels while that happens.

    Raises:
        Malformed: `name` is no DNS name.
    """
    number = int.from_bytes(os.urandom(2))
    header = struct.pack(">6H", number, 0x0100, 1, 0, 0, 1)
    question = _encoded(name) + struct.pack(">2H", NUMBER[record_type], 1)
    edns = struct.pack(">BHHIH", 0, 41, UDP_PAYLOAD, 0, 0)
    return Query(id=number, name=name, record_type=record_type, wire=header + question + edns)


def without_edns(asked: Query) -> Query:
    """The same query for a resolver that does not know EDNS and says so by FORMERR (RFC 6891 §7)."""
    plain = asked.wire[:10] + b"\0\0" + _question(asked)
    return replace(asked, wire=plain, has_edns=False)


def _question(asked: Query) -> bytes:
    return asked.wire[12:-EDNS_SIZE] if asked.has_edns else asked.wire[12:]


def is_answer_to(asked: Query, wire: bytes) -> bool:
    """Whether the bytes are a response to this very query: id and question section alike (RFC 5452 §4.2, §9.1)."""
    question = _question(asked)
    number, flags, questions = (
        struct.unpack_from(">3H", wire) if len(wire) >= len(question) + 12 else (0, 0, 0)
    )
    echoed = wire[12 : 12 + len(question)]
    return bool(
        number == asked.id
        and flags & RESPONSE
        and questions == 1
        and echoed.lower() == question.lower()
    )


def is_truncated(wire: bytes) -> bool:
    """Whether the whole answer must be fetched over TCP."""
    return bool(int.from_bytes(wire[2:4]) & TRUNCATED)


def read(asked: Query, wire: bytes) -> Answer:
    """What the response means for the question.

    Raises:
        Malformed: the bytes are no DNS message.
    """
    import dns.exception
    import dns.message
    import dns.rcode

    _know_records()
    try:
        message = dns.message.from_wire(wire, ignore_trailing=True)
        rcode = dns.rcode.to_text(message.rcode())
    except (dns.exception.DNSException, ValueError, IndexError, struct.error) as trouble:
        raise Malformed(f"not a DNS message: {type(trouble).__name__}") from trouble
    chain, is_loop = _chain(message, asked.name)
    found = _addresses(message, chain[-1] if chain else asked.name, asked.record_type)
    if is_loop:
        return Answer(outcome=Outcome.CNAME_LOOP, rcode=rcode, chain=chain)
    if rcode != "NOERROR":
        return Answer(outcome=OUTCOME.get(rcode, Outcome.RCODE_OTHER), rcode=rcode, chain=chain)
    outcome = Outcome.OK if found else Outcome.NO_DATA
    return Answer(outcome=outcome, rcode=rcode, chain=chain, addresses=found)


def _know_records() -> None:
    """Have dnspython know the records that are read here before it parses any.

    It keeps the first class that it finds for a type: after one record of class ANY and type A, which anybody on the way can send,
    it would take every address for bytes without meaning.
    """
    import dns.rdata

    for number in (CNAME, *NUMBER.values()):
        dns.rdata.get_rdata_class(INTERNET, number)  # type: ignore[no-untyped-call]  # dnspython has no types there


def _encoded(name: str) -> bytes:
    try:
        labels = name.rstrip(".").encode("ascii").split(b".")
    except UnicodeEncodeError as trouble:
        raise Malformed("a name must be in A-label form") from trouble
    if len(name) > NAME_LIMIT or not all(0 < len(label) <= LABEL_LIMIT for label in labels):
        raise Malformed("a label or the name is too long or empty")
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _chain(message: "dns.message.Message", name: str) -> tuple[tuple[str, ...], bool]:
    """The canonical names in order, and whether they run in a circle or beyond the limit."""
    leads = {
        _text(rrset.name): _text(rrset[0].target)
        for rrset in message.answer
        if rrset.rdtype == CNAME and len(rrset) > 0
    }
    chain: list[str] = []
    current = name.lower().rstrip(".")
    while current in leads:
        current = leads[current]
        if current in chain or len(chain) == CHAIN_LIMIT:
            return tuple(chain), True
        chain.append(current)
    return tuple(chain), False


def _addresses(
    message: "dns.message.Message", owner: str, record_type: RecordType
) -> tuple[Address, ...]:
    wanted = owner.lower().rstrip(".")
    found: dict[Address, None] = {}
    for rrset in message.answer:
        if (rrset.rdclass, rrset.rdtype) == (INTERNET, NUMBER[record_type]) and _text(
            rrset.name
        ) == wanted:
            for record in rrset:
                found[ip_address(record.address)] = None
                if len(found) == ADDRESS_LIMIT:
                    return tuple(found)
    return tuple(found)


def _text(name: object) -> str:
    return str(name).lower().rstrip(".")
