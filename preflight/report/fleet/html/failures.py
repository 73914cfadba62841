"""The vantages that gave no report: why, in the cluster's own words, and which places they are."""

from collections.abc import Sequence

from preflight.model.fleet import Failure
from preflight.report.fleet.sections import unheard
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
    return block("div", *(element("div", text(place)) for place in places))
