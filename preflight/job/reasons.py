"""Why a pod gave no report, read from what the cluster itself says: pod, Job and events. Pure.

The detail is always in the cluster's own words; only which of them matter is decided here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from preflight.kube import Object, integer, items, mapping, text
from preflight.model.fleet import FailureReason

DETAIL_LIMIT = 600
"""Characters of a detail."""
LONGEST = 20_000
"""Characters of what is looked at for one."""
_USERINFO = re.compile(r"://[^\s\"]*@(?!sha256:)")
"""Up to the last `@`, because a password may hold one; that of an image's digest ends no user's name."""
PULL_REASONS = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError",
     "RegistryUnavailable", "SignatureValidationFailed"}
)  # fmt: skip
"""Of a waiting container (kubernetes/kubernetes: pkg/kubelet/images/types.go)."""
DENIALS = ("denied the request", "violates PodSecurity", "unable to validate against any pod security policy",
           "unable to validate against any security context constraint", "exceeded quota")  # fmt: skip
"""What admission says when it means it; anything else may pass at the next attempt."""

PATIENCE = {
    FailureReason.ADMISSION: 15.0,
    FailureReason.IMAGE_PULL: 20.0,
    FailureReason.UNSCHEDULABLE: 20.0,
    FailureReason.SANDBOX: 45.0,
    FailureReason.NOT_STARTED: 60.0,
}
"""Seconds for which each may yet resolve itself: two attempts of whoever tries again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What keeps a pod from running, or ended it."""

    reason: FailureReason
    detail: str
    patience: float
    """Seconds for which it may yet resolve itself."""


def why_no_pod(events: Iterable[Object]) -> Trouble | None:
    """What the Job's events say of a pod that was never made."""
    said = _messages(events, "FailedCreate")
    if not said:
        return None
    final = any(denial in said[-1] for denial in DENIALS)
    return (_final if final else _passing)(FailureReason.ADMISSION, said[-1])


def why_not_started(pod: Object, events: Sequence[Object]) -> Trouble | None:
    """What keeps an existing pod from running; None while nothing is wrong."""
    waiting = mapping(_container(pod), "state", "waiting")
    if text(waiting, "reason") in PULL_REASONS:
        return _pull_trouble(pod, waiting, events)
    if unschedulable := _unschedulable(pod):
        return _passing(FailureReason.UNSCHEDULABLE, unschedulable)
    if sandbox := _messages(events, "FailedCreatePodSandBox"):
        return _passing(FailureReason.SANDBOX, sandbox[-1])
    if text(waiting, "reason") in {"CreateContainerConfigError", "CreateContainerError"}:
        words = f"{text(waiting, 'reason')}: {text(waiting, 'message')}"
        return _passing(FailureReason.NOT_STARTED, words)
    if mount := _messages(events, "FailedMount"):
        return _passing(FailureReason.NOT_STARTED, mount[-1])
    return None


def why_no_report(pod: Object, last_line: str) -> Trouble:
    """What ended a pod that left no report behind."""
    state = mapping(_container(pod), "state", "terminated")
    reason = text(state, "reason")
    evicted = f"{text(pod, 'status', 'reason')}: {text(pod, 'status', 'message')}".strip(": ")
    if reason == "OOMKilled":
        return _final(FailureReason.OUT_OF_MEMORY, "the container was killed: OOMKilled")
    if text(pod, "status", "reason") == "DeadlineExceeded":
        return _final(FailureReason.TIMEOUT, evicted)
    if evicted:
        return _final(FailureReason.POD_LOST, evicted)
    code = integer(state, "exitCode")
    if code in {0, 1, 3, 130}:  # it had something to report
        return _final(FailureReason.UNREADABLE, f"it ended with exit code {code}; {last_line}")
    words = last_line or text(state, "message") or reason or "its container left no word"
    return _final(FailureReason.CRASHED, f"exit code {code}: {words}")


def why_failed(job: Object | None) -> Trouble | None:
    """What a Job says that has failed and whose pod nobody saw."""
    if job is None:
        return None
    for condition in items(job, "status", "conditions"):
        if (text(condition, "type"), text(condition, "status")) == ("Failed", "True"):
            return why_lost(None, job)
    return None


def why_lost(pod: Object | None, job: Object | None) -> Trouble:
    """What a pod's disappearance means."""
    for condition in items(job, "status", "conditions"):
        if text(condition, "type") == "Failed" and text(condition, "reason") == "DeadlineExceeded":
            return _final(FailureReason.TIMEOUT, text(condition, "message"))
    evicted = f"{text(pod, 'status', 'reason')}: {text(pod, 'status', 'message')}".strip(": ")
    return _final(FailureReason.POD_LOST, evicted or "the pod was deleted before it had a report")


def is_denial(words: str) -> bool:
    """Whether the API server's refusal is one of admission rather than of rights."""
    return "admission" in words or any(denial in words for denial in DENIALS)


def registry_of(image: str) -> str:
    """The registry's host in an image's name; docker.io where it names none."""
    first, slash, _ = image.partition("/")
    named = slash and (re.search(r"[.:]", first) or first == "localhost")
    return first if named else "docker.io"


def shortened(words: str) -> str:
    """The words in one line of bounded length, without user and password of URLs: kubelets quote the proxy that they use."""
    line = _USERINFO.sub("://***@", " ".join(words[:LONGEST].split()))
    return line if len(line) <= DETAIL_LIMIT else line[: DETAIL_LIMIT - 1] + "…"


def _final(reason: FailureReason, words: str) -> Trouble:
    return Trouble(reason=reason, detail=shortened(words), patience=0.0)


def _passing(reason: FailureReason, words: str) -> Trouble:
    """One that the cluster tries again to overcome."""
    return Trouble(reason=reason, detail=shortened(words), patience=PATIENCE[reason])


def _pull_trouble(pod: Object, waiting: Object, events: Sequence[Object]) -> Trouble:
    """An attempt that failed once may succeed at the next, which comes after ten seconds."""
    image = text(_container(pod), "image") or text(
        next(iter(items(pod, "spec", "containers")), {}), "image"
    )
    said = [words for words in _messages(events, "Failed") if not words.startswith("Error: ")]
    words = said[-1] if said else f"{text(waiting, 'reason')}: {text(waiting, 'message')}"
    reason = text(waiting, "reason")
    final = reason in {"InvalidImageName", "ErrImageNeverPull"}
    told = f"from {registry_of(image)}: {words}"
    return (_final if final else _passing)(FailureReason.IMAGE_PULL, told)


def _unschedulable(pod: Object) -> str:
    for condition in items(pod, "status", "conditions"):
        if (text(condition, "type"), text(condition, "status")) == ("PodScheduled", "False"):
            return text(condition, "message") or text(condition, "reason")
    return ""


def _container(pod: Object) -> Object:
    return next(iter(items(pod, "status", "containerStatuses")), {})


def _messages(events: Iterable[Object], reason: str) -> list[str]:
    """The messages of the events with this reason, oldest first."""
    found = [event for event in events if text(event, "reason") == reason]
    found.sort(key=lambda event: text(event, "lastTimestamp") or text(event, "eventTime"))
    return [text(event, "message") for event in found if text(event, "message")]
