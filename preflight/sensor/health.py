"""What is wrong with the pods of the sensor, in words. Pure.

A pod's state is read as kubectl shows it: why a container waits, how it ended last, how often it was started again. Logs are not read, and
what a container wrote when it ended is not repeated: it may hold anything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from preflight.kube import Object, integer, items, text
from preflight.model.sensor import Role, Severity, Trouble
from preflight.sensor.read import kept, name_of

MANY_RESTARTS = 5
"""Restarts from which a pod that runs now is worth a word; a node's restart alone makes one or two."""
LISTED = 20
"""Pods and nodes that are kept by name."""
IMAGE_REASONS = frozenset(
    {"ImagePullBackOff", "ErrImagePull", "InvalidImageName", "RegistryUnavailable"}
)
"""How the kubelet says that it has no image."""

PUBLISHER_CAUSES = (
    "The publisher is the part that needs the way out, so blocked egress is a usual cause: check it from these nodes. Known causes that "
    "look the same: a Log Analytics workspace with local authentication off (issue 1010 of microsoft/Microsoft-Defender-for-Cloud, "
    "2025-11-20), a read-only lock on it (issue 998), and AMPLS (Azure/AKS issue 4240)."
)
IMAGE_CAUSES = "Images come from mcr.microsoft.com and *.data.mcr.microsoft.com (component image-pull): check them from these nodes."
MEMORY_CAUSES = "The kernel ended it at its memory limit; the add-on's limits cannot be changed, the chart's can."


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """What one pod shows; equal symptoms of one workload become one trouble."""

    severity: Severity
    title: str
    explanation: str


def troubles(workload: str, role: Role, pods: Iterable[Object]) -> tuple[Trouble, ...]:
    """What is wrong with the pods of one workload; each pod counts for its worst symptom."""
    groups: dict[Symptom, list[Object]] = {}
    for pod in pods:
        if symptom := _worst(pod, role):
            groups.setdefault(symptom, []).append(pod)
    return tuple(
        Trouble(
            workload=workload,
            severity=symptom.severity,
            title=symptom.title,
            explanation=symptom.explanation,
            pods=tuple(name_of(pod) for pod in found[:LISTED]),
            nodes=tuple(dict.fromkeys(text(pod, "spec", "nodeName") for pod in found[:LISTED])),
        )
        for symptom, found in sorted(groups.items(), key=lambda group: group[0].severity)
    )


def restarts_of(pod: Object) -> int:
    """How often the pod's containers were started again, together."""
    return sum(max(integer(each, "restartCount") or 0, 0) for each in _statuses(pod))


def is_ready(pod: Object) -> bool:
    """Whether the pod says that it is ready."""
    return any(
        text(condition, "type") == "Ready" and text(condition, "status") == "True"
        for condition in items(pod, "status", "conditions")
    )


def _worst(pod: Object, role: Role) -> Symptom | None:
    if "deletionTimestamp" in (pod.get("metadata") or {}):
        return None  # on its way out: its successor counts
    for status in _statuses(pod):
        if symptom := _of_container(status, role):
            return symptom
    return _of_pod(pod) or _of_history(pod, role)


def _statuses(pod: Object) -> list[Object]:
    return [
        *items(pod, "status", "initContainerStatuses"),
        *items(pod, "status", "containerStatuses"),
    ]


def _of_container(status: Object, role: Role) -> Symptom | None:
    """Why a container does not run."""
    container = text(status, "name")[:63] or "a container"
    reason = text(status, "state", "waiting", "reason")
    message = kept(text(status, "state", "waiting", "message"))
    if reason in IMAGE_REASONS:
        said = f" The kubelet says: {message}." if message else ""
        return _broken(
            f"{container} has no image ({reason})", f"The node cannot pull it.{said} {IMAGE_CAUSES}"
        )
    if reason == "CrashLoopBackOff":
        return _broken(
            f"{container} is started again and again (CrashLoopBackOff)",
            f"{_ending(status)} {_causes(status, role)}".strip(),
        )
    if reason and reason not in {"ContainerCreating", "PodInitializing"}:
        said = f"The kubelet says: {message}." if message else "The kubelet gives no reason."
        return _broken(f"{container} cannot start ({reason[:63]})", said)
    if ended := _ended(status, "state"):
        if ended.startswith("code 0"):
            return None  # an init container that is done
        return _broken(f"{container} has ended ({ended})", _causes(status, role))
    return None


def _of_pod(pod: Object) -> Symptom | None:
    """What keeps the pod as a whole."""
    phase, reason = text(pod, "status", "phase"), text(pod, "status", "reason")[:63]
    if phase == "Failed":
        return _broken(
            f"the pod has failed ({reason or 'no reason given'})",
            kept(text(pod, "status", "message")) or "Its status says no more.",
        )
    for condition in items(pod, "status", "conditions"):
        if text(condition, "type") == "PodScheduled" and text(condition, "status") == "False":
            said = kept(text(condition, "message"))
            return _broken("the pod has no node", f"The scheduler says: {said or 'nothing'}.")
    if phase == "Pending":
        return _broken(
            "the pod is not started yet",
            "It has a node, and its containers are being made; if that lasts, `kubectl describe pod` shows the events.",
        )
    if phase == "Running" and not is_ready(pod):
        return _broken("the pod runs and is not ready", "Its containers do not report ready.")
    return None


def _of_history(pod: Object, role: Role) -> Symptom | None:
    """A pod that is well now, and was not."""
    for status in _statuses(pod):
        container = text(status, "name")[:63] or "a container"
        if text(status, "lastState", "terminated", "reason") == "OOMKilled":
            return Symptom(
                severity=Severity.WARNING,
                title=f"{container} ran out of memory (OOMKilled) and runs again",
                explanation=MEMORY_CAUSES,
            )
    if restarts_of(pod) >= MANY_RESTARTS:
        return Symptom(
            severity=Severity.WARNING,
            title=f"runs now, after {MANY_RESTARTS} or more restarts",
            explanation=_of_restarts(pod, role),
        )
    return None


def _of_restarts(pod: Object, role: Role) -> str:
    endings = [ending for status in _statuses(pod) if (ending := _ending(status))]
    return " ".join([*endings[:1], PUBLISHER_CAUSES if role is Role.PUBLISHER else ""]).strip()


def _causes(status: Object, role: Role) -> str:
    if text(status, "lastState", "terminated", "reason") == "OOMKilled":
        return MEMORY_CAUSES
    return PUBLISHER_CAUSES if role is Role.PUBLISHER else ""


def _ending(status: Object) -> str:
    """How the container ended last; without the time, so that equal endings are one."""
    ended = _ended(status, "lastState")
    return f"It ended last with {ended}." if ended else ""


def _ended(status: Object, which: str) -> str:
    code = integer(status, which, "terminated", "exitCode")
    if code is None:
        return ""
    reason = text(status, which, "terminated", "reason")[:63]
    return f"code {code}, {reason}" if reason else f"code {code}"


def _broken(title: str, explanation: str) -> Symptom:
    return Symptom(severity=Severity.BROKEN, title=title, explanation=explanation)


def short_of_pods(workload: str, desired: int, ready: int) -> Iterator[Trouble]:
    """A workload that wants more pods than are ready, where its pods themselves could not be looked at."""
    if ready < desired:
        yield Trouble(
            workload=workload,
            severity=Severity.BROKEN,
            title=f"{ready} of {desired} pods are ready",
            explanation="Its pods could not be listed, so the reason is not known.",
        )
