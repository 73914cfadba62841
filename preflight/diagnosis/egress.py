"""Whether anything gets out at all: a fact about the whole run, for which single findings are told to speak."""

from collections.abc import Mapping, Sequence

from preflight.addresses import is_private
from preflight.diagnosis.lookups import found
from preflight.diagnosis.rows import Row
from preflight.diagnosis.verdicts import WORKING
from preflight.model.diagnosis import Cause, Verdict
from preflight.model.evidence import Connect, Outcome

BEFORE_CONNECTION = frozenset({Cause.TCP_DROPPED, Cause.TCP_REFUSED, Cause.TCP_UNREACHABLE})
"""Nothing connects: a device that decides by address and port, or no way out."""
AFTER_CONNECTION = frozenset(
    {
        Cause.TLS_RESET,
        Cause.TLS_DROPPED,
        Cause.TLS_CLOSED,
        Cause.HTTP_RESET,
        Cause.HTTP_DROPPED,
    }
)
"""Everything connects and nothing is answered: a device that completes TCP, and reads TLS on one port and HTTP on another."""

Group = Sequence[Row]


def closed(groups: Sequence[tuple[Cause, Group]], rows: Sequence[Row]) -> Mapping[Cause, str]:
    """How to say of each cause that nothing gets out, as in `No egress from here on port 80`; empty where something does.

    Causes stay apart where they differ; several are told apart by port or by address family, and not named so where that does not
    tell them apart.
    """
    probed = [row for row in rows if row.case is not None]
    public = [row for row in probed if not _is_private_and_open(row)]
    hosts = {row.endpoint.host for row in public}
    if len(hosts) < 2 or not _is_closed(public):
        return {}
    start = (
        "No egress from here"
        if len(public) == len(probed)
        else "No egress to public addresses from here"
    )
    shares = {cause: group for cause, group in groups if cause in _causes(public)}
    return {cause: f"{start}{kind}" for cause, kind in _kinds(shares).items()}


def _is_private_and_open(row: Row) -> bool:
    """Whether it works without leaving this network, as an API server's private address does."""
    addresses = found(row.case.evidence) if row.case else ()
    is_inside = bool(addresses) and all(map(is_private, addresses))
    return is_inside and row.diagnosis.verdict in WORKING


def _is_closed(rows: Sequence[Row]) -> bool:
    """Whether every row was tried, none got further than the others, and each block is of one kind."""
    causes = _causes(rows)
    if not causes or any(row.case is None or not row.case.evidence.attempts for row in rows):
        return False
    if causes <= BEFORE_CONNECTION:
        return not any(_came(row, even_connected=True) for row in rows)
    if causes <= AFTER_CONNECTION:
        return not any(_came(row, even_connected=False) for row in rows)
    return False


def _causes(rows: Sequence[Row]) -> frozenset[Cause | None]:
    return frozenset(
        row.diagnosis.cause for row in rows if row.diagnosis.verdict is Verdict.BLOCKED
    )


def _came(row: Row, *, even_connected: bool) -> bool:
    """Whether anything was answered there: a connection too, or only what was said over one."""
    return row.case is not None and any(
        step.outcome is Outcome.OK and (even_connected or not isinstance(step, Connect))
        for attempt in row.case.evidence.attempts
        for step in attempt.steps
    )


def _kinds(shares: Mapping[Cause, Group]) -> Mapping[Cause, str]:
    """What tells each cause from the others, in words; nothing for a single one, no entry for what is not told apart."""
    if len(shares) == 1:
        return dict.fromkeys(shares, "")
    ports = {cause: {row.endpoint.port for row in group} for cause, group in shares.items()}
    if _are_apart(list(ports.values())):
        return {
            cause: f" on port {' and '.join(map(str, sorted(own)))}" for cause, own in ports.items()
        }
    families = {cause: _families(group) for cause, group in shares.items()}
    if _are_apart(list(families.values())):
        return {
            cause: f" over IPv{' and IPv'.join(map(str, sorted(own)))}"
            for cause, own in families.items()
        }
    return {}


def _families(group: Group) -> set[int]:
    return {address.version for row in group if row.case for address in found(row.case.evidence)}


def _are_apart(sets: Sequence[set[int]]) -> bool:
    """Whether no two of them share anything."""
    return sum(map(len, sets)) == len(set().union(*sets)) and all(sets)
