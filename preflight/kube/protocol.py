"""What we ask of a cluster."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, Protocol

from preflight.kube.resource import Resource

Object = Mapping[str, Any]
"""An object of the API as JSON, without `managedFields`; never trusted to be well-formed."""


@unique
class ChangeType(StrEnum):
    """What a watch says of an object."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One event of a watch; what exists when it begins comes first, as added."""

    type: ChangeType
    object: Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Whether the user may do something."""

    allowed: bool
    reason: str
    """The authorizer's own words, often empty."""


class Kube(Protocol):
    """One cluster, as one user sees it. Every call raises ClusterError when it cannot be answered."""

    @property
    def context(self) -> str:
        """The name of the kubeconfig's context."""
        ...

    def server_version(self) -> str:
        """The API server's version, such as `v1.33.1`."""
        ...

    def serves(self, resource: Resource) -> bool:
        """Whether the API has this resource, in this version."""
        ...

    def allowed(
        self, verb: str, resource: Resource, *, namespace: str | None = None, subresource: str = ""
    ) -> Permission:
        """Whether this user may, by SelfSubjectAccessReview; without a namespace: in all of them."""
        ...

    def list(
        self,
        resource: Resource,
        *,
        namespace: str | None = None,
        labels: str = "",
        fields: str = "",
    ) -> Iterator[Object]:
        """The objects, read page by page; of secrets the metadata alone."""
        ...

    def get(self, resource: Resource, name: str, *, namespace: str | None = None) -> Object | None:
        """The object; None when there is none. Secrets are not read this way."""
        ...

    def secret_value(self, name: str, key: str, *, namespace: str) -> str | None:
        """One value of a secret, decoded; None when there is none. Only the keys of READABLE_KEYS are ever returned."""
        ...

    def create(
        self, resource: Resource, manifest: Object, *, namespace: str | None = None
    ) -> Object:
        """The object as the cluster made it; RefusedError with status 409 when there is one already."""
        ...

    def delete(self, resource: Resource, name: str, *, namespace: str | None = None) -> bool:
        """Whether there was one to delete; what it owns goes with it, in the background."""
        ...

    def watch(
        self, resource: Resource, *, namespace: str, labels: str, seconds: float
    ) -> Iterator[Change]:
        """Changes of the objects with these labels, for so many seconds; interrupted connections are taken up again."""
        ...

    def log(self, pod: str, *, namespace: str, limit: int) -> bytes:
        """The first `limit` bytes of the log of the pod's only container."""
        ...

    def close(self) -> None:
        """Let go of connections; a watch that another thread is in ends soon after."""
        ...


READABLE_KEYS = frozenset({"WSID"})
"""Keys of secrets that may be read: the workspace id. The workspace's KEY is never read."""
