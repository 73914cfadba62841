"""`sensor simulate-alert` for a terminal: what will be done, and what came of it."""

from collections.abc import Iterable, Iterator

from preflight.model.endpoint import Source
from preflight.model.sensor import AlertCall
from preflight.report.layout import Ink
from preflight.report.sensor.parts import (
    gaps,
    indented,
    labelled,
    marked,
    section,
    source,
    text_of,
    title,
)
from preflight.report.style import PLAIN, Style


def plan(context: str, namespace: str, minutes: int, alert: str, style: Style = PLAIN) -> str:
    """Returns what the call is and does, before it is made."""
    return text_of(
        [
            *title(
                f"Test alert of Microsoft Defender for Cloud on {context or 'the cluster'}", style
            ),
            *labelled(
                [
                    (
                        "The call",
                        f"kubectl get pods --namespace={namespace}, once, and nothing else",
                    ),
                    (
                        "It changes",
                        "nothing: it lists the pods of a namespace that does not exist. It does raise an alert, which your "
                        "security team sees.",
                    ),
                    (
                        "Expect",
                        f'an empty answer now, and within {minutes} minutes the alert "{alert}" on this cluster in Defender for '
                        "Cloud, Security alerts.",
                    ),
                    (
                        "It needs",
                        "the Containers plan; on Arc the extension; on EKS and GKE the collection of audit logs.",
                    ),
                    (
                        "It proves",
                        "that the API server's audit log reaches Defender for Cloud. It says nothing of the sensor's own way out.",
                    ),
                ],
                style,
            ),
        ]
    )


def render(
    call: AlertCall, minutes: int, alert: str, sources: Iterable[Source], style: Style = PLAIN
) -> str:
    """Returns what came of the call, and what to do next."""
    return text_of([*_outcome(call, minutes, alert, style), *_pages(sources, style)])


def _outcome(call: AlertCall, minutes: int, alert: str, style: Style) -> Iterator[str]:
    if call.refusal is not None:
        yield from marked("The call was refused, so no alert is to be expected.", Ink.WARN, style)
        yield from gaps([call.refusal], style)
        return
    if call.pods:
        noun = "pod" if call.pods == 1 else "pods"
        yield from marked(
            f"The namespace {call.namespace} has {call.pods} {noun}: somebody made it, so whether an alert follows is not known.",
            Ink.WARN,
            style,
        )
        return
    yield from marked("The call was answered as expected: no resources found.", Ink.GOOD, style)
    yield from indented(
        f'Within {minutes} minutes look for "{alert}" in Defender for Cloud, Security alerts.',
        style,
    )
    yield from indented(
        "No alert after an hour: the plan is off, the audit log is not collected, or this test is no longer known: the page of 2026-05-18 "
        "has a tool instead, which deploys test pods (github.com/microsoft/Defender-for-Cloud-Attack-Simulation).",
        style,
    )


def _pages(sources: Iterable[Source], style: Style) -> Iterator[str]:
    yield from section("Where this is documented", style)
    for each in sources:
        yield from source(each, style, by=2)
