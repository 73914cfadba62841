"""Reads from a cluster what has to do with Defender, and notes what it may not read.

Reads only: lists and gets. Of secrets only the value of `WSID` is asked for; the kube room gives no other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from preflight.errors import RefusedError
from preflight.kube import (
    CONFIG_MAPS,
    DAEMON_SETS,
    DEPLOYMENTS,
    NODES,
    PODS,
    Kube,
    Object,
    Resource,
    strings,
)
from preflight.model.sensor import Gap
from preflight.sensor.inventory import WORKSPACE_PART, Inventory
from preflight.sensor.names import (
    ARC_NAMESPACE,
    CLUSTER_CONFIG,
    POLICY_NAMESPACES,
    SENSOR_NAMESPACES,
    SENSOR_ROLES,
    WORKSPACE_SECRETS,
    role_of,
)
from preflight.sensor.read import kept, name_of, namespace_of

EXTENSION_CONFIGS = tuple(
    Resource(group="clusterconfig.azure.com", version=version, plural="extensionconfigs")
    for version in ("v1", "v1beta1", "v1alpha1")
)
"""Where the Arc agents keep what they install. No page states the version, so each is asked for."""
NAMESPACES = tuple(dict.fromkeys((*SENSOR_NAMESPACES, ARC_NAMESPACE, *POLICY_NAMESPACES)))
"""Looked at one by one where the user may not list in all namespaces."""
FORBIDDEN = 403
_T = TypeVar("_T")


def gather(kube: Kube) -> Inventory:
    """The objects of the cluster that matter here. Raises UnreachableError; what is forbidden becomes a gap."""
    reading = _Reading(kube)
    nodes = reading.listed("the nodes", NODES)
    daemonsets = reading.everywhere("the sensor's DaemonSets", DAEMON_SETS)
    deployments = reading.everywhere("the sensor's Deployments", DEPLOYMENTS)
    workloads = (*daemonsets, *deployments)
    pods, pods_seen = reading.pods(workloads)
    config, arc_seen = reading.arc_config()
    return Inventory(
        context=kube.context,
        nodes=nodes or (),
        nodes_seen=nodes is not None,
        daemonsets=daemonsets,
        deployments=deployments,
        pods=pods,
        pods_seen=pods_seen,
        arc_config=config,
        arc_seen=arc_seen and reading.saw_arc,
        extensions=reading.extensions() if config is not None else (),
        workspaces=reading.workspaces(workloads),
        gaps=tuple(reading.gaps),
    )


@dataclass(slots=True)
class _Reading:
    """One pass over a cluster; gaps are noted in the order in which they are met."""

    kube: Kube
    gaps: list[Gap] = field(default_factory=list)
    saw_arc: bool = True

    def listed(
        self, part: str, resource: Resource, *, namespace: str | None = None, labels: str = ""
    ) -> tuple[Object, ...] | None:
        """The objects; None, and a gap, where the user may not list them."""
        return self.asked(
            part,
            lambda: tuple(self.kube.list(resource, namespace=namespace, labels=labels)),
            needs=right("list", resource, namespace),
        )

    def everywhere(self, part: str, resource: Resource) -> tuple[Object, ...]:
        """The workloads that are ours, of all namespaces; else of those in which they are known to be."""
        try:
            return tuple(_ours(self.kube.list(resource)))
        except RefusedError as refused:
            if refused.status != FORBIDDEN:
                self.gaps.append(gap(part, refused, right("list", resource, None)))
                self.saw_arc = False
                return ()
        found: list[Object] = []
        for namespace in NAMESPACES:
            seen = self.listed(f"{part} in {namespace}", resource, namespace=namespace)
            if seen is None and namespace == ARC_NAMESPACE:
                self.saw_arc = False
            found += _ours(iter(seen or ()))
        return tuple(found)

    def pods(self, workloads: tuple[Object, ...]) -> tuple[tuple[Object, ...], bool]:
        """The pods of the sensor's workloads, by each one's own selector; and whether all could be listed."""
        found: list[Object] = []
        complete = True
        for workload in workloads:
            selector = selector_of(workload)
            if role_of(namespace_of(workload), name_of(workload)) in SENSOR_ROLES and selector:
                seen = self.listed(
                    f"the pods of {name_of(workload)}",
                    PODS,
                    namespace=namespace_of(workload),
                    labels=selector,
                )
                complete = complete and seen is not None
                found += seen or ()
        return tuple(found), complete

    def arc_config(self) -> tuple[Object | None, bool]:
        """The Arc agents' settings, and whether they could be looked for."""
        before = len(self.gaps)
        found = self.asked(
            "the settings of the Arc agents",
            lambda: self.kube.get(CONFIG_MAPS, CLUSTER_CONFIG, namespace=ARC_NAMESPACE),
            needs=f"get configmaps/{CLUSTER_CONFIG} in {ARC_NAMESPACE}",
        )
        return found, len(self.gaps) == before

    def extensions(self) -> tuple[Object, ...]:
        """The Arc extensions, where the cluster has the resource."""
        resource = self.asked(
            "the Arc extensions",
            partial(served, self.kube, EXTENSION_CONFIGS),
            needs="read the API's own list of resources",
        )
        if resource is None:
            return ()
        return self.listed("the Arc extensions", resource, namespace=ARC_NAMESPACE) or ()

    def workspaces(self, workloads: tuple[Object, ...]) -> tuple[tuple[str, str], ...]:
        """The workspace id that each secret of the sensor names, in the namespaces where the sensor is."""
        spaces = {
            namespace_of(workload)
            for workload in workloads
            if role_of(namespace_of(workload), name_of(workload)) in SENSOR_ROLES
        }
        found: list[tuple[str, str]] = []
        for namespace in sorted(spaces):
            for name in WORKSPACE_SECRETS:
                value = self.asked(
                    WORKSPACE_PART,
                    partial(self.kube.secret_value, name, "WSID", namespace=namespace),
                    needs=f"get secrets/{name} in {namespace}",
                )
                if value:
                    found.append((f"{namespace}/{name}", value.strip()[:100]))
        return tuple(found)

    def asked(self, part: str, ask: "Callable[[], _T | None]", *, needs: str) -> "_T | None":
        """The answer; None, and a gap, where the API server refused."""
        try:
            return ask()
        except RefusedError as refused:
            self.gaps.append(gap(part, refused, needs))
            return None


def served(kube: Kube, versions: tuple[Resource, ...]) -> Resource | None:
    """The first of a resource's versions that the cluster has; None where it has none."""
    return next((resource for resource in versions if kube.serves(resource)), None)


def gap(part: str, refused: RefusedError, needs: str) -> Gap:
    """What a refusal leaves unknown; only a missing right names what is needed."""
    reason = kept(refused.message or refused.reason or f"HTTP status {refused.status}")
    return Gap(part=part, reason=reason, needs=needs if refused.status == FORBIDDEN else "")


def right(verb: str, resource: Resource, namespace: str | None) -> str:
    """A right in words, as `kubectl auth can-i` takes it."""
    if not resource.namespaced:
        return f"{verb} {resource.kind}"
    return f"{verb} {resource.kind} in {namespace or 'all namespaces'}"


def selector_of(workload: Object) -> str:
    """The labels by which a workload finds its pods, as a selector."""
    labels = strings(workload, "spec", "selector", "matchLabels")
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))


def _ours(found: Iterator[Object]) -> Iterator[Object]:
    return (each for each in found if role_of(namespace_of(each), name_of(each)) is not None)
