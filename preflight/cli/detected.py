"""What a cluster says of itself → the selection and the options that a person would have typed. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from preflight.model.endpoint import Cloud, Environment
from preflight.model.profile import Selection
from preflight.model.sensor import Detected, Fact

PROGRAM = "defender-preflight"
ARC_AGENTS = "arc-agents"


def selection(detected: Detected) -> Selection:
    """The part of the catalogue that what is there needs; the sensor's, where there is none yet."""
    named = (("region", _azure_or_own(detected)), ("workspace_id", detected.workspace_id.value))
    return Selection(
        environment=detected.environment.value,
        cloud=detected.cloud.value or Cloud.PUBLIC,
        components=tuple(dict.fromkeys(("defender-sensor", *detected.components))),
        sensor_version=detected.sensor_version.value,
        values=tuple((name, value) for name, value in named if value),
    )


def filled(typed: Mapping[str, Any], detected: Detected, *, cloud_typed: bool) -> dict[str, Any]:
    """The options of `check` and `job run` with what was left out taken from the cluster; what was typed stays."""
    said = dict(typed)
    for name, value, _ in _told(detected):
        left_out = not cloud_typed if name == "cloud" else said.get(name) in {None, "auto"}
        if left_out:
            said[name] = value
    return said


def remarks(typed: Mapping[str, Any], detected: Detected, *, cloud_typed: bool) -> tuple[str, ...]:
    """What `filled` took from the cluster and what it rests on, or why there is no environment; to be escaped where it is shown."""
    said = filled(typed, detected, cloud_typed=cloud_typed)
    lines = [
        f"{name.replace('_', ' ')} {value}, by {fact.clues[0].where}: {fact.clues[0].says}"
        for name, value, fact in _told(detected)
        if said[name] != typed.get(name) and fact.clues
    ]
    if said.get("environment") == "auto":
        lines.append(f"the environment cannot be told: {detected.environment.doubt}")
    return tuple(lines)


def _told(detected: Detected) -> Iterator[tuple[str, str, Fact[object]]]:
    """Option, the value that would be typed for it, and what it rests on."""
    version = detected.sensor_version
    facts: tuple[tuple[str, Fact[object]], ...] = (
        ("environment", detected.environment),
        ("cloud", detected.cloud),
        ("region", detected.region),
        ("workspace_id", detected.workspace_id),
    )
    for name, fact in facts:
        if fact.value is not None:
            yield name, str(fact.value), fact
    if version.value is not None:
        yield "sensor_version", ".".join(map(str, version.value)), version


def options(detected: Detected) -> Iterator[str]:
    """The options of `check` and `job run` that say the same; nothing of what could not be told."""
    if detected.environment.value:
        yield f"--environment {detected.environment.value}"
    if detected.cloud.value and detected.cloud.value is not Cloud.PUBLIC:
        yield f"--cloud {detected.cloud.value}"
    if region := detected.region.value:
        yield f"--region {region}"
    if version := detected.sensor_version.value:
        yield f"--sensor-version {'.'.join(map(str, version))}"
    if detected.workspace_id.value:
        yield f"--workspace-id {detected.workspace_id.value}"


def commands(detected: Detected) -> tuple[str, ...]:
    """What checks the endpoints from here and from the cluster; the Arc agents' on top, where the profile leaves them out."""
    said = " ".join(options(detected))
    lines = [f"{PROGRAM} check {said}", f"{PROGRAM} job run {said}"]
    if _has_arc_on_top(detected):
        region = detected.azure_region.value
        at = f" --region {region}" if region else ""
        environment = detected.environment.value
        lines.append(f"{PROGRAM} check --environment {environment}{at} --component {ARC_AGENTS}")
    return tuple(lines)


def assumptions(detected: Detected) -> tuple[str, ...]:
    """What was taken for granted where nothing told."""
    said = []
    if detected.cloud.value is None:
        said.append("the Azure public cloud, since nothing on the cluster names another")
    if detected.sensor_version.value is None:
        said.append("a sensor of today, since nothing states its version")
    return tuple(said)


def _azure_or_own(detected: Detected) -> str | None:
    """The region that fills names: of the Arc agents' endpoints the Azure one."""
    if _has_arc_on_top(detected):
        return detected.azure_region.value
    return detected.region.value


def _has_arc_on_top(detected: Detected) -> bool:
    """EKS or GKE with the Arc agents, whose endpoints count only where their component is named."""
    return bool(detected.arc_connected.value) and detected.environment.value in {
        Environment.EKS,
        Environment.GKE,
    }
