"""Which version the sensor has. Pure.

The tags of its images do not say so: each image has a line of its own (`security-publisher:1.1.63` belongs to sensor 0.10.36), so they
are never read as the sensor's version.
"""

import re
from collections.abc import Iterator

from preflight.kube import Object
from preflight.model.diagnosis import Confidence
from preflight.model.sensor import Clue, Fact, Role, Version
from preflight.sensor.conclude import agreed, first
from preflight.sensor.inventory import Inventory
from preflight.sensor.names import role_of
from preflight.sensor.read import clue, labels_of, name_of, namespace_of, variable

VERSION_LABEL = "app.kubernetes.io/version"
"""On the sensor's DaemonSets, as the chart 0.10.5 renders them."""
CHART_LABEL = "chart"
CHART = "microsoft-defender-for-containers-sensor-"
_VERSION = re.compile(r"v?([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})(?:[-+][0-9A-Za-z.+-]{1,64})?")
WITHOUT = "no workload of the sensor states its version; the tags of its images do not, since each image has a line of its own"


def sensor_version(inventory: Inventory) -> Fact[Version]:
    """By the label; else by the chart's label; else by the containers' own setting."""
    if not any(_is_sensor(found) for _, found in inventory.workloads):
        return Fact(doubt="no workload of the sensor is on the cluster")
    return first(
        *(
            agreed(by(inventory), sure, nothing=WITHOUT, about="the sensor's workloads")
            for by, sure in (
                (_by_label, Confidence.CONFIRMED),
                (_by_chart, Confidence.CONFIRMED),
                (_by_setting, Confidence.LIKELY),
            )
        )
    )


def _by_label(inventory: Inventory) -> Iterator[tuple[Version, Clue]]:
    for kind, found in _sensors(inventory):
        stated = labels_of(found).get(VERSION_LABEL, "")
        if version := parsed(stated):
            yield version, clue(kind, found, f"label {VERSION_LABEL}={stated}")


def _by_chart(inventory: Inventory) -> Iterator[tuple[Version, Clue]]:
    for kind, found in _sensors(inventory):
        stated = labels_of(found).get(CHART_LABEL, "")
        if version := parsed(stated.removeprefix(CHART)):
            yield version, clue(kind, found, f"label {CHART_LABEL}={stated}")


def _by_setting(inventory: Inventory) -> Iterator[tuple[Version, Clue]]:
    for kind, found in _sensors(inventory):
        stated = variable(found, "CHART_VERSION")
        if version := parsed(stated):
            yield version, clue(kind, found, f"CHART_VERSION={stated}")


def parsed(stated: str) -> Version | None:
    """The three numbers of a version; None for any other text."""
    found = _VERSION.fullmatch(stated)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def written(version: Version) -> str:
    """As people write it."""
    return ".".join(map(str, version))


def _sensors(inventory: Inventory) -> Iterator[tuple[str, Object]]:
    """DaemonSets of the sensor: the admission controller, a Deployment, has versions of its own."""
    for kind, found in inventory.workloads:
        if kind == "DaemonSet" and _is_sensor(found):
            yield kind, found


def _is_sensor(found: Object) -> bool:
    role = role_of(namespace_of(found), name_of(found))
    return role in {Role.PUBLISHER, Role.COLLECTOR, Role.MISC_COLLECTOR}
