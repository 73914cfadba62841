"""Labels as Calico's selectors see them: a pod's and its namespace's, with those that Calico adds by itself.

Source: projectcalico/calico libcalico-go/lib/backend/k8s/conversion.
"""

from collections.abc import Callable
from functools import lru_cache

from preflight.policies.kubernetes.labels import Labelled
from preflight.policies.kubernetes.target import Pod

NAMESPACE = "projectcalico.org/namespace"
NAME = "projectcalico.org/name"
SERVICE_ACCOUNT = "projectcalico.org/serviceaccount"
ORCHESTRATOR = "projectcalico.org/orchestrator"


def _endpoint(pod: Pod) -> Labelled:
    """The pod's labels."""
    workload = pod.workload
    labels = {**pod.own.labels, NAMESPACE: workload.namespace, ORCHESTRATOR: "k8s"}
    if workload.service_account:
        labels[SERVICE_ACCOUNT] = workload.service_account
    return Labelled(labels, known=pod.own.known, whose=pod.own.whose)


def _namespace(pod: Pod) -> Labelled:
    """The labels of the pod's namespace."""
    labels = {**pod.namespace.labels, NAME: pod.workload.namespace}
    return Labelled(labels, known=pod.namespace.known, whose=pod.namespace.whose)


endpoint: Callable[[Pod], Labelled] = lru_cache(4096)(_endpoint)
namespace: Callable[[Pod], Labelled] = lru_cache(4096)(_namespace)
