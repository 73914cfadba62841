"""Cilium's endpoint selectors: label selectors whose keys say where a label comes from.

`k8s:` and `any:` before a key are left out. `io.kubernetes.pod.namespace` is the pod's namespace, `io.cilium.k8s.namespace.labels.X` a label of
the namespace, `io.cilium.k8s.policy.serviceaccount` its service account. A selector of a namespaced policy stays inside the policy's
own namespace, unless it names another one itself.

Source: cilium/cilium pkg/k8s/apis/cilium.io/utils, Documentation/security/policy/kubernetes.rst.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from preflight.policies.kubernetes.fields import Malformed
from preflight.policies.kubernetes.labels import Labelled, LabelSelector, Requirement, selector
from preflight.policies.kubernetes.target import Pod
from preflight.policies.kubernetes.truth import NO, Truth, every

NAMESPACE = "io.kubernetes.pod.namespace"
NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
SERVICE_ACCOUNT = "io.cilium.k8s.policy.serviceaccount"


class Scope(Enum):
    """Whose label is meant."""

    OWN = auto()
    NAMESPACE = auto()
    IDENTITY = auto()
    """What Cilium adds by itself."""
    RESERVED = auto()
    """What no pod has: `reserved:host`, `reserved:world`."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Pods that Cilium manages."""

    requirements: tuple[tuple[Scope, Requirement], ...]
    namespace: str | None
    """Where they have to be; None for anywhere."""

    def selects(self, pod: Pod) -> Truth:
        """Whether the pod is one of them; pods on the host network are none."""
        if pod.workload.host_network or self.namespace not in {None, pod.workload.namespace}:
            return NO
        return every(one.holds(_labelled(scope, pod)) for scope, one in self.requirements)


def endpoints(value: object, path: str, namespace: str | None) -> Endpoints:
    """The selector that stands there, of a policy in that namespace (None: of the whole cluster). Raises Malformed."""
    requirements = tuple(_scoped(selector(value, path), path))
    elsewhere = any(scope is Scope.NAMESPACE or one.key == NAMESPACE for scope, one in requirements)
    return Endpoints(requirements, None if elsewhere else namespace)


def _scoped(found: LabelSelector, path: str) -> Iterator[tuple[Scope, Requirement]]:
    for requirement in found.requirements:
        source, colon, key = requirement.key.rpartition(":")
        if colon and source == "reserved":
            yield Scope.RESERVED, requirement
        elif source not in {"", "any", "k8s"}:
            raise Malformed(
                f"{path} selects by labels of the source {source[:40]}, which are not known here"
            )
        elif key.startswith(NAMESPACE_LABELS):
            yield Scope.NAMESPACE, replace(requirement, key=key.removeprefix(NAMESPACE_LABELS))
        else:
            scope = Scope.IDENTITY if key in {NAMESPACE, SERVICE_ACCOUNT} else Scope.OWN
            yield scope, replace(requirement, key=key)


def _labelled(scope: Scope, pod: Pod) -> Labelled:
    match scope:
        case Scope.OWN:
            return pod.own
        case Scope.NAMESPACE:
            return pod.namespace
        case Scope.RESERVED:
            return Labelled({}, known=True, whose=pod.own.whose)
        case Scope.IDENTITY:
            workload = pod.workload
            labels = {NAMESPACE: workload.namespace}
            if workload.service_account:
                labels[SERVICE_ACCOUNT] = workload.service_account
            return Labelled(labels, known=workload.service_account is not None, whose=pod.own.whose)
