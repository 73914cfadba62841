"""A pod that ended → its report, by its log or else by its termination message; or why there is none."""

from dataclasses import dataclass, replace
from threading import Lock

from preflight.codec import compact, decode
from preflight.errors import ClusterError, ReportError
from preflight.job.reasons import Trouble, why_no_report
from preflight.kube import Kube, Object, items, mapping, text
from preflight.model.report import Report

LOG_LIMIT = 16 * 1024 * 1024
"""Bytes; the kubelet keeps 10 MiB of a log in one file by default."""
LINES = 200
"""Lines from the end that are looked at."""

_DECODING = Lock()
"""One report at a time: threads gain nothing here, and memory holds one log's worth of JSON."""

UNREAD = "Why its log could not be read: {}"
DELETED = "The pod was deleted while it ran; this is what it had measured until then."


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one pod left behind: a report, or a trouble."""

    report: Report | None
    trouble: Trouble | None


def has_ended(pod: Object) -> bool:
    """Whether the pod's container will not say any more."""
    if text(pod, "status", "phase") in {"Succeeded", "Failed"}:
        return True
    statuses = items(pod, "status", "containerStatuses")
    return bool(statuses) and all(mapping(one, "state", "terminated") for one in statuses)


def collect(kube: Kube, pod: Object, *, namespace: str) -> Collected:
    """The report of a pod that ended."""
    log, unread = _log(kube, text(pod, "metadata", "name"), namespace)
    report = last_report(log)
    if report is None:
        report = _from_message(pod, unread or "no line of it is a report")
    if report is None:
        return Collected(report=None, trouble=why_no_report(pod, unread or _last_line(log)))
    if report.interrupted and text(pod, "metadata", "deletionTimestamp"):
        report = replace(report, notices=(*report.notices, DELETED))
    return Collected(report=report, trouble=None)


def last_report(log: bytes) -> Report | None:
    """The last line of the log that is a report; the log may hold other lines, and the last one may be cut off."""
    for line in log.splitlines()[: -LINES - 1 : -1]:
        if line.lstrip().startswith(b"{"):
            try:
                with _DECODING:
                    return decode(line)
            except ReportError:
                continue
    return None


def _log(kube: Kube, pod: str, namespace: str) -> tuple[bytes, str]:
    """The log, and why it could not be read."""
    try:
        return kube.log(pod, namespace=namespace, limit=LOG_LIMIT), ""
    except ClusterError as error:
        return b"", str(error)


def _from_message(pod: Object, unread: str) -> Report | None:
    for status in items(pod, "status", "containerStatuses"):
        try:
            report = compact.decode(text(status, "state", "terminated", "message"))
        except ReportError:
            continue
        return replace(report, notices=(*report.notices, UNREAD.format(unread)))
    return None


def _last_line(log: bytes) -> str:
    lines = [line for line in log.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1] if lines else ""
