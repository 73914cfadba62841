"""`sensor status` for a terminal: one word on how it stands, then what is there, what is wrong, and what that makes relevant."""

from collections.abc import Iterator
from itertools import groupby
from typing import assert_never

from preflight.model.diagnosis import Confidence
from preflight.model.endpoint import Environment
from preflight.model.names import CLOUDS, ENVIRONMENTS
from preflight.model.sensor import (
    Coverage,
    Fact,
    Install,
    Method,
    Relevance,
    Role,
    SensorStatus,
    Severity,
    Standing,
    Uncovered,
    Version,
    Workload,
)
from preflight.report.layout import Ink, columns, cut, paint
from preflight.report.sensor.parts import (
    advice,
    gaps,
    indented,
    labelled,
    marked,
    section,
    text_of,
    title,
)
from preflight.report.sensor.relevance import relevant
from preflight.report.style import PLAIN, Style

INKS = {
    Standing.HEALTHY: Ink.GOOD,
    Standing.PARTIAL: Ink.WARN,
    Standing.UNHEALTHY: Ink.BAD,
    Standing.ABSENT: Ink.DIM,
    Standing.UNKNOWN: Ink.WARN,
}
METHODS = {
    Method.AKS_ADD_ON: "AKS add-on",
    Method.ARC_EXTENSION: "Arc extension",
    Method.HELM: "Helm release",
    Method.UNKNOWN: "Arc extension or Helm, which of them nothing tells",
}
ROLES = {
    Role.PUBLISHER: "publisher",
    Role.COLLECTOR: "collector",
    Role.MISC_COLLECTOR: "collector, once",
    Role.ADMISSION: "admission",
    Role.AZURE_POLICY: "Azure Policy",
    Role.ARC_AGENT: "Arc agent",
}
LISTED = 5
"""Nodes and pods that are named."""


def render(status: SensorStatus, relevance: Relevance, style: Style = PLAIN) -> str:
    """Returns the whole status, no line wider than the style's width but for words that nothing can break."""
    return text_of(
        [
            *title(
                f"Microsoft Defender for Containers on {status.context or 'the cluster'}", style
            ),
            *_head(status, style),
            *_workloads(status.workloads, style),
            *_troubles(status, style),
            *_nodes(status.coverage, style),
            *_evidence(status, style),
            *relevant(relevance, style),
            *advice(status.advice, style),
            *gaps(status.gaps, style),
        ]
    )


def _head(status: SensorStatus, style: Style) -> Iterator[str]:
    word = status.standing.value.upper()
    first, *more = labelled([("Sensor", f"{word}: {_summary(status)}")], style)
    yield first.replace(word, paint(word, INKS[status.standing], style), 1)
    yield from more
    detected = status.detected
    yield from labelled(
        [
            ("Installed", "; ".join(map(_install, status.installs))),
            ("Version", _version(detected.sensor_version) if status.installs else ""),
            ("Cluster", _cluster(status)),
            ("Azure", _azure(status)),
            ("Sends to", _sends_to(status) if status.installs else ""),
            ("Workspace", _told(detected.workspace_id) if status.installs else ""),
            ("Proxy", _proxies(status) if status.workloads else ""),
        ],
        style,
    )


def _summary(status: SensorStatus) -> str:
    match status.standing:
        case Standing.ABSENT:
            return "no workload of the sensor is on the cluster"
        case Standing.UNHEALTHY:
            broken = sum(each.severity is Severity.BROKEN for each in status.troubles)
            return "1 thing is broken" if broken == 1 else f"{broken} things are broken"
        case Standing.UNKNOWN:
            return "nothing wrong was seen, but not everything could be looked at"
        case Standing.HEALTHY | Standing.PARTIAL:
            return _coverage_words(status.coverage)
    assert_never(status.standing)


def _coverage_words(coverage: Coverage | None) -> str:
    if coverage is None:
        return "its pods are ready"
    aside = coverage.nodes - coverage.meant
    others = f", Windows and virtual ones aside ({aside})" if aside else ""
    return (
        f"its pods are ready; publisher and collector run on {coverage.covered} of {coverage.meant} "
        f"nodes{others}"
    )


def _install(install: Install) -> str:
    release = f" {install.release}" if install.release and install.method is Method.HELM else ""
    return f"{METHODS[install.method]}{release} in {install.namespace}{_hedge(install.confidence)}"


def _hedge(confidence: Confidence | None) -> str:
    """The weaker words; what is confirmed needs none."""
    return "" if confidence in {None, Confidence.CONFIRMED} else f" ({confidence})"


def _version(fact: Fact[Version]) -> str:
    if fact.value is None:
        return f"cannot tell: {fact.doubt}"
    return ".".join(map(str, fact.value)) + _hedge(fact.confidence)


def _told(fact: Fact[str]) -> str:
    return f"{fact.value}{_hedge(fact.confidence)}" if fact.value else f"none known: {fact.doubt}"


def _cluster(status: SensorStatus) -> str:
    detected = status.detected
    environment = detected.environment
    if environment.value is None:
        return f"cannot tell the environment: {environment.doubt}"
    words = [f"{ENVIRONMENTS[environment.value]}{_hedge(environment.confidence)}"]
    if detected.region.value:
        words.append(f"{detected.region.value}{_hedge(detected.region.confidence)}")
    if detected.arc_connected.value and environment.value is not Environment.ARC:
        words.append("connected to Azure Arc")
    return ", ".join(words)


def _azure(status: SensorStatus) -> str:
    cloud = status.detected.cloud
    named = f"{CLOUDS[cloud.value]}{_hedge(cloud.confidence)}" if cloud.value else ""
    at = status.resource
    resource = f"resource {at.name} in {at.group}, subscription {at.subscription}" if at else ""
    return "; ".join(part for part in (named, resource) if part) or f"cannot tell: {cloud.doubt}"


def _sends_to(status: SensorStatus) -> str:
    found = status.ingestion
    if found.value:
        return f"{found.value}{_hedge(found.confidence)}"
    return f"cannot tell: {found.doubt}"


def _proxies(status: SensorStatus) -> str:
    """Each distinct setting once."""
    settings = dict.fromkeys(f"{each.variable} {each.value}" for each in status.proxies)
    return "; ".join(settings) or "none in the containers' environment"


def _workloads(found: tuple[Workload, ...], style: Style) -> Iterator[str]:
    if not found:
        return
    yield ""
    rows = [("WORKLOAD", "ROLE", "READY", "RESTARTS"), *(_row(each) for each in found)]
    widths = [max(columns(row[index]) for row in rows) for index in range(4)]
    widths[0] = min(widths[0], style.width - sum(widths[1:]) - 6)
    for row in rows:
        name = cut(row[0], widths[0], style)
        rest = "  ".join(cell.ljust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        yield f"{name}{' ' * (widths[0] - columns(name))}  {rest}".rstrip()


def _row(found: Workload) -> tuple[str, str, str, str]:
    restarts = "-" if found.restarts is None else str(found.restarts)
    return (
        f"{found.namespace}/{found.name}",
        ROLES[found.role],
        f"{found.ready}/{found.desired}",
        restarts,
    )


def _troubles(status: SensorStatus, style: Style) -> Iterator[str]:
    if not status.troubles:
        return
    yield from section("What is wrong", style)
    for index, trouble in enumerate(status.troubles):
        if index:
            yield ""
        ink = Ink.BAD if trouble.severity is Severity.BROKEN else Ink.WARN
        yield from marked(f"{trouble.workload}: {trouble.title}", ink, style)
        if trouble.explanation:
            yield from indented(trouble.explanation, style)
        nodes = tuple(filter(None, trouble.nodes))
        if nodes:
            yield from indented(f"Nodes: {_some(nodes)}", style)


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:LISTED])
    return shown if len(names) <= LISTED else f"{shown} and {len(names) - LISTED} more"


def _nodes(coverage: Coverage | None, style: Style) -> Iterator[str]:
    if coverage is None or not coverage.uncovered:
        return
    yield from section("Nodes without the sensor", style)
    ordered = sorted(coverage.uncovered, key=_sameness)
    for _, group in groupby(ordered, key=_sameness):
        alike = list(group)
        first = alike[0]
        pool = f" of pool {first.pool}" if first.pool else ""
        count = "1 node" if len(alike) == 1 else f"{len(alike)} nodes"
        missing = " and ".join(role.value for role in first.missing)
        ink = Ink.DIM if first.expected else Ink.WARN
        yield from marked(f"{count}{pool} without {missing}: {first.reason}", ink, style)
        yield from indented(_some(tuple(each.node for each in alike)), style)


def _sameness(found: Uncovered) -> tuple[str, str, tuple[Role, ...], bool]:
    return found.pool, found.reason, found.missing, found.expected


def _evidence(status: SensorStatus, style: Style) -> Iterator[str]:
    """The first clue of each fact: enough to look it up."""
    detected = status.detected
    facts: tuple[tuple[str, Fact[object]], ...] = (
        ("environment", detected.environment),
        ("region", detected.region),
        ("cloud", detected.cloud),
        ("Arc", detected.arc_connected),
        ("version", detected.sensor_version),
        ("sends to", status.ingestion),
        ("workspace", detected.workspace_id),
    )
    seen = [(name, fact.clues[0]) for name, fact in facts if fact.clues]
    seen += [("installed", each.clues[0]) for each in status.installs if each.clues]
    if seen:
        yield from section("Known by", style)
        yield from labelled(((name, f"{clue.where}: {clue.says}") for name, clue in seen), style)
