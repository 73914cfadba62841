"""Which packet shows best how far an endpoint got."""

from dataclasses import replace

from preflight.model.diagnosis import Cause
from preflight.model.plan import Stage
from preflight.report.words import decisive
from tests.report.builders import endpoint, observed, skipped, stopped

NO_IPV6 = observed(Stage.DNS, "lookup", "no_data", destination="10.0.0.10:53")


def test_of_a_stopped_one_it_is_what_failed_where_it_stopped() -> None:
    blocked = stopped("a", "a.test", Stage.TLS, Cause.TLS_RESET, "reset")
    line = decisive(replace(blocked, evidence=(NO_IPV6, *blocked.evidence)))
    assert line == blocked.evidence[-1]


def test_at_a_proxy_it_is_its_refusal_and_not_its_name_s_lookup() -> None:
    lookup = observed(Stage.PROXY, "lookup", "no_data", destination="10.0.0.10:53")
    refused = observed(Stage.PROXY, "tunnel", "denied", after=9)
    blocked = stopped("a", "a.test", Stage.PROXY, Cause.PROXY_DENIED, "denied")
    assert decisive(replace(blocked, evidence=(lookup, refused))) == refused


def test_of_a_reachable_one_it_is_the_last_answer() -> None:
    one = endpoint()
    failed_before = replace(one, evidence=(NO_IPV6, *one.evidence))
    assert decisive(failed_before) == one.evidence[-1]


def test_where_nothing_was_sent_there_is_none() -> None:
    assert decisive(skipped()) is None
