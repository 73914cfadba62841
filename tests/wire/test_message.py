"""What an answer says, record by record."""

import dns.message
import dns.rrset
import pytest

from preflight.model.evidence import Outcome, RecordType
from preflight.wire.message import Answer, query, read

NAME = "service.example.test"


def answer_with(*records: tuple[str, str, str, str]) -> Answer:
    """The answer that holds records of owner, class, type and data."""
    asked = query(NAME, RecordType.A)
    response = dns.message.make_response(dns.message.from_wire(asked.wire))
    for owner, kind, record_type, data in records:
        response.answer.append(dns.rrset.from_text(f"{owner}.", 60, kind, record_type, data))
    return read(asked, response.to_wire())


def test_names_are_compared_without_regard_to_case() -> None:
    answer = answer_with(
        (NAME.upper(), "IN", "CNAME", "Edge.Test."), ("eDGE.test", "IN", "A", "192.0.2.1")
    )
    assert (answer.outcome, answer.chain) == (Outcome.OK, ("edge.test",))


def test_an_address_of_another_name_is_passed_over() -> None:
    assert answer_with(("other.test", "IN", "A", "192.0.2.1")).outcome is Outcome.NO_DATA


CHAOS_ADDRESS = r"\# 10 0663682d6e657400007f"
"""`ch-net. 0177`, in the form that dnspython reads whether it knows the class or not (RFC 3597 §5)."""


def test_an_address_of_another_class_is_none() -> None:
    """The class Chaos has an A record too, which holds no internet address."""
    assert answer_with((NAME, "CH", "A", CHAOS_ADDRESS)).outcome is Outcome.NO_DATA


def test_an_address_of_the_other_family_is_passed_over() -> None:
    assert answer_with((NAME, "IN", "AAAA", "2001:db8::1")).outcome is Outcome.NO_DATA


def test_a_record_of_any_class_spoils_no_later_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """dnspython would take the first class that it meets for the pattern of the type, until the process ends."""
    monkeypatch.setattr("dns.rdata._rdata_classes", {})
    asked = query(NAME, RecordType.A)
    head, question = asked.wire[:2] + b"\x81\x80\0\1\0\1\0\0\0\0", asked.wire[12:-11]

    def outcome_in(rdclass: bytes) -> Outcome:
        address = b"\xc0\x0c\0\1" + rdclass + b"\0\0\0\x3c\0\4\xc0\0\2\1"
        return read(asked, head + question + address).outcome

    assert outcome_in(b"\0\xff") is Outcome.NO_DATA
    assert outcome_in(b"\0\1") is Outcome.OK
