"""What the way not taken shows is told in the row, and never becomes the endpoint's cause."""

import pytest

from preflight.diagnosis.survey import survey
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.evidence import (
    Attempt,
    Control,
    Evidence,
    Experiment,
    Observation,
    Outcome,
)
from preflight.model.plan import Direct, Exemption, Runtime
from tests.diagnosis.asking import diagnosed, said
from tests.factories import (
    HOST,
    attempt,
    certificate,
    check,
    checked,
    connected,
    evidence,
    exchanged,
    healthy,
    lookup,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

BLOCKED = Verdict.BLOCKED
DIRECTLY = (lookup(), connected(), shaken(), exchanged())
PROXY_ADDRESS = attempt(to_proxy()).address


def tried(*seen: Observation, after: Attempt | None = None) -> Control:
    """The control over the way not taken, after an attempt at the proxy unless another is given."""
    address = after.address if after else PROXY_ADDRESS
    return Control(name=Experiment.OTHER_ROUTE, address=address, observations=seen)


def proxied(outcome: Outcome, *controls: Control) -> Evidence:
    return checked(
        HOST, to_proxy(), tunnelled(outcome), controls=controls, route=via(), alternative=Direct()
    )


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        (Outcome.DENIED, Cause.PROXY_DENIED),
        (Outcome.AUTH_REQUIRED, Cause.PROXY_AUTH_REQUIRED),
        (Outcome.UPSTREAM_FAILED, Cause.PROXY_UPSTREAM_FAILED),
        (Outcome.DROPPED, Cause.PROXY_DROPPED),
    ],
)
def test_a_host_that_answers_directly_shows_that_it_is_the_proxy(
    outcome: Outcome, cause: Cause
) -> None:
    alone, found = diagnosed(proxied(outcome)), diagnosed(proxied(outcome, tried(*DIRECTLY)))
    assert said(found) == said(alone) == (BLOCKED, cause, alone.confidence)
    assert "answers directly" in found.explanation
    assert "Without the proxy" not in alone.explanation


def test_a_host_that_is_closed_directly_too_leaves_only_the_proxy() -> None:
    found = diagnosed(proxied(Outcome.DENIED, tried(lookup(), connected(Outcome.DROPPED))))
    assert said(found) == (BLOCKED, Cause.PROXY_DENIED, Confidence.CONFIRMED)
    assert "fails too (tcp.dropped): the proxy is the only way out" in found.explanation


def test_a_name_that_does_not_resolve_here_leaves_only_the_proxy() -> None:
    found = diagnosed(proxied(Outcome.DENIED, tried(lookup(Outcome.NXDOMAIN))))
    assert "(dns.nxdomain): the proxy is the only way out" in found.explanation


def test_a_host_that_neither_way_reaches_may_be_down() -> None:
    found = diagnosed(proxied(Outcome.UPSTREAM_FAILED, tried(lookup(), connected(Outcome.DROPPED))))
    assert "fails too (tcp.dropped)." in found.explanation
    assert "only way out" not in found.explanation


def test_what_was_cut_short_says_nothing() -> None:
    found = diagnosed(proxied(Outcome.DENIED, tried(lookup())))
    assert "Without the proxy" not in found.explanation


def test_a_proxy_that_cannot_be_reached_is_compared_too() -> None:
    seen = checked(
        HOST,
        to_proxy(Outcome.REFUSED),
        controls=(tried(*DIRECTLY),),
        route=via(),
        alternative=Direct(),
    )
    found = diagnosed(seen)
    assert found.cause is Cause.PROXY_UNREACHABLE
    assert "answers directly" in found.explanation


def test_a_failure_behind_the_tunnel_is_none_of_the_proxys() -> None:
    seen = checked(
        HOST,
        to_proxy(),
        tunnelled(),
        shaken(Outcome.RESET),
        controls=(tried(*DIRECTLY),),
        route=via(),
        alternative=Direct(),
    )
    assert "Without the proxy" not in diagnosed(seen).explanation


THROUGH = (
    lookup(name="proxy.contoso.example"),
    to_proxy(),
    tunnelled(),
    shaken(address="10.0.0.20", port=3128),
    exchanged(address="10.0.0.20", port=3128),
)
EXEMPT = (Exemption(runtime=Runtime.GO, token=".microsoft.com"),)


def direct(*controls: Control) -> Evidence:
    return checked(
        HOST,
        connected(Outcome.DROPPED),
        controls=controls,
        alternative=via(),
        exemptions=EXEMPT,
    )


BEHIND = attempt(connected())


def test_the_token_that_sends_a_blocked_host_past_the_proxy_is_named() -> None:
    found = diagnosed(direct(tried(*THROUGH, after=BEHIND)))
    assert said(found)[:2] == (BLOCKED, Cause.TCP_DROPPED)
    assert '(".microsoft.com"), and through the proxy it answers' in found.explanation


def test_a_host_that_the_proxy_refuses_too_is_said_to_be_so() -> None:
    refused = tried(lookup(), to_proxy(), tunnelled(Outcome.DENIED), after=BEHIND)
    found = diagnosed(direct(refused))
    assert found.cause is Cause.TCP_DROPPED
    assert "through the proxy it fails too (proxy.denied)" in found.explanation


def test_without_experiments_the_token_alone_is_named() -> None:
    assert 'past the proxy http://proxy.contoso.example:3128 (".microsoft.com").' in (
        diagnosed(direct()).explanation
    )


def test_an_open_host_past_the_proxy_needs_no_word() -> None:
    seen = healthy(alternative=via(), exemptions=EXEMPT)
    assert "NO_PROXY" not in diagnosed(seen).explanation


def test_clients_that_go_another_way_are_named_with_the_token() -> None:
    readings = (
        Exemption(runtime=Runtime.GO, token=None),
        Exemption(runtime=Runtime.CURL, token=".foo\x1b.com"),
        Exemption(runtime=Runtime.HTTPX, token=None),
    )
    found = diagnosed(healthy(exemptions=readings))
    assert found.verdict is Verdict.REACHABLE
    assert (
        'by ".foo\\x1b.com" in NO_PROXY, curl goes past the proxy, Go and Python httpx through it'
        in found.explanation
    )


def test_clients_that_agree_are_not_named() -> None:
    readings = tuple(Exemption(runtime=each, token="foo.com") for each in Runtime)
    assert "Clients differ" not in diagnosed(healthy(exemptions=readings)).explanation


def test_names_behind_a_proxy_are_not_taken_for_names_at_its_address() -> None:
    seen = survey([direct(tried(*THROUGH, after=BEHIND))])
    assert seen.answered == {}
    assert seen.verified == frozenset()


def test_what_a_direct_try_meets_is_not_known_of_a_proxied_run() -> None:
    seen = survey([proxied(Outcome.DENIED, tried(*DIRECTLY))])
    assert seen.answered == {}
    assert seen.verified == frozenset()
    assert seen.dated == ()


def test_a_chain_judged_but_for_its_dates_verifies_no_address() -> None:
    lenient = shaken(ignores_dates=True, certificates=(certificate(),))
    seen = evidence(attempts=(attempt(connected(), lenient, exchanged()),), of=check())
    assert survey([seen]).verified == frozenset()
    assert diagnosed(seen).verdict is Verdict.INCONCLUSIVE
