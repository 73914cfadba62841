"""What a cluster says of itself: environment, cloud, region, workspace, the sensor's version. Pure.

Each fact has its clues and how sure they make it; where they are thin or disagree, there is no value and a reason.
"""

import re

from preflight.model.diagnosis import Confidence
from preflight.model.sensor import Clue, Detected, Fact, Role
from preflight.sensor.conclude import agreed
from preflight.sensor.inventory import WORKSPACE_PART, Inventory
from preflight.sensor.names import SENSOR_ROLES, role_of
from preflight.sensor.place import arc_connected, azure_region, cloud, environment, region
from preflight.sensor.read import name_of, namespace_of
from preflight.sensor.version import sensor_version

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
COMPONENTS = {
    Role.ADMISSION: "gated-deployment",
    Role.AZURE_POLICY: "azure-policy",
    Role.ARC_AGENT: "arc-agents",
}
"""Companions → the catalogue's component."""


def detect(inventory: Inventory) -> Detected:
    """Everything that can be told from these objects."""
    arc = arc_connected(inventory)
    azure = azure_region(inventory)
    found = environment(inventory, arc)
    return Detected(
        environment=found,
        cloud=cloud(inventory, found, azure),
        region=region(inventory, azure, found),
        azure_region=azure,
        arc_connected=arc,
        workspace_id=workspace_id(inventory),
        sensor_version=sensor_version(inventory),
        components=components(inventory),
    )


def workspace_id(inventory: Inventory) -> Fact[str]:
    """The workspace that the sensor's secret names under `WSID`; recent sensors need none."""
    named = [
        (value.lower(), Clue(where=f"secret {place}", says="key WSID"))
        for place, value in inventory.workspaces
        if GUID.fullmatch(value.lower())
    ]
    if inventory.workspaces:
        nothing = "the sensor's secret holds something else than a GUID under WSID"
    elif any(gap.part == WORKSPACE_PART for gap in inventory.gaps):
        nothing = "the sensor's secret may not be read"
    else:
        nothing = "no secret of the sensor names one, and recent sensors need none"
    return agreed(named, Confidence.CONFIRMED, nothing=nothing, about="the sensor's secrets")


def components(inventory: Inventory) -> tuple[str, ...]:
    """The catalogue's components whose workloads are there."""
    roles = {role_of(namespace_of(found), name_of(found)) for _, found in inventory.workloads}
    found = {name for role, name in COMPONENTS.items() if role in roles}
    if roles & (SENSOR_ROLES - {Role.ADMISSION}):
        found.add("defender-sensor")
    return tuple(sorted(found))
