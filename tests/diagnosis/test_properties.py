"""What holds for any evidence: a verdict, never an exception; no failure makes anything better; and no false alarm."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.diagnosis import Judgement, judge
from preflight.model.diagnosis import Confidence, Verdict
from preflight.model.endpoint import Endpoint
from preflight.model.evidence import (
    Attempt,
    Control,
    Evidence,
    Experiment,
    Lookup,
    Observation,
    Outcome,
)
from preflight.model.report import EndpointResult
from tests.budget import examples
from tests.diagnosis.arbitrary import (
    ADDRESSES,
    ENDPOINTS,
    EVIDENCE,
    FAILED,
    FIELD,
    FIELD_ADDRESSES,
    HOSTS,
    RUNS,
    controls,
    lookups,
    path_steps,
    probings,
)
from tests.factories import (
    MICROSOFT,
    attempt,
    check,
    connected,
    endpoint,
    evidence,
    exchanged,
    healthy,
    plan,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

TODAY = date(2026, 11, 23)
LONGEST = 4_000
"""Characters of any one text of a report, whatever the network sent: a paragraph for people."""


def judged(run: tuple[Evidence, ...], *of: Endpoint) -> Judgement:
    return judge(plan(*of, checks=()), run, (), TODAY)


def alone(seen: Evidence, of: Endpoint) -> EndpointResult:
    """What is said of one endpoint in a run of one check."""
    return judged((replace(seen, check=replace(seen.check, ids=(of.id,))),), of).endpoints[0]


def said(row: EndpointResult) -> tuple[object, ...]:
    return row.verdict, row.stage, row.cause


MANY = st.lists(ENDPOINTS, max_size=4, unique_by=lambda each: each.id).map(tuple)


@examples(60)
@given(RUNS, MANY)
def test_any_evidence_gets_a_judgement(run: tuple[Evidence, ...], of: tuple[Endpoint, ...]) -> None:
    found = judged(run, *of)
    assert found == judged(run, *of)  # always alike
    assert [row.id for row in found.endpoints] == [each.id for each in of]
    ids = {finding.id for finding in found.findings}
    for row in found.endpoints:
        assert set(row.findings) <= ids
        assert (row.cause is not None) == bool(row.findings)
        assert row.verdict is not Verdict.BLOCKED or row.cause is not None
    assert all(finding.endpoints for finding in found.findings)


@examples(60)
@given(RUNS, MANY)
def test_whatever_the_network_sent_what_is_said_is_printable_and_bounded(
    run: tuple[Evidence, ...], of: tuple[Endpoint, ...]
) -> None:
    found = judged(run, *of)
    for text in texts_of(found):
        assert text.isprintable(), text[:200]
        assert len(text) <= LONGEST, text[:200]


def texts_of(found: Judgement) -> Iterator[str]:
    """Everything in the report that may hold words of the network."""
    for row in found.endpoints:
        yield row.explanation
        if row.tls:
            yield from filter(None, (row.tls.subject, row.tls.issuer, row.tls.version))
            yield row.tls.cipher or ""
        if row.http:
            yield from (row.http.method, row.http.path, row.http.server or "")
        if row.dns:
            yield from (row.dns.rcode or "", row.dns.canonical_name or "")
    for finding in found.findings:
        yield from (finding.title, finding.explanation)
    yield from (line.detail for each in found.endpoints for line in each.evidence)
    yield from (line.detail for each in found.findings for line in each.evidence)


def one_check_each(run: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """A plan has one check for an endpoint; of two, which one counted would be a matter of order."""
    return tuple({each.check.ids: each for each in run}.values())


@examples(40)
@given(RUNS.map(one_check_each), MANY)
def test_the_order_of_the_checks_changes_no_verdict(
    run: tuple[Evidence, ...], of: tuple[Endpoint, ...]
) -> None:
    there, back = judged(run, *of), judged(run[::-1], *of)
    assert list(map(said, there.endpoints)) == list(map(said, back.endpoints))


# Failures


def _failed_lookups() -> st.SearchStrategy[Lookup]:
    return lookups(FAILED).map(lambda lookup: replace(lookup, addresses=()))


FAILED_OBSERVATIONS: st.SearchStrategy[Observation] = (
    path_steps(FAILED) | probings(FAILED) | _failed_lookups()
)
FAILED_ATTEMPTS = st.builds(
    Attempt,
    address=st.sampled_from(ADDRESSES),
    steps=path_steps(FAILED).map(lambda step: (step,)),
)
FAILURES = st.one_of(
    st.tuples(st.just("attempts"), FAILED_ATTEMPTS),
    st.tuples(st.just("lookups"), _failed_lookups()),
    *(
        st.tuples(st.just("controls"), controls(FAILED_OBSERVATIONS, names=st.just(experiment)))
        for experiment in Experiment
    ),
)


@examples(100)
@given(EVIDENCE, FAILURES, ENDPOINTS)
def test_a_failed_observation_never_turns_blocked_into_reachable(
    seen: Evidence, failure: tuple[str, object], of: Endpoint
) -> None:
    kind, failed = failure
    added: dict[str, Any] = {kind: (*getattr(seen, kind), failed)}
    before = alone(seen, of).verdict
    after = alone(replace(seen, **added), of).verdict
    assert not (before is Verdict.BLOCKED and after is Verdict.REACHABLE)


@examples(60)
@given(EVIDENCE, controls(), FAILED_OBSERVATIONS, ENDPOINTS)
def test_a_failed_observation_within_an_experiment_never_turns_blocked_into_reachable(
    seen: Evidence, control: Control, failed: Observation, of: Endpoint
) -> None:
    more = replace(control, observations=(*control.observations, failed))
    before = alone(replace(seen, controls=(*seen.controls, control)), of).verdict
    after = alone(replace(seen, controls=(*seen.controls, more)), of).verdict
    assert not (before is Verdict.BLOCKED and after is Verdict.REACHABLE)


def never_sent(step: Observation) -> Observation:
    """As it is where this host would not send: no descriptors, not permitted, an old kernel."""
    nowhere = replace(step, outcome=Outcome.LOCAL, source=None)
    return replace(nowhere, addresses=()) if isinstance(nowhere, Lookup) else nowhere


@examples(75)
@given(EVIDENCE, controls(FAILED_OBSERVATIONS.map(never_sent)), ENDPOINTS)
def test_an_experiment_that_could_not_be_carried_out_is_no_evidence(
    seen: Evidence, unsent: Control, of: Endpoint
) -> None:
    before, after = alone(seen, of), alone(replace(seen, controls=(*seen.controls, unsent)), of)
    assert said(after) == said(before)


ON_OTHER_ROUTE = controls(path_steps(), names=st.just(Experiment.OTHER_ROUTE))


@examples(75)
@given(RUNS, st.lists(ON_OTHER_ROUTE, min_size=1, max_size=2).map(tuple), MANY)
def test_what_happens_on_the_way_not_taken_changes_no_verdict(
    run: tuple[Evidence, ...], tried: tuple[Control, ...], of: tuple[Endpoint, ...]
) -> None:
    more = tuple(replace(seen, controls=(*seen.controls, *tried)) for seen in run)
    before, after = judged(run, *of).endpoints, judged(more, *of).endpoints
    assert [said(row) for row in after] == [said(row) for row in before]


# Silence

NOTHING: dict[str, Any] = {
    "addresses": (),
    "chain": (),
    "rcode": None,
    "certificates": (),
    "alert": None,
    "version": None,
    "verify_code": None,
    "first_bytes": b"",
    "status": None,
    "headers": (),
    "body": b"",
    "answer": b"",
    "router": None,
}


def unanswered(step: Any) -> Any:
    """The same step, to which nothing came."""
    empty = {name: nothing for name, nothing in NOTHING.items() if hasattr(step, name)}
    return replace(step, outcome=Outcome.DROPPED, **empty)


def silenced(seen: Evidence) -> Evidence:
    """The same evidence, where every line and every experiment ends in silence."""
    return replace(
        seen,
        lookups=seen.lookups if seen.attempts else tuple(map(unanswered, seen.lookups)),
        attempts=tuple(
            replace(each, steps=(*each.steps[:-1], unanswered(each.last))) for each in seen.attempts
        ),
        controls=tuple(
            replace(each, observations=tuple(map(unanswered, each.observations)))
            for each in seen.controls
        ),
    )


@examples(100)
@given(FIELD.map(silenced), ENDPOINTS)
def test_silence_alone_is_never_confirmed(seen: Evidence, of: Endpoint) -> None:
    run = (replace(seen, check=replace(seen.check, ids=(of.id,))),)
    assert all(each.confidence is not Confidence.CONFIRMED for each in judged(run, of).findings)


# The bound on false alarms: an open path is one where every address answered over a verified connection with a certificate of
# the service's own issuer. What may be said against it, and by whom, is this and no more.

MAY_BLOCK = frozenset({Experiment.LARGE_HELLO})
"""The experiment whose failure is a block by itself: a small ClientHello passes, one as large as the sensor's does not."""
MAY_DEGRADE = MAY_BLOCK | {Experiment.OTHER_LABEL, Experiment.REPEAT}
"""Experiments whose failure says that something is wrong beside the path that works."""
IPV4, _, IPV6 = FIELD_ADDRESSES
DUAL_STACK = evidence(
    attempts=[
        attempt(connected(address=at), shaken(address=at, name=HOSTS[0]), exchanged(address=at))
        for at in (IPV4, IPV6)
    ],
    of=check(HOSTS[0]),
)
PROXIED = evidence(
    attempts=[attempt(to_proxy(), tunnelled(), shaken(name=HOSTS[0]), exchanged())],
    of=check(HOSTS[0], route=via()),
)
OPEN = (healthy(HOSTS[0], IPV4), DUAL_STACK, PROXIED)
OPENS = st.sampled_from(OPEN)
OPEN_ADDRESSES = tuple(each.address for seen in OPEN for each in seen.attempts)
SERVICE = endpoint(HOSTS[0], fqdn="*.example.com", issuers=(MICROSOFT,))
WORKING = frozenset({Verdict.REACHABLE, Verdict.DEGRADED})
ELSEWHERE = EVIDENCE.map(lambda seen: replace(seen, check=replace(seen.check, ids=("elsewhere",))))


def failing(experiments: Iterable[Experiment]) -> st.SearchStrategy[tuple[Control, ...]]:
    """Failed experiments, about the open path or about nothing that there is."""
    about = st.sampled_from((None, *OPEN_ADDRESSES, *ADDRESSES))
    names = st.sampled_from(sorted(experiments))
    each = controls(FAILED_OBSERVATIONS, addresses=about, names=names)
    return st.lists(each, min_size=1, max_size=4).map(tuple)


def beside(seen: Evidence, elsewhere: tuple[Evidence, ...]) -> Verdict:
    """What is said of the open path in a run that saw other things too."""
    return judged((*elsewhere, seen), SERVICE).endpoints[0].verdict


@pytest.mark.parametrize("seen", OPEN)
def test_the_open_paths_of_these_properties_are_reachable(seen: Evidence) -> None:
    assert alone(seen, SERVICE).verdict is Verdict.REACHABLE


@examples(75)
@given(OPENS, failing(set(Experiment) - MAY_DEGRADE))
def test_no_other_experiment_that_fails_says_anything_against_an_open_path(
    seen: Evidence, found: tuple[Control, ...]
) -> None:
    assert alone(replace(seen, controls=found), SERVICE).verdict is Verdict.REACHABLE


@examples(40)
@given(OPENS, failing(set(Experiment) - MAY_BLOCK))
def test_no_other_experiment_that_fails_blocks_an_open_path(
    seen: Evidence, found: tuple[Control, ...]
) -> None:
    assert alone(replace(seen, controls=found), SERVICE).verdict in WORKING


@examples(60)
@given(OPENS, st.lists(ELSEWHERE, max_size=3).map(tuple))
def test_nothing_seen_elsewhere_says_anything_against_an_open_path(
    seen: Evidence, elsewhere: tuple[Evidence, ...]
) -> None:
    assert beside(seen, elsewhere) is Verdict.REACHABLE


@examples(40)
@given(OPENS, st.lists(ELSEWHERE, max_size=2).map(tuple), failing(set(Experiment) - MAY_BLOCK))
def test_nor_does_it_together_with_experiments_that_fail(
    seen: Evidence, elsewhere: tuple[Evidence, ...], found: tuple[Control, ...]
) -> None:
    assert beside(replace(seen, controls=found), elsewhere) in WORKING
