"""Report + policies → the report that names the rules: joins what measured with what the rules say. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from preflight.attribution import attribute, packets, requests, source_of
from preflight.model.document import Document
from preflight.model.flow import Explanation, Flow, Workload
from preflight.model.report import Engine, Report
from preflight.policies import Rules

OF_PROXIES = frozenset({Engine.SQUID, Engine.PROXY})
"""Engines that judge what a proxy is asked for; all others judge the packets on the way to it."""

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
        sent, asked = packets(report, known), requests(report, known)
        said = {id_: self._both(flow, asked.get(id_)) for id_, flow in sent.items()}
        return attribute(report, said)

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
