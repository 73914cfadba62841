"""DNS answers, over UDP and TCP, from any sender who knows the question."""

from collections.abc import Callable

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from hypothesis import given
from hypothesis import strategies as st

from preflight.model.evidence import Outcome, RecordType
from preflight.wire.classify import Malformed
from preflight.wire.message import ADDRESS_LIMIT, CHAIN_LIMIT, NAME_LIMIT, query, read
from tests.budget import examples
from tests.factories import RESOLVER, check, peer
from tests.fuzz.memory import Network, over_tcp, says
from tests.fuzz.mutations import Edit, bends
from tests.fuzz.whole import survives
from tests.probes.looking import vantage

HOST = "api.example.test"
OWNERS = st.sampled_from(
    (HOST, HOST, HOST, "b.example.test", "c.example.test", ".", "x" * 63 + ".test")
)
RECORDS = st.one_of(
    st.tuples(OWNERS, st.just("A"), st.sampled_from(("203.0.113.1", "0.0.0.0", "255.255.255.255"))),
    st.tuples(
        OWNERS, st.just("AAAA"), st.sampled_from(("2001:db8::1", "::ffff:203.0.113.1", "::"))
    ),
    st.tuples(OWNERS, st.just("CNAME"), OWNERS.map(lambda name: f"{name.rstrip('.')}.")),
    st.tuples(OWNERS, st.just("TXT"), st.just('"\\027[2J\\226\\128\\174"')),
    st.tuples(OWNERS, st.just("HTTPS"), st.just("1 . alpn=h2")),
    st.tuples(OWNERS, st.just("TYPE65280"), st.just(r"\# 2 c00c")),
)
CLASSES = st.sampled_from(("IN", "IN", "IN", "CH", "ANY"))
CODES = st.sampled_from((*(0,) * 24, 1, 2, 3, 5, 9, 15, 16, 4095))
Answering = Callable[[bytes], list[bytes]]


@st.composite
def answers(draw: st.DrawFn) -> Answering:
    """Answers to whatever is asked: records that fit or not, bent here and there, some of them more than once."""
    records = draw(st.lists(st.tuples(RECORDS, CLASSES), max_size=6))
    rcode, is_truncated = draw(CODES), draw(st.integers(0, 9)) == 0
    bend = draw(st.none() | st.none() | bends(2))
    times = draw(st.sampled_from((1, 1, 1, 2, 40)))
    keeps_question = draw(st.integers(0, 4)) > 0

    def answer(question: bytes) -> list[bytes]:
        response = dns.message.make_response(dns.message.from_wire(question))
        response.set_rcode(dns.rcode.Rcode(rcode))
        response.flags |= dns.flags.TC if is_truncated else 0
        for (owner, type_, data), rdclass in records:
            _add(response, owner, type_, data, rdclass)
        wire = response.to_wire(max_size=65_535)
        return [_bent(wire, bend, len(question) if keeps_question else 2)] * times

    return answer


def _add(response: dns.message.Message, owner: str, kind: str, data: str, rdclass: str) -> None:
    name = dns.name.from_text(owner)
    of = dns.rdataclass.from_text(rdclass)
    type_ = dns.rdatatype.from_text(kind)
    try:
        rdata = dns.rdata.from_text(of, type_, data)
    except (dns.exception.DNSException, ValueError):
        rdata = dns.rdata.GenericRdata(of, type_, b"\x01\x02\x03")
    rrset = dns.rrset.RRset(name, of, type_)
    rrset.add(rdata, ttl=60)
    response.answer.append(rrset)


def _bent(wire: bytes, bend: Edit | None, kept: int) -> bytes:
    """Bent behind the first bytes: what is no answer to the question is not even read."""
    return wire[:kept] + bend(wire[kept:]) if bend else wire


@examples(150)
@given(answers(), st.sampled_from(RecordType))
def test_a_message_is_read_or_refused_and_what_is_kept_of_it_is_bounded(
    answer: Answering, kind: RecordType
) -> None:
    asked = query(HOST, kind)
    try:
        found = read(asked, answer(asked.wire)[0])
    except Malformed:
        return
    assert len(found.addresses) <= ADDRESS_LIMIT
    assert len(found.chain) <= CHAIN_LIMIT
    assert all(len(name) <= 4 * NAME_LIMIT for name in found.chain)
    assert bool(found.addresses) is (found.outcome is Outcome.OK)


@examples(80)
@given(answers(), answers())
def test_a_lookup_ends_with_a_verdict_whatever_is_answered(
    over_udp: Answering, otherwise: Answering
) -> None:
    network = Network(over_tcp(otherwise), respond=over_udp)
    survives(check(HOST), network, vantage(resolvers=[peer(RESOLVER), peer("10.0.0.11:53")]))


@examples(30)
@given(st.binary(max_size=80), bends())
def test_a_stream_that_is_no_dns_over_tcp_ends_the_lookup_too(junk: bytes, bend: Edit) -> None:
    network = Network(says([bend(junk)], b""))
    survives(check(HOST), network, vantage(resolvers=[peer(RESOLVER)]))
