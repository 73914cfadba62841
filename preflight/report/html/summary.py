"""The head of the page: the verdict, how many endpoints ended how, and the facts about the run."""

from collections.abc import Iterable, Sequence

from preflight.model.diagnosis import Verdict
from preflight.model.report import Counts, EndpointResult, Report, ReportVerdict
from preflight.report.about import facts
from preflight.report.html.markup import NOTHING, Html, block, element, joined, text
from preflight.report.html.tones import REPORTS, VERDICTS

NAME = "Egress preflight of Microsoft Defender for Containers"


def head(verdict: ReportVerdict, said: str, name: str = NAME) -> Html:
    """Return the verdict and what it means."""
    return block(
        "header",
        element("h1", text(name)),
        block(
            "div",
            element("p", text(verdict.value), class_="word"),
            element("p", text(said)),
            class_=f"verdict {REPORTS[verdict]}",
        ),
    )


def about(report: Report) -> Html:
    """Return how many endpoints ended how, as a bar and in figures, and the facts about the run."""
    if not report.endpoints:
        return run(NOTHING, facts(report))
    return run(figures(report.counts, report.endpoints), facts(report)[1:])


def run(counted: Html, told: Sequence[tuple[str, str]]) -> Html:
    """Return the counts and the facts about a run."""
    return block("section", counted, listed(told), class_="card", aria_label="Run")


def figures(counts: Counts, endpoints: Iterable[EndpointResult], remark: str = "") -> Html:
    """Return how many endpoints ended how, as a bar and in figures."""
    waived = sum(endpoint.waived is not None for endpoint in endpoints)
    return joined(share(counts), tally(counts, waived, remark))


def listed(pairs: Iterable[tuple[str, str]]) -> Html:
    """Return labels and texts."""
    return block(
        "dl", *(Html(f"{element('dt', text(a))}{element('dd', text(b))}") for a, b in pairs)
    )


def share(counts: Counts) -> Html:
    """Return the share of each verdict as a picture; the figures below it say the same."""
    parts, start = [], 0
    for verdict in Verdict:
        width = getattr(counts, verdict.value)
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


def tally(counts: Counts, waived: int, remark: str = "") -> Html:
    """Return how many endpoints ended how, in figures."""
    figures = [
        (getattr(counts, verdict.value), verdict.value, VERDICTS[verdict]) for verdict in Verdict
    ]
    items = [
        element("li", element("b", text(str(number))), text(name), class_=tone)
        for number, name, tone in figures
        if number
    ]
    noun = "endpoint" if counts.total == 1 else "endpoints"
    total = element("li", element("b", text(str(counts.total))), text(f"{noun} in all{remark}"))
    accepted = element("li", element("b", text(str(waived))), text("of these waived"))
    return block("ul", *items, total, accepted if waived else NOTHING, class_="tally")
