"""`sensor verify-removed` for a terminal."""

from collections.abc import Iterator

from preflight.model.sensor import Removal
from preflight.report.layout import Ink, paint
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
from preflight.report.style import PLAIN, Style

LISTED = 5
"""Objects of one kind that are named; JSON has all."""
UNSEEN = (
    "On the nodes: /var/log/microsoft-defender-for-cloud and /var/microsoft/microsoft-defender-for-cloud, where pods of the sensor "
    "kept logs and state.",
    "In Azure: the plan (az security pricing show --name Containers), policy assignments that install the sensor again, and data that was "
    "sent already.",
    "Azure Policy and the agents of Azure Arc: others may use them, so they are not looked for.",
)
"""What an API server cannot show (removal page, 2026-01-25; state and logs: the chart 0.10.5 as rendered)."""


def render(removal: Removal, style: Style = PLAIN) -> str:
    """Returns what is left, what was looked at, and what cannot be seen from here."""
    return text_of(
        [
            *title(
                f"Removal of Microsoft Defender for Containers from {removal.context or 'the cluster'}",
                style,
            ),
            *_verdict(removal, style),
            *_left(removal, style),
            *gaps(removal.gaps, style),
            *section("Not to be seen through the API server", style),
            *(line for each in UNSEEN for line in indented(each, style, by=2)),
            *advice(removal.advice, style),
        ]
    )


def _verdict(removal: Removal, style: Style) -> Iterator[str]:
    word, ink, said = _said(removal)
    first, *more = labelled([("Sensor", f"{word}: {said}")], style)
    yield first.replace(word, paint(word, ink, style), 1)
    yield from more
    kinds = ", ".join(kind.partition(".")[0] for kind in removal.looked_at)
    yield from labelled([("Looked at", kinds or "nothing")], style)


def _said(removal: Removal) -> tuple[str, Ink, str]:
    if removal.counted:
        number = len(removal.counted)
        leaving = sum(each.leaving for each in removal.counted)
        said = "1 object is left" if number == 1 else f"{number} objects are left"
        if leaving == number:
            said += ", being deleted: look again in some minutes"
        elif leaving:
            said += f", {leaving} of them being deleted"
        return "LEFT", Ink.BAD, said
    if removal.gaps:
        return "UNKNOWN", Ink.WARN, "nothing was found, but not everything could be looked at"
    return "GONE", Ink.GOOD, "nothing of it is left in the cluster"


def _left(removal: Removal, style: Style) -> Iterator[str]:
    if not removal.leftovers:
        return
    yield from section("What is left", style)
    groups: dict[tuple[str, str, str, bool, bool], list[str]] = {}
    for each in removal.leftovers:
        alike = (each.kind, each.namespace, each.why, each.counted, each.leaving)
        groups.setdefault(alike, []).append(each.name)
    for (kind, namespace, why, counted, leaving), names in groups.items():
        yield from _group(kind, namespace, names, style, counted=counted)
        yield from indented(f"being deleted; {why}" if leaving else why, style)


def _group(
    kind: str, namespace: str, names: list[str], style: Style, *, counted: bool
) -> Iterator[str]:
    """Objects of one kind that are there for one reason, in one line; a sensor has a pod on every node."""
    shown = ", ".join(names[:LISTED])
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    place = f" in {namespace}" if namespace else ""
    yield from marked(f"{kind}{place}: {shown}{more}", Ink.BAD if counted else Ink.DIM, style)
