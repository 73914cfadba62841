"""The head of the page: the verdict, how many endpoints ended how, and the facts about the run."""

from collections.abc import Iterable

from preflight.model.diagnosis import Verdict
from preflight.model.report import Report
from preflight.report.about import facts
from preflight.report.headline import headline
from preflight.report.html.markup import NOTHING, Html, block, element, text
from preflight.report.html.tones import REPORTS, VERDICTS

NAME = "Egress preflight of Microsoft Defender for Containers"


def head(report: Report) -> Html:
    """Return the verdict and what it means."""
    return block(
        "header",
        element("h1", text(NAME)),
        block(
            "div",
            element("p", text(report.verdict.value), class_="word"),
            element("p", text(headline(report))),
            class_=f"verdict {REPORTS[report.verdict]}",
        ),
    )


def about(report: Report) -> Html:
    """Return how many endpoints ended how, as a bar and in figures, and the facts about the run."""
    first, *rest = facts(report)
    counted = tally(report) if report.endpoints else listed([first])
    return block("section", share(report), counted, listed(rest), class_="card", aria_label="Run")


def listed(pairs: Iterable[tuple[str, str]]) -> Html:
    """Return labels and texts."""
    return block(
        "dl", *(Html(f"{element('dt', text(a))}{element('dd', text(b))}") for a, b in pairs)
    )


def share(report: Report) -> Html:
    """Return the share of each verdict as a picture; the figures below it say the same."""
    parts, start = [], 0
    for verdict in Verdict:
        width = getattr(report.counts, verdict.value)
        if width:
            place = {"x": str(start), "width": str(width), "height": "1"}
            parts.append(element("rect", class_=VERDICTS[verdict], **place))
        start += width
    if not parts:
        return NOTHING
    frame = (
        f'<svg class="bar" viewBox="0 0 {start} 1" preserveAspectRatio="none" aria-hidden="true">'
    )
    return Html(f"{frame}{''.join(parts)}</svg>")


def tally(report: Report) -> Html:
    """Return how many endpoints ended how, in figures."""
    counts = report.counts
    waived = sum(endpoint.waived is not None for endpoint in report.endpoints)
    figures = [
        (getattr(counts, verdict.value), verdict.value, VERDICTS[verdict]) for verdict in Verdict
    ]
    items = [
        element("li", element("b", text(str(number))), text(name), class_=tone)
        for number, name, tone in figures
        if number
    ]
    noun = "endpoint" if counts.total == 1 else "endpoints"
    total = element("li", element("b", text(str(counts.total))), text(f"{noun} in all"))
    accepted = element("li", element("b", text(str(waived))), text("of these waived"))
    return block("ul", *items, total, accepted if waived else NOTHING, class_="tally")
