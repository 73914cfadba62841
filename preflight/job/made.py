"""What a run made in a cluster, and how it goes away again."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from preflight.errors import ClusterError, RefusedError
from preflight.job.template import APP, APP_LABEL, RUN_LABEL
from preflight.kube import CONFIG_MAPS, JOBS, PODS, SECRETS, Kube, Object, Resource, text

WORKERS = 16
PATIENCE = 15.0
"""Seconds in which the cluster's garbage collector usually takes the pods."""
PAUSE = 0.3
ATTEMPTS = 2
"""Of one deletion; the second after what was, perhaps, a hiccup."""


@dataclass(slots=True)
class Made:
    """Everything that may exist in a namespace because of one run; may be used from several threads."""

    kube: Kube
    namespace: str
    run: str
    patience: float = PATIENCE
    _objects: dict[tuple[Resource, str], None] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def create(self, resource: Resource, manifest: Object) -> Object:
        """The object that was made; remembered before the request, whose answer may get lost."""
        name = text(manifest, "metadata", "name")
        with self._lock:
            self._objects[resource, name] = None
        try:
            return self.kube.create(resource, manifest, namespace=self.namespace)
        except RefusedError as error:
            # Names hold the run's own random word, so what is there already is ours: only the first answer got lost.
            there = error.status == 409 and self.kube.get(resource, name, namespace=self.namespace)
            if there:
                return there
            self._forget(resource, name)
            raise

    def delete(self, resource: Resource, name: str) -> str:
        """Delete one object; why it could not be, else nothing."""
        problem = ""
        for _ in range(ATTEMPTS):
            try:
                self.kube.delete(resource, name, namespace=self.namespace)
            except ClusterError as error:
                problem = str(error)
            else:
                self._forget(resource, name)
                return ""
        return problem

    def remove(self) -> tuple[str, ...]:
        """Delete all that is left, and see the pods go. Remarks name what could not be removed, with the command to do so."""
        with self._lock:
            left = sorted(self._objects, key=lambda one: (one[0] == JOBS, one[1]))
        with ThreadPoolExecutor(max_workers=WORKERS) as pool:
            problems = list(pool.map(lambda one: self.delete(*one), left))
        stuck = [
            f"{resource.kind}/{name} ({problem})"
            for (resource, name), problem in zip(left, problems, strict=True)
            if problem
        ]
        if stuck:
            return (f"could not be removed: {_first(stuck)}; remove with: {self.command}",)
        return self._wait_for_pods() if left else ()

    @property
    def command(self) -> str:
        """What removes everything of this run."""
        return clean_command(self.kube.context, self.namespace, f"{RUN_LABEL}={self.run}")

    def _forget(self, resource: Resource, name: str) -> None:
        with self._lock:
            self._objects.pop((resource, name), None)

    def _wait_for_pods(self) -> tuple[str, ...]:
        """Pods go by themselves once their Job is deleted; here it is only made sure."""
        end = time.monotonic() + self.patience
        try:
            while True:
                selector = f"{RUN_LABEL}={self.run}"
                pods = self.kube.list(PODS, namespace=self.namespace, labels=selector)
                names = [text(pod, "metadata", "name") for pod in pods]
                if not names:
                    return ()
                if time.monotonic() > end:
                    return (
                        f"these pods still end: {_first(names)}; see: kubectl --context {self.kube.context} "
                        f"--namespace {self.namespace} get pods --selector {selector}",
                    )
                time.sleep(PAUSE)
        except ClusterError as error:
            return (f"whether its pods are gone could not be seen: {error}",)


def clean(
    kube: Kube, namespace: str | None, selector: str = f"{APP_LABEL}={APP}"
) -> tuple[list[str], list[str]]:
    """Delete what runs made, in one namespace or in all: names of what was deleted, and of what could not be and why."""
    found = [
        (resource, text(one, "metadata", "namespace"), text(one, "metadata", "name"))
        for resource in (JOBS, CONFIG_MAPS, SECRETS)
        for one in _listed(kube, resource, namespace, selector)
    ]

    def delete(one: tuple[Resource, str, str]) -> str:
        resource, space, name = one
        try:
            kube.delete(resource, name, namespace=space)
        except ClusterError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        problems = list(pool.map(delete, found))
    names = [f"{space}: {resource.kind}/{name}" for resource, space, name in found]
    paired = list(zip(names, problems, strict=True))
    return (
        [name for name, problem in paired if not problem],
        [f"{name} ({problem})" for name, problem in paired if problem],
    )


def clean_command(context: str, namespace: str, selector: str) -> str:
    """As one types it."""
    return (
        f"kubectl --context {context} --namespace {namespace} "
        f"delete jobs,configmaps,secrets --selector {selector}"
    )


def _listed(kube: Kube, resource: Resource, namespace: str | None, selector: str) -> list[Object]:
    """The objects; none where the user may not list secrets, of which there are any only with a proxy's credentials."""
    try:
        return list(kube.list(resource, namespace=namespace, labels=selector))
    except RefusedError as error:
        if resource == SECRETS and error.status == 403:
            return []
        raise


def _first(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
