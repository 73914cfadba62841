"""How much one profile depends on an entry: the catalogue's word, adjusted by sensor version, features and what can be measured."""

from typing import assert_never

from preflight.model.endpoint import Cloud, Entry, Environment, Requirement, SensorPath
from preflight.model.profile import Selection

Version = tuple[int, int, int]
Judgement = tuple[Requirement, str]
"""A requirement, and when it holds, in plain words."""

FIRST_WITH_DEFENDER = {(0, 8): (0, 8, 39), (0, 9): (0, 9, 44)}
"""First sensor of each line that sends to `*.cloud.defender.*` (Defender sensor release notes, November 2025)."""
OLDER = "sensors older than 0.8.39 (0.8 line) and 0.9.44 (0.9 line)"


def requirement_of(entry: Entry, selection: Selection) -> Judgement:
    """The requirement of `entry` for this profile, and its condition.

    - An informational entry is optional.
    - An entry of one sensor generation follows the sensor's version (`_of_sensor`).
    - An entry needed by features is what the catalogue says: optional where having them is not the rule, conditional where it is.
      Naming its component says that the component is used: then the entry is required if the component is that very feature
      (`azure-policy`), else conditional, because the name does not say which of the component's features are in use
      (`monitor`: Container insights, or Prometheus).
    - A required rule behind which no name is known becomes conditional (`_measurable`).
    """
    if entry.informational:
        return Requirement.OPTIONAL, entry.condition
    return _measurable(entry, _of_profile(entry, selection))


def sends_to(version: Version) -> SensorPath:
    """Where a sensor of this version sends what it sees; lines before 0.8 are old, after 0.9 new."""
    line = version[:2]
    first = FIRST_WITH_DEFENDER.get(line, (0, 8, 0))
    return SensorPath.DEFENDER if version >= first else SensorPath.LOG_ANALYTICS


def _of_profile(entry: Entry, selection: Selection) -> Judgement:
    if entry.sensor is not None:
        return _of_sensor(entry, entry.sensor, selection)
    if entry.features:
        return _of_feature(entry, selection)
    return entry.requirement, entry.condition


def _of_feature(entry: Entry, selection: Selection) -> Judgement:
    if entry.component not in selection.components:
        return entry.requirement, entry.condition
    if entry.component in entry.features:
        return Requirement.REQUIRED, entry.condition
    return Requirement.CONDITIONAL, entry.condition or f"needed for {', '.join(entry.features)}"


def _of_sensor(entry: Entry, path: SensorPath, selection: Selection) -> Judgement:
    """The generation that the sensor's version belongs to is required, the other one not.

    A design choice, not documented text: what is documented is the version at which sensors changed.
    """
    match selection.cloud:
        case Cloud.PUBLIC:
            return _public(path, selection)
        case Cloud.USGOV:
            return _usgov(entry, path, selection)
        case Cloud.CHINA:
            # The service was retired there (2026-08-18): nothing that a sensor used is required any more.
            return entry.requirement, entry.condition
    assert_never(selection.cloud)


def _public(path: SensorPath, selection: Selection) -> Judgement:
    version = selection.sensor_version
    used = sends_to(version) if version else SensorPath.DEFENDER
    if path is used:
        return Requirement.REQUIRED, ""
    if path is SensorPath.DEFENDER:
        return Requirement.CONDITIONAL, f"needed after an upgrade; not used by {OLDER}"
    if version is None and selection.environment is Environment.AKS:
        return Requirement.CONDITIONAL, f"needed by {OLDER}: give --sensor-version X.Y.Z"
    # The pages for EKS, GKE and Arc dropped these names on 2025-10-23; the AKS page lists them for old sensors.
    return Requirement.LEGACY, f"was needed by {OLDER}"


def _usgov(entry: Entry, path: SensorPath, selection: Selection) -> Judgement:
    """In Azure Government, Log Analytics is the documented way, on AKS whatever the version, and elsewhere for an old sensor.

    The Defender name stands only in the official connectivity script, so it stays conditional (AKS outbound rules, 2026-06-18;
    `connectivity_test.sh`, 2026-02-16).
    """
    if path is SensorPath.DEFENDER:
        return Requirement.CONDITIONAL, entry.condition
    version = selection.sensor_version
    old = version is not None and sends_to(version) is SensorPath.LOG_ANALYTICS
    if old or selection.environment is Environment.AKS:
        return Requirement.REQUIRED, entry.condition
    return entry.requirement, entry.condition


def _measurable(entry: Entry, judged: Judgement) -> Judgement:
    """A required rule without any name to probe is conditional: it can never be measured, so it must not decide a run."""
    requirement, condition = judged
    if entry.hosts or requirement is not Requirement.REQUIRED:
        return judged
    said = "the rule is required, but no name behind it is documented that could be probed"
    return Requirement.CONDITIONAL, f"{condition}; {said}" if condition else said
