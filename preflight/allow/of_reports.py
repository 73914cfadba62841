"""Reports from several vantages → one request for what any of them found stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from preflight.allow.minimal import minimal
from preflight.allow.of_report import of_report
from preflight.allow.words import listed
from preflight.model.endpoint import Entry
from preflight.model.report import Finding, Report
from preflight.model.request import Occasion, Pods, Request
from preflight.model.vantage import Address

Same = tuple[str, tuple[str, ...]]
"""What makes two vantages' findings one: the cause, and what it stops."""


def of_reports(
    reports: Sequence[Report],
    *,
    name: str,
    entries: Mapping[str, Entry] | None = None,
    source: tuple[str, ...] = (),
    pods: Pods | None = None,
    components: Sequence[str] = (),
    waived_too: bool = False,
    addresses: Mapping[str, Sequence[Address]] | None = None,
) -> Request:
    """The request of all reports together, of which there is at least one; one finding of several vantages stands once.

    Options as for `of_report`. The profile is the first report's: vantages of one run have the same.
    """
    single = [
        of_report(
            report,
            name=name,
            entries=entries,
            source=source,
            pods=pods,
            components=components,
            waived_too=waived_too,
            addresses=addresses,
        )
        for report in renumbered(reports)
    ]
    if len(single) == 1:
        return single[0]
    occasions = [each.occasion for each in single if each.occasion is not None]
    findings = {f.id: f for occasion in reversed(occasions) for f in occasion.findings}
    return replace(
        single[0],
        rules=minimal(rule for each in single for rule in each.rules),
        source=tuple(dict.fromkeys(cidr for each in single for cidr in each.source)),
        occasion=Occasion(
            started_at=min(occasion.started_at for occasion in occasions),
            place=f"{len(occasions)} vantages ({listed(each.place for each in occasions)})",
            findings=tuple(findings[id_] for id_ in sorted(findings, key=_by_number)),
        ),
        remarks=tuple(dict.fromkeys(remark for each in single for remark in each.remarks)),
    )


def renumbered(reports: Sequence[Report]) -> list[Report]:
    """The reports with findings numbered over all of them; those of one cause that stop the same endpoints are one.

    Where no id means two things already, as after vantages were compared, every one is kept.
    """
    meant: dict[str, set[Same]] = {}
    for report in reports:
        for finding in report.findings:
            meant.setdefault(finding.id, set()).add(_same(finding))
    if all(len(different) == 1 for different in meant.values()):
        return list(reports)
    ids: dict[Same, str] = {}
    renamed = []
    for report in reports:
        findings = tuple(_named(finding, ids) for finding in report.findings)
        renamed.append(replace(report, findings=findings))
    return renamed


def _same(finding: Finding) -> Same:
    return finding.cause.value, finding.endpoints


def _named(finding: Finding, ids: dict[Same, str]) -> Finding:
    return replace(finding, id=ids.setdefault(_same(finding), f"F{len(ids) + 1}"))


def _by_number(id_: str) -> tuple[int, str]:
    """F2 before F10; whatever a saved report calls its findings, it has a place."""
    return len(id_), id_
