"""The difference as a page of its own: the proof, before and after, for people without the tool."""

from collections.abc import Sequence
from typing import assert_never

from preflight.model.report import EndpointResult, Report
from preflight.report.diff import Difference
from preflight.report.diff.words import (
    CAUTION,
    Fate,
    Followed,
    Trend,
    about_change,
    followed,
    is_backwards,
    packet,
    state,
    summary,
    trend,
)
from preflight.report.headline import headline
from preflight.report.html.markup import NOTHING, Html, block, element, host, joined, text
from preflight.report.html.page import page
from preflight.report.html.summary import figures
from preflight.report.html.tables import table
from preflight.report.html.tones import REPORTS, VERDICTS, chip
from preflight.report.style import PLAIN, Style
from preflight.report.words import (
    about_profile,
    about_vantage,
    decisive,
    ended,
    moment,
    standing,
    target,
)

TRENDS = {
    Trend.WORSE: "bad",
    Trend.UNCLEAR: "open",
    Trend.BETTER: "good",
    Trend.OTHER: "warn",
    Trend.SAME: "idle",
}


def render(difference: Difference, style: Style = PLAIN) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the difference as one HTML file."""
    return page(
        "Defender for Containers egress preflight: what changed",
        _head(difference),
        block("main", _runs(difference), _context(difference), *_findings(difference), *_endpoints(difference)),
    )  # fmt: skip


def _head(difference: Difference) -> Html:
    return block(
        "header",
        element("h1", text("What changed between two egress preflights of Microsoft Defender for Containers")),
        element("div", element("p", text(summary(difference))), class_=f"verdict {TRENDS[trend(difference)]}"),
    )  # fmt: skip


def _runs(difference: Difference) -> Html:
    caution = (
        element("p", text("The new report is older than the old one; what follows reads backwards."))
        if is_backwards(difference)
        else NOTHING
    )  # fmt: skip
    sides = (_run("Before", difference.old), _run("After", difference.new))
    return joined(caution, block("div", *sides, class_="sides"))


def _run(title: str, report: Report) -> Html:
    verdict = chip(report.verdict.value, REPORTS[report.verdict])
    return block(
        "section",
        element("h2", text(f"{title} "), verdict),
        element("p", text(f"{moment(report.started_at)} UTC"), class_="soft"),
        figures(report.counts, report.endpoints),
        element("p", text(headline(report))),
        element("p", text(f"{about_profile(report.profile)}; {about_vantage(report.vantage)}"), class_="soft"),
        class_="card",
    )  # fmt: skip


def _context(difference: Difference) -> Html:
    if not difference.context:
        return NOTHING
    rows = [(text(one.what), text(one.old), text(one.new)) for one in difference.context]
    return block(
        "section",
        element("h2", text("The two runs are not alike")),
        element("p", text(CAUTION)),
        table(("What", "Before", "After"), rows),
    )


def _findings(difference: Difference) -> list[Html]:
    return [
        block(
            "section",
            element("h2", text(f"Findings {fate.value} ({len(members)})")),
            *(_followed(one, _tone(fate)) for one in members),
        )
        for fate, members in followed(difference)
    ]


def _followed(one: Followed, tone: str) -> Html:
    rows = [(_named(new), _seen(old), _seen(new)) for old, new in one.pairs]
    shown = table(("Endpoint", "Before", "After"), rows) if rows else NOTHING
    return block("article", element("h3", text(one.said)), shown, class_=f"card finding {tone}")


def _named(endpoint: EndpointResult) -> Html:
    return joined(host(target(endpoint)), element("small", text(standing(endpoint))))


def _seen(endpoint: EndpointResult | None) -> Html:
    """Return how it ended, and the packet that shows it."""
    if endpoint is None:
        return text("not in that report")
    line = decisive(endpoint)
    proof = element("small", text(packet(line))) if line else NOTHING
    return joined(chip(ended(endpoint), VERDICTS[endpoint.verdict]), proof)


def _tone(fate: Fate) -> str:
    match fate:
        case Fate.OPENED:
            return "bad"
        case Fate.CLOSED:
            return "good"
        case Fate.UNMEASURED:
            return "open"
        case Fate.STAYED:
            return "warn"
        case unexpected:
            assert_never(unexpected)


def _endpoints(difference: Difference) -> tuple[Html, ...]:
    changed = [(one.new, about_change(one)) for one in difference.changed]
    added = [(one, state(one)) for one in difference.added]
    removed = [(one, state(one)) for one in difference.removed]
    return (
        _listed("Endpoints that changed", changed),
        _listed("Endpoints added", added),
        _listed("Endpoints removed", removed),
    )


def _listed(title: str, said: Sequence[tuple[EndpointResult, str]]) -> Html:
    if not said:
        return NOTHING
    rows = [
        (host(target(one)), text(f"{one.requirement.value}, {one.id}"), text(words))
        for one, words in said
    ]
    heads = ("Endpoint", "Needed", "What is said of it")
    return block("section", element("h2", text(title)), table(heads, rows))
