"""What else differs between two sides of a comparison, so that the place is not blamed for it: the proxy, and the resolver asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from preflight.diagnosis.vantages.shares import Share
from preflight.diagnosis.wording import listed
from preflight.model.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How the vantages where it stops, and those where it is open, leave and resolve."""

    has_same_proxy: bool
    """Whether some of either side leave by the same proxy, or by none."""
    has_same_resolver: bool
    """Whether both sides ask one resolver at least; with nobody on the other side, whether all of one side do."""
    remark: str
    """A sentence where the proxies differ; else empty."""


def ways(share: Share, reports: Sequence[Report]) -> Ways:
    """The ways of both sides."""
    stopped = [reports[position] for position in sorted(share.stopped)]
    open_at = [reports[position] for position in sorted(share.open)]
    here, there = _proxies(stopped), _proxies(open_at)
    has_same_proxy = not there or bool(here & there)
    return Ways(
        has_same_proxy=has_same_proxy,
        has_same_resolver=_shares_resolver(stopped, open_at),
        remark="" if has_same_proxy else _remark(here, there),
    )


def _proxies(reports: Iterable[Report]) -> set[str]:
    return {report.vantage.proxy or "none" for report in reports}


def _shares_resolver(stopped: Sequence[Report], open_at: Sequence[Report]) -> bool:
    if open_at:
        return bool(_resolvers(stopped) & _resolvers(open_at))
    common = [{*report.vantage.resolvers} for report in stopped]
    return bool(set.intersection(*common))


def _resolvers(reports: Iterable[Report]) -> set[str]:
    return {resolver for report in reports for resolver in report.vantage.resolvers}


def _remark(here: set[str], there: set[str]) -> str:
    return (
        f"They do not leave by the same proxy: here {listed(sorted(here))}, there {listed(sorted(there))}. Look at that first, for the"
        " place may have nothing to do with it."
    )
