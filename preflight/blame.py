"""Report + policies → the report that names the rules: joins what measured with what the rules say. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from preflight.attribution import (
    attribute,
    is_stopped_at_lookup,
    measured,
    questions,
    requests,
    source_of,
)
from preflight.model.document import Document
from preflight.model.flow import Explanation, Flow, Reason, Workload
from preflight.model.report import Engine, Report
from preflight.policies import explain

OF_PROXIES = frozenset({Engine.SQUID, Engine.PROXY})
"""Engines that judge what a proxy is asked for; all others judge the packets on the way to it."""

OF_QUESTIONS = frozenset({Reason.DNS_BLOCKED, Reason.DNS_RULE_REFUSES_NAME})
"""Reasons that are about the question for the host's name."""


def blamed(report: Report, documents: Sequence[Document], source: Workload | None = None) -> Report:
    """The report with the rules that block named in its findings; `source` is what is known of where it was made."""
    return attribute(report, explained(report, documents, source or source_of(report.vantage)))


def explained(
    report: Report, documents: Sequence[Document], source: Workload
) -> dict[str, Explanation]:
    """What the rules say of each endpoint that was probed, by its id."""
    sent, asked = measured(report, source), requests(report, source)
    lookups = questions(report, source)
    flows = (*sent.values(), *asked.values(), *lookups.values())
    said = dict(zip(map(id, flows), explain(documents, flows), strict=True))
    unresolved = {row.id for row in report.endpoints if is_stopped_at_lookup(row)}
    return {
        id_: _of_lookup(said, flow, lookups.get(id_))
        if id_ in unresolved
        else _both(said, flow, asked.get(id_))
        for id_, flow in sent.items()
    }


def _of_lookup(said: Mapping[int, Explanation], flow: Flow, question: Flow | None) -> Explanation:
    """What judges the question for the name; whether the host itself may be reached says nothing of a name that led nowhere."""
    about_names = [each for each in said[id(flow)].path if each.engine is Engine.DNS]
    refused = [each for each in said[id(flow)].path if each.reason in OF_QUESTIONS]
    if question is None:
        return replace(said[id(flow)], path=(*refused, *about_names))
    sent = [
        each for each in said[id(question)].path if each.engine not in {Engine.DNS, *OF_PROXIES}
    ]
    return replace(said[id(flow)], path=(*(sent or refused), *about_names))


def _both(said: Mapping[int, Explanation], packet: Flow, request: Flow | None) -> Explanation:
    """What the way to the proxy is judged by, and then what the proxy is; without a proxy, everything at once."""
    on_the_way = said[id(packet)]
    if request is None:
        return on_the_way
    path = [each for each in on_the_way.path if each.engine not in OF_PROXIES]
    path += [each for each in said[id(request)].path if each.engine in OF_PROXIES]
    return replace(on_the_way, path=tuple(path))
