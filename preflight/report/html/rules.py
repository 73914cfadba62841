"""The rule request, ready to copy: one click into a box takes all of it."""

from collections.abc import Sequence

from preflight.report.html.markup import NOTHING, Html, block, code, element, lines, text
from preflight.report.html.request import ReadyText


def rules(ticket: str, names: str, ready: Sequence[ReadyText]) -> Html:
    """Return the request as a ticket, as bare names and ports, and, folded, in every format that was given."""
    boxes = [
        _box("As a ticket", ticket),
        _box("Names and ports only", names),
        *(_fold(one) for one in ready if one.text),
        _others() if ready else NOTHING,
    ]
    if not any(boxes):
        return NOTHING
    hint = element("p", text("One click into a box selects all of it."), class_="soft hand")
    title = element("h2", text("Rule request, ready to copy"))
    return block("section", title, hint, *boxes, id="request")


def _box(title: str, said: str) -> Html:
    return block("div", element("h3", text(title)), _copied(title, said)) if said else NOTHING


def _fold(one: ReadyText) -> Html:
    remarks = block("ul", *(element("li", text(said)) for said in one.remarks), class_="soft")
    return block(
        "details",
        element("summary", text(one.title)),
        _copied(one.title, one.text),
        remarks if one.remarks else NOTHING,
    )


def _others() -> Html:
    """Return how to get what is not here; the remarks name some of its options."""
    command = code("defender-preflight rules request --report FILE")
    return element("p", text("Other formats, or another source: "), command, class_="soft")


def _copied(title: str, said: str) -> Html:
    return element("pre", lines(said), class_="copy", tabindex="0", role="group", aria_label=title)
