"""Looks everywhere for what a removal left, and notes where it may not look."""

from collections.abc import Callable, Iterable

from preflight.errors import RefusedError
from preflight.kube import (
    CONFIG_MAPS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    NAMESPACES,
    PODS,
    SECRETS,
    SERVICE_ACCOUNTS,
    Kube,
    Object,
    Resource,
)
from preflight.model.sensor import Advice, Gap, Leftover, Removal
from preflight.sensor.commands import cluster_resource, deletions, removal
from preflight.sensor.detect import detect
from preflight.sensor.gather import EXTENSION_CONFIGS, FORBIDDEN, gap, gather, right, served
from preflight.sensor.leftovers import leftover
from preflight.sensor.method import installs
from preflight.sensor.names import SENSOR_NAMESPACES

RBAC = "rbac.authorization.k8s.io"
ADMISSION = "admissionregistration.k8s.io"
POLICIES = Resource(
    group=ADMISSION, version="v1", plural="validatingadmissionpolicies", namespaced=False
)
POLICY_BINDINGS = Resource(
    group=ADMISSION, version="v1", plural="validatingadmissionpolicybindings", namespaced=False
)
LOOKED_AT: tuple[tuple[str, Resource], ...] = (
    ("DaemonSet", DAEMON_SETS),
    ("Deployment", DEPLOYMENTS),
    ("Job", JOBS),
    ("CronJob", CRON_JOBS),
    ("Pod", PODS),
    ("Service", Resource(group="", version="v1", plural="services")),
    ("ServiceAccount", SERVICE_ACCOUNTS),
    ("ConfigMap", CONFIG_MAPS),
    ("Secret", SECRETS),
    ("Role", Resource(group=RBAC, version="v1", plural="roles")),
    ("RoleBinding", Resource(group=RBAC, version="v1", plural="rolebindings")),
    ("ClusterRole", Resource(group=RBAC, version="v1", plural="clusterroles", namespaced=False)),
    (
        "ClusterRoleBinding",
        Resource(group=RBAC, version="v1", plural="clusterrolebindings", namespaced=False),
    ),
    (
        "ValidatingWebhookConfiguration",
        Resource(
            group=ADMISSION,
            version="v1",
            plural="validatingwebhookconfigurations",
            namespaced=False,
        ),
    ),
    (
        "MutatingWebhookConfiguration",
        Resource(
            group=ADMISSION, version="v1", plural="mutatingwebhookconfigurations", namespaced=False
        ),
    ),
    ("ValidatingAdmissionPolicy", POLICIES),
    ("ValidatingAdmissionPolicyBinding", POLICY_BINDINGS),
    (
        "CustomResourceDefinition",
        Resource(
            group="apiextensions.k8s.io",
            version="v1",
            plural="customresourcedefinitions",
            namespaced=False,
        ),
    ),
    ("Namespace", NAMESPACES),
    ("ExtensionConfig", EXTENSION_CONFIGS[0]),
)
"""Every kind that the add-on, the extension and the chart make; of secrets the API server sends the names alone."""
NOT_EVERYWHERE = {
    "cronjobs": (CRON_JOBS,),
    "validatingadmissionpolicies": (POLICIES,),
    "validatingadmissionpolicybindings": (POLICY_BINDINGS,),
    "extensionconfigs": EXTENSION_CONFIGS,
}
"""Resources that a cluster need not have, with the versions to ask for: Kubernetes before 1.21 and 1.30, and clusters without Arc."""

Step = Callable[[str], None]


def look(kube: Kube, step: Step = lambda _: None) -> Removal:
    """Everything of the sensor that is still there. Raises UnreachableError; what is forbidden becomes a gap."""
    leftovers: list[Leftover] = []
    gaps: list[Gap] = []
    seen: list[str] = []
    for kind, resource in LOOKED_AT:
        step(resource.kind)
        try:
            there = _there(kube, resource)
            if there is not None:
                leftovers += _ours(kind, kube.list(there))
                seen.append(resource.kind)
        except RefusedError as refused:
            gaps.append(gap(resource.kind, refused, right("list", resource, None)))
            leftovers += _in_known_namespaces(kube, kind, resource, refused)
    return Removal(
        context=kube.context,
        looked_at=tuple(seen),
        leftovers=tuple(leftovers),
        gaps=tuple(gaps),
        advice=_advice(kube, tuple(leftovers)) if any(each.counted for each in leftovers) else (),
    )


def _there(kube: Kube, resource: Resource) -> Resource | None:
    """The resource in the version that the cluster has; None where it has none, and need not."""
    versions = NOT_EVERYWHERE.get(resource.plural)
    return resource if versions is None else served(kube, versions)


def _ours(kind: str, found: Iterable[Object]) -> list[Leftover]:
    return [left for each in found if (left := leftover(kind, each)) is not None]


def _in_known_namespaces(
    kube: Kube, kind: str, resource: Resource, refused: RefusedError
) -> list[Leftover]:
    """What is left where the sensor is known to be, for a user who may not look everywhere; the gap stays."""
    found: list[Leftover] = []
    if refused.status != FORBIDDEN or not resource.namespaced:
        return found
    for namespace in SENSOR_NAMESPACES:
        try:
            found += _ours(kind, kube.list(resource, namespace=namespace))
        except RefusedError:
            continue  # the gap that was noted says so already
    return found


def _advice(kube: Kube, leftovers: tuple[Leftover, ...]) -> tuple[Advice, ...]:
    """The commands that remove the installation that is there; without one, what deletes the rest by name."""
    inventory = gather(kube)
    found = installs(inventory)
    if not found:
        return deletions(leftovers)
    return removal(detect(inventory).environment.value, found, cluster_resource(inventory))
