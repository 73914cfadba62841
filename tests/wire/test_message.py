"""What an answer says, record by record."""

import dns.message
import dns.rrset

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


def test_an_address_of_another_class_is_none() -> None:
    """The class Chaos has an A record too, which holds no internet address."""
    assert answer_with((NAME, "CH", "A", "ch-net. 0177")).outcome is Outcome.NO_DATA


def test_an_address_of_the_other_family_is_passed_over() -> None:
    assert answer_with((NAME, "IN", "AAAA", "2001:db8::1")).outcome is Outcome.NO_DATA
