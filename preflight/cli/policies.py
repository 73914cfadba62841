"""Policies and exports that a command was given, and what they make of a report."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from preflight.errors import UsageError

if TYPE_CHECKING:
    from preflight.kube import Kube
    from preflight.model.document import Document
    from preflight.model.report import Report


def documents(paths: Sequence[str]) -> tuple["Document", ...]:
    """What `--policies` names, read before the first packet is sent; UsageError or ObjectError for what cannot be."""
    if not paths:
        return ()
    from preflight.cli.output import note
    from preflight.objects import read
    from preflight.policies import is_known, told

    found = read(paths)
    if not found:
        raise UsageError(f"--policies {' '.join(paths)}: no object was found there")
    if not is_known(found):
        raise UsageError(
            f"--policies {' '.join(paths)}: neither Kubernetes objects nor an export of a firewall that is known here"
        )
    for remark in told(found):
        note(remark)
    return found


def live_documents(kube: "Kube") -> tuple["Document", ...]:
    """The policies of a cluster and what they are about; what the user may not list is said on standard error."""
    from preflight.cli.output import note
    from preflight.objects import read_live

    live = read_live(kube)
    for remark in live.remarks:
        note(remark)
    return live.documents


def named(report: "Report", found: Sequence["Document"]) -> "Report":
    """The report with the rules that block named in its findings; as it is where none was given."""
    if not found:
        return report
    from preflight.blame import blamed

    return kept(report, lambda: blamed(report, found))


def kept(report: "Report", name: Callable[[], "Report"]) -> "Report":
    """What `name` makes of the report; the report with a remark when a bug of ours ends it, for what was measured is never lost."""
    try:
        return name()
    except Exception as bug:
        import logging
        from dataclasses import replace

        logging.getLogger("preflight").exception("the rules could not be compared with the report")
        remark = f"The rules were not compared with what was measured: an internal error ({type(bug).__name__}); please report it."
        return replace(report, notices=(*report.notices, remark))
