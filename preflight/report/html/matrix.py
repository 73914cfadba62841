"""The matrix of endpoints and stages: how far each one got, and in which time."""

from itertools import groupby

from preflight.model.plan import Stage
from preflight.model.report import EndpointResult, Report
from preflight.report.html.markup import NOTHING, Html, block, element, host, joined, sign, text
from preflight.report.html.places import Places, linked
from preflight.report.html.tones import VERDICTS, signed
from preflight.report.rows import elapsed, mark, milliseconds, stages_of
from preflight.report.style import PLAIN
from preflight.report.words import component_of, standing, target


def matrix(report: Report, where: Places) -> Html:
    """Return a row for each endpoint, under the name of its component."""
    if not report.endpoints:
        return NOTHING
    stages = stages_of(report.endpoints)
    bodies = [
        _body(component, tuple(members), stages, where)
        for component, members in groupby(report.endpoints, key=component_of)
    ]
    table = block("table", _caption(stages), _head(stages), *bodies, class_="matrix")
    return block(
        "section",
        element("h2", text("Endpoints and stages")),
        block("div", table, class_="wide"),
        id="endpoints",
    )


def _caption(stages: tuple[Stage, ...]) -> Html:
    by_proxy = (
        " PROXY is everything up to the proxy's answer; TLS and HTTP then run through it."
        if Stage.PROXY in stages
        else ""
    )
    return element(
        "caption",
        text(
            "Times in milliseconds at the address that got farthest. A sign in place of a time: it stopped there. A dot: that stage"
            f" did not run, or is not needed.{by_proxy}"
        ),
    )


def _head(stages: tuple[Stage, ...]) -> Html:
    return block(
        "thead",
        block(
            "tr",
            element("th", element("span", text("Verdict"), class_="word"), scope="col"),
            element("th", text("Endpoint"), scope="col"),
            *(element("th", text(s.value.upper()), scope="col", class_="stage") for s in stages),
            element("th", text("See"), scope="col"),
        ),
    )


def _body(
    component: str,
    members: tuple[EndpointResult, ...],
    stages: tuple[Stage, ...],
    where: Places,
) -> Html:
    width = str(len(stages) + 3)
    title = element("th", text(component), scope="rowgroup", colspan=width)
    return block("tbody", element("tr", title), *(_row(one, stages, where) for one in members))


def _row(endpoint: EndpointResult, stages: tuple[Stage, ...], where: Places) -> Html:
    cells = (_stage(endpoint, stage) for stage in stages)
    return block("tr", ended(endpoint), named(endpoint, where), *cells, see(endpoint, where))


def ended(endpoint: EndpointResult) -> Html:
    """Return the cell of the verdict."""
    verdict = element("span", text(f" {endpoint.verdict.value}"), class_="word")
    shown = element("span", text(mark(endpoint.verdict, PLAIN)), aria_hidden="true")
    return element("td", shown, verdict, class_=f"verdict-cell {VERDICTS[endpoint.verdict]}")


def named(endpoint: EndpointResult, where: Places) -> Html:
    """Return the cell that names the endpoint, and leads to its details."""
    name = linked(host(target(endpoint)), where.endpoints.get(endpoint.id))
    needed = element("small", text(standing(endpoint)))
    return element("th", name, needed, scope="row", class_="endpoint")


def _stage(endpoint: EndpointResult, stage: Stage) -> Html:
    if endpoint.stage is stage:
        tone = VERDICTS[endpoint.verdict]
        said = signed(endpoint, f"{endpoint.verdict.value} here")
        return element("td", said, class_=f"stage stopped {tone}")
    seconds = elapsed(endpoint, stage)
    if seconds is None:
        return element("td", sign("·", "not run"), class_="stage")
    return element("td", text(milliseconds(seconds)), class_="stage good")


def see(endpoint: EndpointResult, where: Places) -> Html:
    """Return the cell that leads to the endpoint's findings."""
    ways = (linked(text(id_), where.findings.get(id_)) for id_ in endpoint.findings)
    return element("td", text("waived") if endpoint.waived else joined(*ways), class_="see")
