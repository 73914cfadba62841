"""What the resolvers say of names that cannot exist, and each by itself."""

from typing import Any

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.evidence import (
    Control,
    Evidence,
    Experiment,
    Lookup,
    Outcome,
    PathStep,
    RecordType,
    Transport,
)
from preflight.model.plan import Stage
from tests.diagnosis.asking import diagnosed, said
from tests.factories import (
    ADDRESS,
    CORPORATE,
    HOST,
    attempt,
    certificate,
    check,
    connected,
    evidence,
    healthy,
    lookup,
    shaken,
    to_proxy,
    via,
)

BLOCKED, CONFIRMED, LIKELY = Verdict.BLOCKED, Confidence.CONFIRMED, Confidence.LIKELY
NOBODY = "preflight-check-3f9a11c2.invalid"
BESIDE = "preflight-check-3f9a11c2.cloud.defender.microsoft.com"
FIRST, SECOND = "10.0.0.10:53", "10.0.0.11:53"
DEAD = (connected(Outcome.DROPPED),)
STRANGER = (connected(), shaken(Outcome.NAME_MISMATCH))


def asked(experiment: Experiment, *found: Lookup) -> Control:
    return Control(name=experiment, address=None, observations=found)


def led(*steps: PathStep, name: str = NOBODY, to: str = ADDRESS) -> Evidence:
    """A path that fails, and the address that the resolver gave for a name that nobody has."""
    control = asked(Experiment.IMPOSSIBLE_NAME, lookup(Outcome.OK, to, name=name))
    return evidence(attempts=(attempt(*steps),), controls=(control,))


@pytest.mark.parametrize(
    "steps",
    [
        DEAD,
        (connected(Outcome.REFUSED),),
        (connected(), shaken(Outcome.RESET)),
        (connected(), shaken(Outcome.NOT_TLS)),
        STRANGER,
    ],
)
def test_an_address_given_for_a_name_that_cannot_exist_is_certainly_forged(
    steps: tuple[PathStep, ...],
) -> None:
    found = diagnosed(led(*steps))
    assert said(found) == (BLOCKED, Cause.DNS_FORGED, CONFIRMED)
    assert found.stage is Stage.DNS
    assert f"{NOBODY}, a name that cannot exist" in found.explanation


def test_another_address_for_such_a_name_is_that_names_own_matter() -> None:
    assert diagnosed(led(*DEAD, to="198.51.100.1")).cause is Cause.TCP_DROPPED


def test_a_name_beside_the_host_may_have_a_wildcard_so_that_silence_stays_silence() -> None:
    assert diagnosed(led(*DEAD, name=BESIDE)).cause is Cause.TCP_DROPPED


def test_a_name_beside_the_host_at_a_host_that_is_another_is_likely_forged() -> None:
    assert said(diagnosed(led(*STRANGER, name=BESIDE))) == (BLOCKED, Cause.DNS_FORGED, LIKELY)


def test_the_domain_above_may_well_share_the_address() -> None:
    found = diagnosed(led(*STRANGER, name="defender.microsoft.com"))
    assert found.cause is Cause.TLS_NAME_MISMATCH


def test_an_address_where_some_name_was_proven_is_what_it_says_it_is() -> None:
    """A local relay for everything, as some networks have: the name that fails there is filtered by it."""
    filtered = led(connected(), shaken(Outcome.RESET))
    assert diagnosed(filtered, healthy("mcr.microsoft.com")).cause is Cause.TLS_SNI_RESET


def test_a_path_that_works_is_no_forgery_whatever_else_leads_there() -> None:
    everywhere = asked(Experiment.IMPOSSIBLE_NAME, lookup(Outcome.OK, name=NOBODY))
    open_path = healthy()
    made = evidence(attempts=open_path.attempts, controls=(everywhere,))
    assert diagnosed(made).verdict is Verdict.REACHABLE


def test_an_interceptor_with_the_hosts_own_name_is_not_taken_for_another_host() -> None:
    steps = (
        connected(),
        shaken(Outcome.UNTRUSTED, certificates=(certificate(CORPORATE, HOST),)),
    )
    assert diagnosed(led(*steps, name=BESIDE)).cause is Cause.TLS_INTERCEPTED


def test_behind_a_proxy_no_resolver_here_leads_anywhere() -> None:
    control = asked(Experiment.IMPOSSIBLE_NAME, lookup(Outcome.OK, "10.0.0.20", name=NOBODY))
    made = evidence(
        attempts=(attempt(to_proxy(Outcome.DROPPED)),), controls=(control,), of=check(route=via())
    )
    assert diagnosed(made).cause is Cause.PROXY_UNREACHABLE


# each resolver by itself


def nowhere(outcome: Outcome = Outcome.NXDOMAIN, *more: Lookup) -> Evidence:
    """No address from the first resolver for either family, and what others said by themselves."""
    main = [lookup(outcome, record_type=kind) for kind in RecordType]
    return evidence(main, controls=(asked(Experiment.EACH_RESOLVER, *more),))


def over_tcp(outcome: Outcome, *addresses: str, **fields: Any) -> Lookup:
    return lookup(outcome, *addresses, transport=Transport.TCP, **fields)


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        (Outcome.NXDOMAIN, Cause.DNS_NXDOMAIN),
        (Outcome.SERVFAIL, Cause.DNS_SERVFAIL),
        (Outcome.RCODE_REFUSED, Cause.DNS_REFUSED),
        (Outcome.NO_DATA, Cause.DNS_NO_DATA),
    ],
)
def test_a_resolver_that_would_have_given_an_address_is_named(
    outcome: Outcome, cause: Cause
) -> None:
    found = diagnosed(nowhere(outcome, lookup(Outcome.OK, ADDRESS, resolver=SECOND)))
    assert said(found) == (BLOCKED, cause, LIKELY)
    assert f"The resolver {SECOND} gives {ADDRESS} instead" in found.explanation


def test_another_answer_over_tcp_shows_that_something_else_answers_over_udp() -> None:
    found = diagnosed(nowhere(Outcome.NXDOMAIN, over_tcp(Outcome.OK, ADDRESS)))
    assert said(found) == (BLOCKED, Cause.DNS_NXDOMAIN, LIKELY)
    assert f"Over TCP the same resolver gives {ADDRESS}" in found.explanation
    assert "something on the way to it" in found.explanation


def test_resolvers_that_agree_by_themselves_leave_no_doubt() -> None:
    found = diagnosed(
        nowhere(
            Outcome.NXDOMAIN, lookup(Outcome.NXDOMAIN, resolver=SECOND), over_tcp(Outcome.NXDOMAIN)
        )
    )
    assert said(found) == (BLOCKED, Cause.DNS_NXDOMAIN, CONFIRMED)
    assert f"The resolver {SECOND} says the same" in found.explanation


def test_silence_over_tcp_takes_nothing_from_an_answer_over_udp() -> None:
    """Many networks let DNS over UDP through alone."""
    found = diagnosed(nowhere(Outcome.NXDOMAIN, over_tcp(Outcome.DROPPED)))
    assert said(found) == (BLOCKED, Cause.DNS_NXDOMAIN, CONFIRMED)
    assert "TCP" not in found.explanation


def test_other_addresses_by_another_resolver_are_told_where_the_answer_leads_nowhere() -> None:
    main = [lookup(Outcome.OK, "0.0.0.0")]
    control = asked(Experiment.EACH_RESOLVER, lookup(Outcome.OK, ADDRESS, resolver=SECOND))
    found = diagnosed(
        evidence(
            main,
            attempts=(attempt(connected(Outcome.REFUSED, "0.0.0.0")),),
            controls=(control,),
        )
    )
    assert found.cause is Cause.DNS_SINKHOLED
    assert f"The resolver {SECOND} gives {ADDRESS} instead" in found.explanation


def test_a_resolver_that_answers_the_domain_above_drops_this_name() -> None:
    """One check alone in its plan has no other name to compare with."""
    silence = [
        lookup(Outcome.DROPPED),
        lookup(Outcome.DROPPED, transport=Transport.TCP),
    ]
    control = asked(
        Experiment.IMPOSSIBLE_NAME, lookup(Outcome.OK, "203.0.113.99", name="microsoft.com")
    )
    found = diagnosed(evidence(silence, controls=(control,)))
    assert said(found) == (BLOCKED, Cause.DNS_QUERY_DROPPED, LIKELY)
    assert "it answers for microsoft.com" in found.explanation
