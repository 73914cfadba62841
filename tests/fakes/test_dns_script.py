"""What scripted replies become on the wire."""

import dns.flags
import dns.message
import dns.rcode

from tests.fakes.dns_script import LARGEST, answer, nxdomain, truncated

ROOMY = 1232


def reply_to(name: str, kind: str, reply: bytes) -> dns.message.Message:
    parsed = dns.message.from_wire(reply)
    assert parsed.question == dns.message.make_query(name, kind).question
    return parsed


def records(message: dns.message.Message) -> list[str]:
    return [line for rrset in message.answer for line in rrset.to_text().splitlines()]


def test_a_question_gets_the_addresses_of_its_family_at_the_end_of_the_chain() -> None:
    query = dns.message.make_query("a.test", "AAAA")
    wire = answer("192.0.2.1", "2001:db8::1", chain=("b.test",)).message(query, room=ROOMY)
    assert records(reply_to("a.test", "AAAA", wire)) == [
        "a.test. 60 IN CNAME b.test.",
        "b.test. 60 IN AAAA 2001:db8::1",
    ]


def test_nxdomain_keeps_the_chain_that_led_there() -> None:
    query = dns.message.make_query("a.test", "A")
    parsed = reply_to("a.test", "A", nxdomain(chain=("b.test",)).message(query, room=ROOMY))
    assert parsed.rcode() == dns.rcode.NXDOMAIN
    assert records(parsed) == ["a.test. 60 IN CNAME b.test."]


def test_an_answer_without_room_is_truncated_over_udp_and_whole_over_tcp() -> None:
    query = dns.message.make_query("a.test", "A")
    reply = answer(*(f"192.0.2.{n}" for n in range(1, 201)))
    over_udp = reply_to("a.test", "A", reply.message(query, room=ROOMY))
    over_tcp = reply_to("a.test", "A", reply.message(query, room=LARGEST))
    assert over_udp.flags & dns.flags.TC
    assert not over_udp.answer
    assert len(records(over_tcp)) == 200


def test_a_reply_scripted_as_truncated_is_so_however_small() -> None:
    query = dns.message.make_query("a.test", "A")
    reply = truncated(answer("192.0.2.1"))
    assert reply_to("a.test", "A", reply.message(query, room=ROOMY)).flags & dns.flags.TC
    assert records(reply_to("a.test", "A", reply.message(query, room=LARGEST)))
