"""One row of the table for each endpoint: how far it got, and in which time."""

from typing import assert_never

from preflight.model.diagnosis import Verdict
from preflight.model.evidence import Outcome
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult, Timings
from preflight.report.layout import Ink, columns, cut, cut_host, fit, paint
from preflight.report.style import Style
from preflight.report.words import target

MARKS = {
    Verdict.REACHABLE: ("✓", "+"),
    Verdict.DEGRADED: ("!", "!"),
    Verdict.BLOCKED: ("✗", "X"),
    Verdict.INCONCLUSIVE: ("?", "?"),
    Verdict.SKIPPED: ("-", "-"),
}
"""With Unicode, and in ASCII."""

INKS = {
    Verdict.REACHABLE: Ink.GOOD,
    Verdict.DEGRADED: Ink.WARN,
    Verdict.BLOCKED: Ink.BAD,
    Verdict.INCONCLUSIVE: Ink.WARN,
    Verdict.SKIPPED: Ink.DIM,
}

WIDE = 96
"""Columns from which the verdict's word and the requirement have room beside a host's whole name."""

STAGES = (Stage.DNS, Stage.TCP, Stage.TLS, Stage.HTTP)
STAGES_BY_PROXY = (Stage.DNS, Stage.PROXY, Stage.TCP, Stage.TLS, Stage.HTTP)

Row = tuple[str, ...]


def stages_of(endpoints: tuple[EndpointResult, ...]) -> tuple[Stage, ...]:
    """Return the columns to show: the proxy's only where one was on the way."""
    used = any(
        endpoint.stage is Stage.PROXY
        or any(line.stage is Stage.PROXY for line in endpoint.main_line)
        for endpoint in endpoints
    )
    return STAGES_BY_PROXY if used else STAGES


def headers(stages: tuple[Stage, ...], style: Style) -> Row:
    """Return the column heads."""
    names = tuple(stage.value.upper() for stage in stages)
    if style.width < WIDE:
        return ("", "ENDPOINT", *names, "SEE")
    return ("VERDICT", "ENDPOINT", *names, "NEEDED", "SEE")


def rows(
    endpoints: tuple[EndpointResult, ...], stages: tuple[Stage, ...], style: Style
) -> list[Row]:
    """Return a row for each endpoint; host names are cut to what the other columns leave."""
    around = [_around(endpoint, stages, style) for endpoint in endpoints]
    heads = headers(stages, style)
    beside = [heads[0], *heads[2:]]
    widest = [max(columns(cell) for cell in column) for column in zip(beside, *around, strict=True)]
    room = style.width - sum(widest) - 2 * len(widest)
    return [
        _painted((cells[0], cut_host(target(endpoint), room, style), *cells[1:]), endpoint, style)
        for endpoint, cells in zip(endpoints, around, strict=True)
    ]


def mark(verdict: Verdict, style: Style) -> str:
    """Return the sign for a verdict."""
    return MARKS[verdict][0 if style.unicode else 1]


def _around(endpoint: EndpointResult, stages: tuple[Stage, ...], style: Style) -> Row:
    """Return every cell but the endpoint's own."""
    times = tuple(_cell(endpoint, stage, style) for stage in stages)
    see = "waived" if endpoint.waived else cut(" ".join(endpoint.findings), 9, style)
    sign = mark(endpoint.verdict, style)
    if style.width < WIDE:
        return (sign, *times, see)
    return (f"{sign} {endpoint.verdict.value}", *times, endpoint.requirement.value, see)


def _cell(endpoint: EndpointResult, stage: Stage, style: Style) -> str:
    """Return the time of a stage, the verdict's sign where the endpoint stopped, or a dot where nothing ran."""
    if endpoint.stage is stage:
        return mark(endpoint.verdict, style)
    seconds = elapsed(endpoint, stage)
    if seconds is None:
        return fit("·", style)
    return milliseconds(seconds)


def milliseconds(seconds: float) -> str:
    """Return a time for a column of times."""
    return "<1" if seconds < 0.001 else f"{seconds * 1000:.0f}"


def elapsed(endpoint: EndpointResult, stage: Stage) -> float | None:
    """Return the seconds that a stage took at the address that got farthest; None where it did not run or did not end.

    Through a proxy the connection is the proxy's: there is no time of TCP, and the proxy's is that of all its steps.
    """
    timings = _farthest(endpoint)
    match stage:
        case Stage.DNS:
            return endpoint.dns.elapsed if endpoint.dns else None
        case Stage.PROXY:
            return _to_proxy(endpoint)
        case Stage.TCP:
            return timings.tcp
        case Stage.TLS:
            return timings.tls
        case Stage.HTTP:
            return timings.http
        case unexpected:
            assert_never(unexpected)


def _to_proxy(endpoint: EndpointResult) -> float | None:
    """Return the seconds of everything up to the proxy's answer, its name's lookup left out.

    Of several connections the one that got farthest counts.
    """
    connections: dict[tuple[str | None, str | None], list[float]] = {}
    for line in endpoint.main_line:
        if line.stage is Stage.PROXY and line.action != "lookup" and line.outcome == Outcome.OK:
            connections.setdefault((line.source, line.destination), []).append(line.elapsed)
    farthest: list[float] = max(connections.values(), key=len, default=[])
    return sum(farthest) if farthest else None


def _farthest(endpoint: EndpointResult) -> Timings:
    """Return the times of the address that got farthest, of several the first."""

    def steps(timings: Timings) -> int:
        return sum(step is not None for step in (timings.tcp, timings.tls, timings.http))

    return max((result.timings for result in endpoint.addresses), key=steps, default=Timings())


def _painted(cells: Row, endpoint: EndpointResult, style: Style) -> Row:
    """Colour the verdict and the sign where it stopped."""
    sign, ink = mark(endpoint.verdict, style), INKS[endpoint.verdict]
    return tuple(
        paint(cell, ink, style) if index == 0 or (index > 1 and cell == sign) else cell
        for index, cell in enumerate(cells)
    )
