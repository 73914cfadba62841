"""The fleet in one sentence, its vantages, and what to do now."""

from collections import Counter
from collections.abc import Iterable
from typing import assert_never

from preflight.model.diagnosis import Verdict
from preflight.model.endpoint import Requirement
from preflight.model.fleet import Failure, FleetReport, Network, Place
from preflight.model.happening import lasted
from preflight.model.report import Report, ReportVerdict
from preflight.report.advice import COMPARE, HAND_OVER
from preflight.report.words import about_profile, moment

PROFILES = 3
"""Profiles that are told: clusters of one run may differ in environment and region."""


def headline(fleet: FleetReport) -> str:
    """Return what the verdict means, in one or two sentences."""
    total = _counted(len(fleet.reports), "vantage")
    match fleet.verdict:
        case ReportVerdict.PASS:
            return f"Every required endpoint can be reached from {_every(fleet)}."
        case ReportVerdict.DEGRADED:
            return f"Every required endpoint can be reached from {_every(fleet)}, but some only with faults, or some that are not required are blocked."
        case ReportVerdict.BLOCKED:
            stopped, required, places = _required(fleet, {Verdict.BLOCKED})
            share = f"{stopped} of {_counted(required, 'required endpoint')}"
            whole = "every vantage" if places == len(fleet.reports) else f"{places} of {total}"
            return f"{share} cannot be reached from {whole}.{_missing(fleet)}"
        case ReportVerdict.INCONCLUSIVE:
            return f"Nothing required is blocked for certain{_unmeasured(fleet)}.{_missing(fleet)}"
        case unexpected:
            assert_never(unexpected)


def _every(fleet: FleetReport) -> str:
    number = len(fleet.reports)
    return "the one vantage" if number == 1 else f"each of {number} vantages"


def _required(fleet: FleetReport, verdicts: set[Verdict]) -> tuple[int, int, int]:
    """Return how many required endpoints have one of these verdicts anywhere, of how many, and at how many vantages any has."""
    required: set[str] = set()
    stopped: set[str] = set()
    places = 0
    for report in fleet.reports:
        counted = [
            one
            for one in report.endpoints
            if one.requirement is Requirement.REQUIRED and one.waived is None
        ]
        here = {one.id for one in counted if one.verdict in verdicts}
        required |= {one.id for one in counted}
        stopped |= here
        places += bool(here)
    return len(stopped), len(required), places


def _unmeasured(fleet: FleetReport) -> str:
    if not fleet.reports:
        return ", for no vantage gave a report"
    stopped, required, places = _required(fleet, {Verdict.INCONCLUSIVE, Verdict.SKIPPED})
    if not stopped:
        return ""
    share = f"{stopped} of {_counted(required, 'required endpoint')}"
    return f", but {share} {_was(stopped)} not measured at {places} of {_counted(len(fleet.reports), 'vantage')}"


def _missing(fleet: FleetReport) -> str:
    number = len(fleet.failures)
    if not number:
        return ""
    return f" {_counted(number, 'vantage')} gave no report: nothing is known of {'it' if number == 1 else 'them'}."


def facts(fleet: FleetReport) -> tuple[tuple[str, str], ...]:
    """Return a label and a line for what was asked, from where, and when."""
    profiles = dict.fromkeys(about_profile(report.profile) for report in fleet.reports)
    shown = list(profiles)[:PROFILES]
    more = len(profiles) - len(shown)
    run = f"{moment(fleet.started_at)} UTC, {lasted(fleet.duration)}, defender-preflight {fleet.tool_version}"
    return (
        ("Endpoints", tally(fleet)),
        ("Vantages", about_places(fleet)),
        *(("Profile", profile) for profile in shown),
        *([("Profile", f"and {more} more")] if more > 0 else []),
        ("Run", run),
        *(("Note", notice) for notice in notices(fleet)),
    )


def tally(fleet: FleetReport) -> str:
    """Return the counts, leaving out what is none; each endpoint counts once."""
    counts = fleet.counts
    named = {verdict: getattr(counts, verdict.value) for verdict in Verdict}
    parts = ", ".join(f"{number} {verdict.value}" for verdict, number in named.items() if number)
    remark = ", each by its worst vantage" if len(fleet.reports) > 1 else ""
    return f"{counts.total} in all{remark}: {parts}" if parts else "none"


def about_places(fleet: FleetReport) -> str:
    """Return how many vantages there were, as in `6, 3 pods and 3 nodes, in 2 pools`."""
    places = fleet.places
    parts = [
        str(len(places)),
        " and ".join(_by_network(places)),
        *(f"in {_counted(number, noun)}" for noun, number in _spread(places)),
        _unheard(fleet.failures),
    ]
    return ", ".join(filter(None, parts))


def _by_network(places: Iterable[Place]) -> Iterable[str]:
    nouns = {
        Network.POD: ("pod", "pods"),
        Network.HOST: ("node's own network", "nodes' own network"),
        Network.LOCAL: ("host", "hosts"),
    }
    found = [place.network for place in places]
    for network, (one, several) in nouns.items():
        if number := found.count(network):
            yield f"{number} {one if number == 1 else several}"


def _spread(places: Iterable[Place]) -> Iterable[tuple[str, int]]:
    known = list(places)
    pools = {(place.context, place.pool) for place in known if place.pool}
    clusters = {place.context for place in known if place.context}
    yield from (("pool", len(pools)),) if pools else ()
    yield from (("cluster", len(clusters)),) if clusters else ()


def _unheard(failures: tuple[Failure, ...]) -> str:
    return f"and {len(failures)} without a report" if failures else ""


def notices(fleet: FleetReport) -> tuple[str, ...]:
    """Return every remark once: of the run, and of the reports in it, with how many of them say it."""
    total = len(fleet.reports)
    said = Counter(one for report in fleet.reports for one in dict.fromkeys(report.notices))
    of_reports = (
        notice if number == total else f"{notice} (at {number} of {total} vantages)"
        for notice, number in said.items()
        if notice not in fleet.notices
    )
    return (*dict.fromkeys(fleet.notices), *of_reports)


def next_steps(fleet: FleetReport, whole: Report | None) -> str:
    """Return what to do now, in a few sentences; empty where nothing is left to do."""
    from preflight.report.advice import next_steps as of_report

    missing = "See first why vantages gave no report: what they would have said is not known."
    parts = (
        missing if fleet.failures else "",
        f"{HAND_OVER} {COMPARE}"
        if fleet.verdict is ReportVerdict.BLOCKED
        else of_report(whole)
        if whole
        else "",
    )
    return " ".join(filter(None, parts))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
