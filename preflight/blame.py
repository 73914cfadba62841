"""Report + policies → the report that names the rules: joins what measured with what the rules say. Pure."""

from collections.abc import Sequence
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
from preflight.policies import Rules

OF_PROXIES = frozenset({Engine.SQUID, Engine.PROXY})
"""Engines that judge what a proxy is asked for; all others judge the packets on the way to it."""
OF_QUESTIONS = frozenset({Reason.DNS_BLOCKED, Reason.DNS_RULE_REFUSES_NAME})
"""Reasons that are about the question for the host's name."""
REMEMBERED = 10_000
"""Answers that are kept; where every node is a question of its own, none would be asked for again."""


def blamed(report: Report, documents: Sequence[Document], source: Workload | None = None) -> Report:
    """The report with the rules that block named in its findings; `source` is what is known of where it was made."""
    return Blame(documents).named(report, source)


class Blame:
    """Rules that are read once and asked about many reports; a question that was asked already is not asked again."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._rules = Rules(documents)
        self._said: dict[Flow, Explanation] = {}

    def named(self, report: Report, source: Workload | None = None) -> Report:
        """The report with the rules that block named in its findings."""
        known = self._rules.known(source or source_of(report.vantage))
        asked, lookups = requests(report, known), questions(report, known)
        unresolved = {row.id for row in report.endpoints if is_stopped_at_lookup(row)}
        said = {
            id_: self._of_lookup(flow, lookups.get(id_))
            if id_ in unresolved
            else self._both(flow, asked.get(id_))
            for id_, flow in measured(report, known).items()
        }
        return attribute(report, said)

    def _of_lookup(self, flow: Flow, question: Flow | None) -> Explanation:
        """What judges the question for the name; whether the host itself may be reached says nothing of a name that led nowhere."""
        whole = self._explained(flow)
        about_names = [each for each in whole.path if each.engine is Engine.DNS]
        refused = [each for each in whole.path if each.reason in OF_QUESTIONS]
        if question is None:
            return replace(whole, path=(*refused, *about_names))
        beside = {Engine.DNS, *OF_PROXIES}
        sent = [each for each in self._explained(question).path if each.engine not in beside]
        return replace(whole, path=(*(sent or refused), *about_names))

    def _both(self, packet: Flow, request: Flow | None) -> Explanation:
        """What the way to the proxy is judged by, and then what the proxy is; without a proxy, everything at once."""
        on_the_way = self._explained(packet)
        if request is None:
            return on_the_way
        path = [each for each in on_the_way.path if each.engine not in OF_PROXIES]
        path += [each for each in self._explained(request).path if each.engine in OF_PROXIES]
        return replace(on_the_way, path=tuple(path))

    def _explained(self, flow: Flow) -> Explanation:
        said = self._said.get(flow)
        if said is None:
            if len(self._said) >= REMEMBERED:
                self._said.clear()
            said = self._said[flow] = self._rules.explain(flow)
        return said
