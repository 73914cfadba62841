"""Everything that `sensor status` says of a cluster, from the objects read. Pure."""

from collections.abc import Iterator

from preflight.kube import Object, strings, text
from preflight.model.sensor import (
    Coverage,
    Role,
    SensorStatus,
    Severity,
    Trouble,
    Workload,
)
from preflight.sensor.commands import advice, cluster_resource
from preflight.sensor.coverage import PARTS, coverage
from preflight.sensor.detect import detect
from preflight.sensor.health import restarts_of, short_of_pods, troubles
from preflight.sensor.inventory import Inventory
from preflight.sensor.method import installs
from preflight.sensor.names import SENSOR_ROLES, role_of
from preflight.sensor.nodes import scheduled
from preflight.sensor.place import ingestion
from preflight.sensor.proxy import proxies
from preflight.sensor.read import containers, kept, labels_of, name_of, namespace_of, template

MOST_IMAGES = 6
ORDER = tuple(Role)


def status(inventory: Inventory) -> SensorStatus:
    """What is there, how it stands, and what can be done about it."""
    detected = detect(inventory)
    found = installs(inventory)
    resource = cluster_resource(inventory)
    pods = _pods_by_workload(inventory)
    workloads = _workloads(inventory, pods)
    return SensorStatus(
        context=inventory.context,
        detected=detected,
        installs=found,
        workloads=workloads,
        troubles=(*_troubles(workloads, pods, inventory), *_parts(workloads)),
        coverage=_coverage(inventory, pods),
        proxies=proxies(inventory),
        ingestion=ingestion(inventory),
        resource=resource,
        advice=advice(
            detected.environment.value,
            found,
            resource,
            arc=detected.arc_connected.value is True,
        ),
        gaps=inventory.gaps,
    )


Pods = dict[tuple[str, str], list[Object]]
"""Namespace and name of a workload → its pods."""


def _pods_by_workload(inventory: Inventory) -> Pods:
    """By each workload's own selector."""
    found: Pods = {}
    for _, workload in inventory.workloads:
        wanted = strings(workload, "spec", "selector", "matchLabels")
        if wanted:
            namespace = namespace_of(workload)
            found[namespace, name_of(workload)] = [
                pod
                for pod in inventory.pods
                if namespace_of(pod) == namespace and wanted.items() <= labels_of(pod).items()
            ]
    return found


def _workloads(inventory: Inventory, pods: Pods) -> tuple[Workload, ...]:
    found = [
        _workload(kind, each, role, pods, inventory)
        for kind, each in inventory.workloads
        if (role := role_of(namespace_of(each), name_of(each))) is not None
    ]
    return tuple(
        sorted(found, key=lambda each: (ORDER.index(each.role), each.namespace, each.name))
    )


def _workload(kind: str, found: Object, role: Role, pods: Pods, inventory: Inventory) -> Workload:
    own = pods.get((namespace_of(found), name_of(found)), [])
    if kind == "DaemonSet":
        desired, ready = (
            scheduled(found, "desiredNumberScheduled"),
            scheduled(found, "numberReady"),
        )
    else:
        desired, ready = _replicas(found), scheduled(found, "readyReplicas")
    images = (kept(text(each, "image")) for each in containers(template(found)))
    known = role in SENSOR_ROLES and inventory.pods_seen
    return Workload(
        kind=kind,
        namespace=namespace_of(found),
        name=name_of(found),
        role=role,
        desired=desired,
        ready=ready,
        restarts=sum(map(restarts_of, own)) if known else None,
        images=tuple(dict.fromkeys(image for image in images if image))[:MOST_IMAGES],
    )


def _replicas(found: Object) -> int:
    spec = found.get("spec")
    stated = spec.get("replicas") if isinstance(spec, dict) else None
    return stated if isinstance(stated, int) and not isinstance(stated, bool) and stated >= 0 else 1


def _troubles(
    workloads: tuple[Workload, ...], pods: Pods, inventory: Inventory
) -> Iterator[Trouble]:
    for workload in workloads:
        place = str(workload)
        found = troubles(place, workload.role, pods.get((workload.namespace, workload.name), []))
        yield from found
        if workload.role in SENSOR_ROLES and not inventory.pods_seen:
            yield from short_of_pods(place, workload.desired, workload.ready)
        elif workload.role in SENSOR_ROLES and not found and workload.ready < workload.desired:
            yield _too_few(workload)
        elif workload.role not in SENSOR_ROLES and workload.ready < workload.desired:
            yield _companion(workload)


def _too_few(workload: Workload) -> Trouble:
    return Trouble(
        workload=str(workload),
        severity=Severity.BROKEN,
        title=f"{workload.ready} of {workload.desired} pods are ready",
        explanation="No pod shows why: some are missing altogether; kubectl describe shows what its controller says.",
    )


def _companion(workload: Workload) -> Trouble:
    """A companion is not the sensor, so it is only a warning."""
    return Trouble(
        workload=str(workload),
        severity=Severity.WARNING,
        title=f"{workload.ready} of {workload.desired} pods are ready",
        explanation="A companion of the sensor; its endpoints are a component of their own in the catalogue.",
    )


def _parts(workloads: tuple[Workload, ...]) -> Iterator[Trouble]:
    """Of a sensor, publisher and collector both have to be there."""
    spaces = {each.namespace for each in workloads if each.role in PARTS}
    for namespace in sorted(spaces):
        roles = {each.role for each in workloads if each.namespace == namespace}
        for role in PARTS:
            if role not in roles:
                yield Trouble(
                    workload=f"namespace {namespace}",
                    severity=Severity.BROKEN,
                    title=f"the {role.value} is missing",
                    explanation="The other parts of the sensor are there: an installation or a removal that did not end.",
                )


def _coverage(inventory: Inventory, pods: Pods) -> Coverage | None:
    """Over all installations together; only where nodes and pods could be seen, and a DaemonSet is there."""
    daemonsets = {
        role: each
        for each in inventory.daemonsets
        if (role := role_of(namespace_of(each), name_of(each))) in PARTS and role is not None
    }
    if not daemonsets or not inventory.nodes or not inventory.pods_seen:
        return None
    by_role = {role: _pods_of(role, inventory, pods) for role in PARTS}
    return coverage(inventory.nodes, daemonsets, by_role)


def _pods_of(role: Role, inventory: Inventory, pods: Pods) -> list[Object]:
    return [
        pod
        for each in inventory.daemonsets
        if role_of(namespace_of(each), name_of(each)) is role
        for pod in pods.get((namespace_of(each), name_of(each)), [])
    ]
