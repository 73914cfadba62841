"""A cluster in memory: objects by resource, namespace and name; what is created may start a play of its own."""

import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from preflight.errors import RefusedError
from preflight.kube import SECRETS, Change, ChangeType, Object, Permission, Resource, strings, text
from preflight.kube.protocol import READABLE_KEYS

Key = tuple[str, str, str]
"""Kind, namespace (empty for cluster-wide objects) and name."""


@dataclass(slots=True)
class FakeKube:
    """Implements `Kube`. Give it objects with `put`; `refusals` and `denied` say what it will not do."""

    name: str = "fake"
    version: str = "v1.33.1"
    unserved: set[str] = field(default_factory=set)
    """Kinds that this cluster does not have, such as `ciliumnetworkpolicies.cilium.io`."""
    denied: set[tuple[str, str]] = field(default_factory=set)
    """Verb and kind (`create`, `jobs.batch`; `get`, `pods/log`) that the user has no right to."""
    refusals: dict[tuple[str, str], Exception] = field(default_factory=dict)
    """Verb and kind → what is raised instead of an answer."""
    reactions: dict[str, Callable[["FakeKube", dict[str, Any]], None]] = field(default_factory=dict)
    """Kind → what the cluster's controllers do when such an object was created."""
    logs: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """Namespace and pod → its log."""
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    """Verb, kind and name of every call, in order."""
    objects: dict[Key, dict[str, Any]] = field(default_factory=dict)
    _watchers: list[tuple[str, str, str, "queue.Queue[Change]"]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def context(self) -> str:
        return self.name

    def put(self, resource: Resource, found: dict[str, Any]) -> dict[str, Any]:
        """Add or replace an object as its controller would; watchers see it."""
        with self._lock:
            key = self._key(resource, found)
            metadata = found.setdefault("metadata", {})
            metadata.setdefault("uid", f"uid-{next(self._numbers)}")
            metadata["resourceVersion"] = str(next(self._numbers))
            kind = ChangeType.MODIFIED if key in self.objects else ChangeType.ADDED
            self.objects[key] = found
            self._tell(resource, kind, found)
            return found

    def remove(self, resource: Resource, name: str, namespace: str = "") -> bool:
        """Take the object away, and whatever it owns."""
        with self._lock:
            found = self.objects.pop((resource.kind, namespace, name), None)
            if found is None:
                return False
            self._tell(resource, ChangeType.DELETED, found)
            for kind, space, owned in [
                key for key, other in self.objects.items() if _owned_by(other, found)
            ]:
                group, plural = kind.partition(".")[2], kind.partition(".")[0]
                self.remove(Resource(group=group, version="v1", plural=plural), owned, space)
            return True

    def names(self, resource: Resource) -> list[str]:
        """The names of all objects of this kind, sorted."""
        return sorted(name for kind, _, name in self.objects if kind == resource.kind)

    def server_version(self) -> str:
        self._call("get", "version", "")
        return self.version

    def serves(self, resource: Resource) -> bool:
        return resource.kind not in self.unserved

    def allowed(
        self, verb: str, resource: Resource, *, namespace: str | None = None, subresource: str = ""
    ) -> Permission:
        kind = f"{resource.kind}/{subresource}" if subresource else resource.kind
        return Permission(allowed=(verb, kind) not in self.denied, reason="")

    def list(
        self,
        resource: Resource,
        *,
        namespace: str | None = None,
        labels: str = "",
        fields: str = "",
    ) -> Iterator[Object]:
        self._call("list", resource.kind, "")
        with self._lock:
            found = [
                deepcopy(one)
                for (kind, space, _), one in self.objects.items()
                if kind == resource.kind
                and namespace in {None, space}
                and _has_labels(one, labels)
                and _has_fields(one, fields)
            ]
        if resource == SECRETS:
            found = [{"metadata": one["metadata"]} for one in found]
        return iter(found)

    def get(self, resource: Resource, name: str, *, namespace: str | None = None) -> Object | None:
        if resource == SECRETS:
            raise ValueError("a secret is not read whole: see secret_value")
        self._call("get", resource.kind, name)
        return deepcopy(self.objects.get((resource.kind, namespace or "", name)))

    def secret_value(self, name: str, key: str, *, namespace: str) -> str | None:
        """Secrets are put with `stringData`, not encoded."""
        if key not in READABLE_KEYS:
            raise ValueError(f"the key {key!r} of a secret is not ours to read")
        self._call("get", SECRETS.kind, name)
        return strings(self.objects.get((SECRETS.kind, namespace, name)), "stringData").get(key)

    def create(
        self, resource: Resource, manifest: Object, *, namespace: str | None = None
    ) -> Object:
        name = text(manifest, "metadata", "name")
        self._call("create", resource.kind, name)
        made: dict[str, Any] = deepcopy(dict(manifest))
        if namespace is not None:
            made["metadata"]["namespace"] = namespace
        with self._lock:
            if self._key(resource, made) in self.objects:
                raise refused(409, "AlreadyExists", f'{resource.plural} "{name}" already exists')
            made = self.put(resource, made)
        if reaction := self.reactions.get(resource.kind):
            reaction(self, made)
        return deepcopy(made)

    def delete(self, resource: Resource, name: str, *, namespace: str | None = None) -> bool:
        self._call("delete", resource.kind, name)
        return self.remove(resource, name, namespace or "")

    def watch(
        self, resource: Resource, *, namespace: str, labels: str, seconds: float
    ) -> Iterator[Change]:
        self._call("watch", resource.kind, "")
        changes: queue.Queue[Change] = queue.Queue()
        with self._lock:
            for (kind, space, _), one in self.objects.items():
                if kind == resource.kind and space == namespace and _has_labels(one, labels):
                    changes.put(Change(type=ChangeType.ADDED, object=deepcopy(one)))
            watcher = (resource.kind, namespace, labels, changes)
            self._watchers.append(watcher)
        end = time.monotonic() + seconds
        try:
            while (left := end - time.monotonic()) > 0:
                yield changes.get(timeout=left)
        except queue.Empty:
            return
        finally:
            with self._lock:
                self._watchers.remove(watcher)

    def log(self, pod: str, *, namespace: str, limit: int) -> bytes:
        self._call("get", "pods/log", pod)
        if (namespace, pod) not in self.logs:
            raise refused(404, "NotFound", f'pods "{pod}" not found')
        return self.logs[namespace, pod][:limit]

    def close(self) -> None:
        return None

    def _call(self, verb: str, kind: str, name: str) -> None:
        self.calls.append((verb, kind, name))
        if (verb, kind) in self.denied:
            raise refused(403, "Forbidden", f"{kind} is forbidden: User cannot {verb}")
        if refusal := self.refusals.get((verb, kind)):
            raise refusal

    def _key(self, resource: Resource, found: dict[str, Any]) -> Key:
        space = text(found, "metadata", "namespace") if resource.namespaced else ""
        return resource.kind, space, text(found, "metadata", "name")

    def _tell(self, resource: Resource, kind: ChangeType, found: dict[str, Any]) -> None:
        space = text(found, "metadata", "namespace")
        for watched, namespace, labels, changes in self._watchers:
            if watched == resource.kind and namespace == space and _has_labels(found, labels):
                changes.put(Change(type=kind, object=deepcopy(found)))


def refused(status: int, reason: str, message: str) -> RefusedError:
    """What an API server answers."""
    return RefusedError(request="fake", status=status, reason=reason, message=message)


def _owned_by(one: Object, owner: Object) -> bool:
    owners = one.get("metadata", {}).get("ownerReferences", [])
    return any(ref.get("uid") == text(owner, "metadata", "uid") for ref in owners)


def _has_labels(one: Object, selector: str) -> bool:
    """Equality and existence, joined by commas: all that we ask for."""
    labels = strings(one, "metadata", "labels")
    for part in filter(None, selector.split(",")):
        key, equals, value = part.partition("=")
        if key not in labels or (equals and labels[key] != value.removeprefix("=")):
            return False
    return True


def _has_fields(one: Object, selector: str) -> bool:
    for part in filter(None, selector.split(",")):
        path, _, value = part.partition("=")
        if text(one, *path.split(".")) != value.removeprefix("="):
            return False
    return True
