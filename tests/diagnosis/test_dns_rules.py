"""What the resolvers said, and what it means."""

from collections.abc import Sequence
from typing import Any

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.evidence import (
    Control,
    Evidence,
    Lookup,
    Outcome,
    PathStep,
    RecordType,
    Transport,
)
from preflight.model.plan import Stage
from tests.diagnosis.asking import diagnosed, said
from tests.factories import (
    HOST,
    attempt,
    certificate,
    check,
    checked,
    connected,
    endpoint,
    evidence,
    exchanged,
    from_hosts,
    healthy,
    lookup,
    presented,
    shaken,
    to_proxy,
    via,
)

BLOCKED, LIKELY, CONFIRMED, POSSIBLE = (
    Verdict.BLOCKED,
    Confidence.LIKELY,
    Confidence.CONFIRMED,
    Confidence.POSSIBLE,
)
SECOND = "10.0.0.11:53"


def silent(**fields: Any) -> tuple[Lookup, Lookup]:
    return (
        lookup(Outcome.DROPPED, **fields),
        lookup(Outcome.DROPPED, transport=Transport.TCP, **fields),
    )


def other(host: str = "mcr.microsoft.com", resolver: str = "10.0.0.10:53") -> Evidence:
    return evidence([lookup(Outcome.NXDOMAIN, name=host, resolver=resolver)], of=check(host))


def test_silence_of_every_resolver_is_not_judged_as_a_block() -> None:
    found = diagnosed(evidence(silent()))
    assert said(found) == (Verdict.INCONCLUSIVE, Cause.DNS_RESOLVER_UNREACHABLE, LIKELY)
    assert found.stage is Stage.DNS
    assert "10.0.0.10:53" in found.explanation


def test_resolvers_that_reject_every_question_are_certainly_unreachable() -> None:
    rejected = [lookup(Outcome.REFUSED), lookup(Outcome.UNREACHABLE, transport=Transport.TCP)]
    assert said(diagnosed(evidence(rejected))) == (
        Verdict.INCONCLUSIVE,
        Cause.DNS_RESOLVER_UNREACHABLE,
        CONFIRMED,
    )


def test_a_resolver_that_answered_another_name_drops_this_one() -> None:
    found = diagnosed(evidence(silent()), other())
    assert said(found) == (BLOCKED, Cause.DNS_QUERY_DROPPED, LIKELY)
    assert "mcr.microsoft.com" in found.explanation


def test_an_answer_of_a_resolver_that_was_not_asked_for_this_name_proves_no_drop() -> None:
    found = diagnosed(evidence(silent()), other(resolver=SECOND))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.cause is None


def test_a_question_without_known_resolver_proves_no_drop() -> None:
    found = diagnosed(evidence(silent(destination=None)), other())
    assert found.cause is None


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        (Outcome.NXDOMAIN, Cause.DNS_NXDOMAIN),
        (Outcome.SERVFAIL, Cause.DNS_SERVFAIL),
        (Outcome.RCODE_REFUSED, Cause.DNS_REFUSED),
        (Outcome.NO_DATA, Cause.DNS_NO_DATA),
    ],
)
def test_the_same_answer_of_every_resolver_is_confirmed(outcome: Outcome, cause: Cause) -> None:
    asked = [
        lookup(outcome, resolver=resolver, record_type=kind)
        for resolver in ("10.0.0.10:53", SECOND)
        for kind in RecordType
    ]
    found = diagnosed(evidence(asked))
    assert said(found) == (BLOCKED, cause, CONFIRMED)
    assert "10.0.0.10:53, 10.0.0.11:53" in found.scope


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        (Outcome.NXDOMAIN, Cause.DNS_NXDOMAIN),
        (Outcome.SERVFAIL, Cause.DNS_SERVFAIL),
        (Outcome.RCODE_REFUSED, Cause.DNS_REFUSED),
        (Outcome.NO_DATA, Cause.DNS_NO_DATA),
    ],
)
def test_an_answer_beside_a_silent_resolver_is_only_likely(outcome: Outcome, cause: Cause) -> None:
    asked = [*silent(), lookup(outcome, resolver=SECOND)]
    assert said(diagnosed(evidence(asked))) == (BLOCKED, cause, LIKELY)


def test_an_answer_for_one_family_alone_is_only_likely() -> None:
    asked = [lookup(Outcome.NO_DATA), lookup(Outcome.DROPPED, record_type=RecordType.AAAA)]
    assert said(diagnosed(evidence(asked))) == (BLOCKED, Cause.DNS_NO_DATA, LIKELY)


def test_a_failure_for_one_family_weighs_more_than_no_data_for_the_other() -> None:
    asked = [lookup(Outcome.NO_DATA), lookup(Outcome.SERVFAIL, record_type=RecordType.AAAA)]
    assert diagnosed(evidence(asked)).cause is Cause.DNS_SERVFAIL


def test_of_resolvers_that_contradict_each_other_the_last_one_is_possibly_right() -> None:
    asked = [lookup(Outcome.SERVFAIL), lookup(Outcome.NXDOMAIN, resolver=SECOND)]
    assert said(diagnosed(evidence(asked))) == (BLOCKED, Cause.DNS_NXDOMAIN, POSSIBLE)


def test_a_question_answered_over_tcp_after_udp_failed_counts_as_answered() -> None:
    asked = [lookup(Outcome.DROPPED), lookup(Outcome.NXDOMAIN, transport=Transport.TCP)]
    assert said(diagnosed(evidence(asked))) == (BLOCKED, Cause.DNS_NXDOMAIN, CONFIRMED)


def test_nxdomain_behind_a_privatelink_alias_names_the_missing_record_and_its_zone() -> None:
    asked = [lookup(Outcome.NXDOMAIN, chain=("api.privatelink.cloud.defender.microsoft.com",))]
    text = diagnosed(evidence(asked)).explanation
    assert "private DNS zone privatelink.cloud.defender.microsoft.com" in text


def test_no_data_behind_an_alias_into_a_documented_private_zone_names_it_too() -> None:
    asked = [lookup(Outcome.NO_DATA, chain=("edge.example.net", "a.cloud.defender.microsoft.com"))]
    of = endpoint(private_zones=("cloud.defender.microsoft.com",))
    assert "zone cloud.defender.microsoft.com" in diagnosed(evidence(asked), of=of).explanation


def test_nxdomain_behind_an_ordinary_alias_points_to_no_private_zone() -> None:
    asked = [lookup(Outcome.NXDOMAIN, chain=("edge.example.net",))]
    of = endpoint(private_zones=("cloud.defender.microsoft.com",))
    assert "private" not in diagnosed(evidence(asked), of=of).explanation


def test_nxdomain_of_a_workspace_says_that_it_may_be_deleted() -> None:
    host = "11111111-2222-3333-4444-555555555555.ods.opinsights.azure.com"
    found = diagnosed(evidence([lookup(Outcome.NXDOMAIN, name=host)], of=check(host)))
    assert "workspace that was deleted" in found.explanation


@pytest.mark.parametrize(
    "address", ["0.0.0.0", "127.0.0.1", "169.254.1.1", "::", "::1", "fe80::1", "::ffff:127.0.0.1"]
)
def test_an_address_that_no_service_has_is_a_sinkhole(address: str) -> None:
    found = diagnosed(
        evidence([lookup(Outcome.OK, address)], (attempt(connected(Outcome.REFUSED, address)),))
    )
    assert said(found) == (BLOCKED, Cause.DNS_SINKHOLED, CONFIRMED)
    assert found.stage is Stage.DNS


def test_a_sinkhole_of_the_hosts_file_is_said_to_be_its() -> None:
    found = diagnosed(evidence([from_hosts("127.0.0.1")]))
    assert found.cause is Cause.DNS_SINKHOLED
    assert "hosts file" in found.explanation


def test_a_loopback_address_where_the_service_proves_itself_is_no_sinkhole() -> None:
    found = diagnosed(healthy(address="127.0.0.1"))
    assert found.verdict is Verdict.REACHABLE


def test_a_loopback_address_that_the_user_named_is_no_sinkhole() -> None:
    literal = lookup(
        Outcome.OK, "127.0.0.1", transport=Transport.LITERAL, name="127.0.0.1", destination=None
    )
    found = diagnosed(
        evidence(
            [literal], (attempt(connected(Outcome.REFUSED, "127.0.0.1")),), of=check("127.0.0.1")
        )
    )
    assert found.cause is Cause.TCP_REFUSED


def test_one_sinkholed_address_among_good_ones_is_a_partial_failure() -> None:
    good = attempt(connected(), shaken(), exchanged())
    found = diagnosed(evidence(attempts=(good, attempt(connected(Outcome.REFUSED, "127.0.0.1")))))
    assert found.cause is Cause.PATH_PARTIAL_ADDRESSES


def led_to(host: str, *steps: PathStep, controls: Sequence[Control] = ()) -> Evidence:
    return checked(host, connected(), *steps, controls=controls)


@pytest.mark.parametrize("outcome", [Outcome.NAME_MISMATCH, Outcome.NOT_TLS])
def test_one_address_for_unrelated_names_that_is_none_of_them_is_forged(outcome: Outcome) -> None:
    found = diagnosed(
        led_to(HOST, shaken(outcome)),
        led_to("archive.ubuntu.com", shaken(outcome, name="archive.ubuntu.com")),
    )
    assert said(found) == (BLOCKED, Cause.DNS_FORGED, LIKELY)
    assert "archive.ubuntu.com" in found.explanation
    assert found.stage is Stage.DNS


def test_an_untrusted_certificate_for_another_name_at_a_shared_address_is_forged() -> None:
    look = presented(certificate("Portal", "portal.contoso.example"))
    found = diagnosed(
        led_to(HOST, shaken(Outcome.UNTRUSTED), controls=(look,)),
        led_to("archive.ubuntu.com", shaken(Outcome.UNTRUSTED)),
    )
    assert found.cause is Cause.DNS_FORGED


def test_an_untrusted_certificate_that_nobody_looked_at_proves_no_forgery() -> None:
    found = diagnosed(
        led_to(HOST, shaken(Outcome.UNTRUSTED)),
        led_to("archive.ubuntu.com", shaken(Outcome.UNTRUSTED)),
    )
    assert found.cause is Cause.TLS_UNTRUSTED


def test_an_address_shared_by_related_names_only_is_not_forged() -> None:
    found = diagnosed(
        led_to(HOST, shaken(Outcome.NAME_MISMATCH)),
        led_to("mcr.microsoft.com", shaken(Outcome.NAME_MISMATCH)),
    )
    assert found.cause is Cause.TLS_NAME_MISMATCH


def test_an_address_where_another_name_was_verified_is_not_forged() -> None:
    found = diagnosed(led_to(HOST, shaken(Outcome.NAME_MISMATCH)), healthy("archive.ubuntu.com"))
    assert found.cause is Cause.TLS_NAME_MISMATCH


def test_an_address_from_the_hosts_file_is_not_forged_by_a_resolver() -> None:
    mine = evidence([from_hosts()], (attempt(connected(), shaken(Outcome.NOT_TLS)),))
    found = diagnosed(mine, led_to("archive.ubuntu.com", shaken(Outcome.NOT_TLS)))
    assert found.cause is Cause.TLS_NOT_TLS


def test_a_truncated_answer_without_a_way_over_tcp_is_explained_without_a_cause() -> None:
    asked = [lookup(Outcome.TOO_LARGE), lookup(Outcome.DROPPED, transport=Transport.TCP)]
    found = diagnosed(evidence(asked))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert "truncated" in found.explanation


@pytest.mark.parametrize("outcome", [Outcome.CNAME_LOOP, Outcome.MALFORMED, Outcome.RCODE_OTHER])
def test_an_answer_that_no_cause_covers_is_inconclusive_and_told(outcome: Outcome) -> None:
    found = diagnosed(evidence([lookup(outcome)]))
    assert (found.verdict, found.cause, found.stage) == (Verdict.INCONCLUSIVE, None, Stage.DNS)
    assert outcome.value in found.explanation


def test_without_a_resolver_nothing_was_measured() -> None:
    found = diagnosed(evidence([]))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert "no resolver" in found.explanation


def test_a_dead_first_resolver_with_a_working_second_is_only_a_remark() -> None:
    asked = [*silent(), lookup(Outcome.OK, resolver=SECOND)]
    found = diagnosed(evidence(asked, (attempt(connected(), shaken(), exchanged()),)))
    assert found.verdict is Verdict.REACHABLE
    assert "The resolver 10.0.0.10:53 did not answer" in found.explanation


def test_a_resolver_that_answers_late_is_not_blocked() -> None:
    asked = [lookup(Outcome.OK, elapsed=1.5)]
    found = diagnosed(evidence(asked, (attempt(connected(), shaken(), exchanged()),)))
    assert found.verdict is Verdict.REACHABLE


def test_a_proxy_on_loopback_is_no_sinkhole() -> None:
    found = [lookup(Outcome.OK, "127.0.0.1", name="localhost")]
    refused = attempt(to_proxy(Outcome.REFUSED), address="127.0.0.1")
    mine = evidence(found, (refused,), of=check(route=via("localhost")))
    assert diagnosed(mine).cause is Cause.PROXY_UNREACHABLE
