"""The vantages that gave no report: why, in the cluster's own words, and which places they are."""

from collections.abc import Iterator, Sequence

from preflight.model.fleet import Failure
from preflight.report.fleet.sections import LISTED, unheard
from preflight.report.html.markup import NOTHING, Html, block, code, element, text
from preflight.report.html.tables import table


def failures(found: Sequence[Failure]) -> Html:
    """Return a row for each reason, with every place for which it was given."""
    if not found:
        return NOTHING
    rows = [
        (text(reason), code(detail), _listed(places)) for reason, detail, places in unheard(found)
    ]
    return block(
        "section",
        element("h2", text("No report, so nothing is known of these")),
        table(("Why", "In the cluster's words", "Where"), rows),
        id="failures",
    )


def _listed(places: Sequence[str]) -> Html:
    """Return the places, those beyond the first folded: whole pools may be missing."""
    first, others = places[:LISTED], places[LISTED:]
    more = element("summary", text(f"and {len(others)} more"))
    folded = block("details", more, *_each(others)) if others else NOTHING
    return block("div", *_each(first), folded)


def _each(places: Sequence[str]) -> Iterator[Html]:
    return (element("div", text(place)) for place in places)
