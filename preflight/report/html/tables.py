"""Tables that become a list of labelled values where the page is narrow."""

from collections.abc import Sequence

from preflight.report.html.markup import Html, block, element, text


def table(heads: Sequence[str], rows: Sequence[Sequence[Html]]) -> Html:
    """Return a table whose rows are named by their first cell."""
    titles = block("tr", *(element("th", text(head), scope="col") for head in heads))
    body = [_row(heads, cells) for cells in rows]
    inner = block("table", block("thead", titles), block("tbody", *body), class_="stack")
    return block("div", inner, class_="wide")


def _row(heads: Sequence[str], cells: Sequence[Html]) -> Html:
    first, *others = cells
    name, *labels = heads
    values = [
        element("td", cell, data_label=label) for label, cell in zip(labels, others, strict=True)
    ]
    return element("tr", element("th", first, scope="row", data_label=name), *values)
