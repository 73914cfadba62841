"""A finding on paper: what happened, what it stops, what to ask for, the rules that belong to it, and what to look for in the log."""

from collections.abc import Iterator

from preflight.model.happening import happened
from preflight.model.report import EvidenceLine, Finding, Report
from preflight.report.layout import Ink, fit, paint, wrap
from preflight.report.mends import Mend, by_name, mend, rule_text
from preflight.report.searches import flow, window
from preflight.report.style import Style
from preflight.report.terms import CONFIDENCE
from preflight.report.words import moment, packets, standing, target, whose

ENDPOINTS = 10
"""Endpoints named in one finding; the table above names all of them."""
RULES = 20
"""Rules named in one finding."""
PACKETS = 3
"""Packets shown for one finding: enough to find them in a log."""
INDENT = " " * 4
LABEL = 11
"""Columns of a label, the space after it included."""


def finding_lines(
    finding: Finding, report: Report, style: Style, *, where: str = "", source: str = ""
) -> Iterator[str]:
    """Yield the finding's lines; of several vantages also where it holds, and for whom its rules are to be opened."""
    head = f"{fit(finding.id, style)}  "
    first, *more = wrap(finding.title, style, first=head)
    yield from (paint(line, Ink.BOLD, style) for line in (first, *more))
    yield from wrap(finding.account, style, first=INDENT)
    purpose = mend(finding, report, source)
    for label, texts in (
        ("Cause", [f"{finding.cause.value}, {CONFIDENCE[finding.confidence]}"]),
        ("Where", [where] if where else []),
        ("Typical of", _device(finding)),
        ("Stops", _stops(finding, report)),
        *blockers(finding),
        ("Ask for", [finding.ask_for] if finding.ask_for else []),
        (purpose.label, _rules(finding, purpose)),
        ("Search log", _search(finding)),
        ("Look for", _packets(finding)),
    ):
        yield from _labelled(label, texts, style)


def _labelled(label: str, texts: list[str], style: Style) -> Iterator[str]:
    """Yield the label before the first text and nothing before the others; nothing at all without texts."""
    for number, text in enumerate(texts):
        yield from wrap(text, style, first=f"{INDENT}{'' if number else label:<{LABEL}}")


def blockers(finding: Finding) -> Iterator[tuple[str, list[str]]]:
    """Yield who blocks, and apart from them whom only the way it stops makes a suspect: an engine of which no rule is known."""
    known = [rule for rule in finding.blocked_by if not rule.is_suspected]
    suspected = [rule for rule in finding.blocked_by if rule.is_suspected]
    for label, rules in (("Blocked by", known), ("Suspect", suspected)):
        texts = [whose(rule, finding.cause) for rule in rules]
        yield label, [text for text in texts if text]


def _device(finding: Finding) -> list[str]:
    return [finding.search.device] if finding.search and finding.search.device else []


def _search(finding: Finding) -> list[str]:
    return [f"{window(finding.search)}, {flow(finding.search)}"] if finding.search else []


def _stops(finding: Finding, report: Report) -> list[str]:
    known = {endpoint.id: endpoint for endpoint in report.endpoints}
    chosen = [known.get(id_, id_) for id_ in finding.endpoints[:ENDPOINTS]]
    texts = [one if isinstance(one, str) else f"{target(one)} ({standing(one)})" for one in chosen]
    return texts + _more(len(finding.endpoints), ENDPOINTS)


def _rules(finding: Finding, purpose: Mend) -> list[str]:
    if not finding.allow:
        return []
    rules = by_name(finding.allow)
    texts = [rule_text(rule, tags if purpose.is_network else ()) for rule, tags in rules[:RULES]]
    return [purpose.where, *texts, *_more(len(rules), RULES)]


def _more(total: int, shown: int) -> list[str]:
    return [f"and {total - shown} more; -o json names all"] if total > shown else []


def _packets(finding: Finding) -> list[str]:
    lines = packets(finding.evidence, PACKETS)
    return [text for line in lines for text in _packet(line)]


def _packet(line: EvidenceLine) -> list[str]:
    flow = f"{line.source or '?'} → {line.destination}"
    detail = f"; {line.detail}" if line.detail else ""
    return [f"{moment(line.at)} UTC, {flow}", f"{happened(line)}{detail}"]
