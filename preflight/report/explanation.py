"""Explanations for people: what is denied, what cannot be told, and what no rule given forbids. Flows with one cause stand together."""

from collections.abc import Iterator, Sequence

from preflight.model.flow import Destination, Explanation, FlowVerdict, Reason, Ruling, Workload
from preflight.report.layout import Ink, cut, paint, wrap
from preflight.report.style import Style
from preflight.report.terms import ENGINES

HEADS = {
    FlowVerdict.DENIED: ("DENIED", "✗", "x", Ink.BAD),
    FlowVerdict.UNKNOWN: ("CANNOT BE TOLD", "?", "?", Ink.WARN),
    FlowVerdict.ALLOWED: ("NOT FORBIDDEN BY ANY RULE GIVEN", "✓", "+", Ink.GOOD),
}
REASONS = {
    Reason.EXPLICIT_ALLOW: "this rule allows it",
    Reason.EXPLICIT_DENY: "this rule denies it",
    Reason.NOT_SELECTED: "nothing of it applies to this source",
    Reason.DEFAULT_ALLOW: "allowed by default",
    Reason.DEFAULT_DENY: "no rule matches, denied by default",
    Reason.NO_EGRESS_RULES: "it has no egress rule at all",
    Reason.PORT_MISMATCH: "a rule matches but for port or protocol",
    Reason.TIER_DEFAULT_DENY: "no rule matches, denied by its tier's default",
    Reason.PASSED: "handed on to the next tier",
    Reason.DNS_BLOCKED: "the way to the resolver is closed",
    Reason.NAME_NOT_LEARNED: "the DNS rule that a rule by name needs is missing",
    Reason.DNS_RULE_REFUSES_NAME: "its DNS rule refuses the name",
    Reason.NEXT_HOP_NONE: "the route leads nowhere",
    Reason.INSPECTED: "allowed, and TLS is ended there",
    Reason.NEEDS_LIVE_DATA: "what was given does not tell",
    Reason.UNSUPPORTED: "not evaluated here",
}
"""In JSON, and in what scripts read, the reasons have codes."""
SOURCES = 3
"""Sources named in one line."""
LISTED = 12
"""Destinations named under one cause."""
ACCOMPLICES = 8
"""Further objects named under one cause."""
INDENT = "    "


def render(explanations: Sequence[Explanation], style: Style) -> str:
    """Return the text; it ends with a line end."""
    lines = [*_summary(explanations, style)]
    for verdict in HEADS:
        chosen = [one for one in explanations if one.verdict is verdict]
        if chosen:
            lines += ["", *_section(verdict, chosen, style)]
    lines += ["", *_caveats(explanations, style)]
    return "\n".join(lines) + "\n"


def _summary(explanations: Sequence[Explanation], style: Style) -> Iterator[str]:
    counts = [
        f"{sum(one.verdict is verdict for one in explanations)} {word}"
        for verdict, word in (
            (FlowVerdict.DENIED, "denied"),
            (FlowVerdict.UNKNOWN, "cannot be told"),
            (FlowVerdict.ALLOWED, "not forbidden"),
        )
    ]
    flows = "1 flow" if len(explanations) == 1 else f"{len(explanations)} flows"
    yield paint(f"{flows}: {', '.join(counts)}", Ink.BOLD, style)


def _section(verdict: FlowVerdict, chosen: list[Explanation], style: Style) -> Iterator[str]:
    head, sign, plain, ink = HEADS[verdict]
    yield paint(head, Ink.BOLD, style)
    mark = paint(sign if style.unicode else plain, ink, style)
    for number, (sources, members) in enumerate(_folded(chosen)):
        if number and verdict is not FlowVerdict.ALLOWED:
            yield ""
        yield from _group(sources, members, mark, style)


def _folded(chosen: list[Explanation]) -> Iterator[tuple[list[str], list[Explanation]]]:
    """Yield what stands together, with its sources: flows of one source by one way through the same rules, and sources of which all that is said is the same."""
    groups: dict[tuple[object, ...], list[Explanation]] = {}
    for one in chosen:
        groups.setdefault((one.flow.source, _way(one)), []).append(one)
    alike: dict[tuple[object, ...], list[list[Explanation]]] = {}
    for members in groups.values():
        hosts = tuple(shown_destination(one.flow.destination) for one in members)
        alike.setdefault((_way(members[0]), hosts), []).append(members)
    for same in alike.values():
        yield [shown_source(members[0].flow.source) for members in same], same[0]


def _way(one: Explanation) -> tuple[object, ...]:
    return tuple(
        (each.engine, each.verdict, each.name, each.rule, each.reason) for each in one.path
    )


def _group(
    sources: list[str], members: list[Explanation], mark: str, style: Style
) -> Iterator[str]:
    first = members[0]
    source = ", ".join(sources[:SOURCES])
    if len(sources) > SOURCES:
        source += f" and {len(sources) - SOURCES} more"
    hosts = [shown_destination(one.flow.destination) for one in members]
    lines = wrap(f"{source} to {hosts[0]}", style, first="  ", rest=INDENT)
    yield from (f"{mark}{line[1:]}" if number == 0 else line for number, line in enumerate(lines))
    for host in hosts[1:LISTED]:
        yield cut(f"{INDENT}and to {host}", style.width, style)
    if len(hosts) > LISTED:
        yield f"{INDENT}and to {len(hosts) - LISTED} more"
    if first.verdict is FlowVerdict.ALLOWED:
        yield from _steps(first, style)
        return
    deciding = next(one for one in first.path if one.verdict is first.verdict)
    for step in first.path:
        is_open = step.verdict is first.verdict is FlowVerdict.UNKNOWN
        yield from _step(step, style, in_full=is_open or step is deciding)
    yield from _accomplices(deciding, style)


def _steps(one: Explanation, style: Style) -> Iterator[str]:
    """The way of a flow that nothing forbids; why it is open, where no rule says so itself."""
    for step in one.path:
        speaks = step is one.path[-1] and step.reason is not Reason.EXPLICIT_ALLOW
        yield from _step(step, style, in_full=speaks)


def _step(step: Ruling, style: Style, *, in_full: bool) -> Iterator[str]:
    """One engine: by which rule, where that stands, and what it says; in full only where that decides."""
    where = f" ({step.origin})" if step.origin and (step.origin.file or step.origin.context) else ""
    rule = f" {step.rule}" if step.rule else ""
    name = f" {step.name}{rule}{where}" if step.name else ""
    head = f"{_engine(step)}{name}: {REASONS[step.reason]}"
    yield from wrap(head, style, first=INDENT, rest=INDENT * 2)
    if in_full and step.explanation:
        yield from wrap(step.explanation, style, first=INDENT * 2)


def _accomplices(deciding: Ruling, style: Style) -> Iterator[str]:
    for other in deciding.also[:ACCOMPLICES]:
        where = f" ({other.origin})" if other.origin and other.origin.file else ""
        yield from wrap(f"also {_engine(other)} {other.name}{where}", style, first=INDENT * 2)
    if len(deciding.also) > ACCOMPLICES:
        yield f"{INDENT * 2}and {len(deciding.also) - ACCOMPLICES} more; -o json names all"


def _engine(step: Ruling) -> str:
    return ENGINES.get(step.engine, step.engine.value)


def _caveats(explanations: Sequence[Explanation], style: Style) -> Iterator[str]:
    """What the verdicts do not say."""
    said = "Only rules that were given are judged: not forbidden does not mean that it works. `check` measures."
    if not any(one.path for one in explanations):
        said = "No rule among what was given concerns these flows. " + said
    if any(one.verdict is FlowVerdict.DENIED for one in explanations):
        said += " `rules request` writes what opens."
    yield from (paint(line, Ink.DIM, style) for line in wrap(said, style))


def shown_source(source: Workload) -> str:
    """The pod, or what else is known of where the flow begins."""
    if not source.namespace:
        address = str(source.address) if source.address else "anywhere"
        inside = "" if source.host_network else "a pod on "
        return f"{inside}node {source.node} ({address})" if source.node else address
    name = f"{source.namespace}/{source.pod}" if source.pod else f"pods of {source.namespace}"
    labels = ", ".join(f"{key}={value}" for key, value in source.labels[:1])
    shown = f" ({labels})" if labels and not source.pod else ""
    return f"{name}{shown}{', host network' if source.host_network else ''}"


def shown_destination(destination: Destination) -> str:
    """`host:port/protocol`."""
    pod = destination.workload
    host = destination.host or ", ".join(map(str, destination.addresses[:3]))
    place = f"pod {pod.namespace}/{pod.pod or '*'}" if pod else host
    return f"{place}:{destination.port}/{destination.transfer}"
