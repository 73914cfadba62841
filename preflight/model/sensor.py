"""What of Defender for Containers is on a cluster: the values of `sensor`, and what `job run` finds out about its cluster.

Texts from the cluster are bounded and without credentials here; they are escaped where they are shown.
"""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Generic, TypeVar

from preflight.model.diagnosis import Confidence
from preflight.model.endpoint import Cloud, Endpoint, Environment, Source

Version = tuple[int, int, int]
V_co = TypeVar("V_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """One thing seen on the cluster on which a fact rests."""

    where: str
    """The object, as in `node aks-pool-1` or `DaemonSet kube-system/microsoft-defender-publisher-ds`."""
    says: str
    """What of it, as in `label kubernetes.azure.com/cluster`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Generic[V_co]):
    """Something found out, with what it rests on; without a value it could not be told."""

    value: V_co | None = None
    confidence: Confidence | None = None
    """None where there is no value."""
    clues: tuple[Clue, ...] = ()
    doubt: str = ""
    """Why there is no value, or what speaks against the one given; may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part that could not be looked at."""

    part: str
    """What is therefore not known, as in `the workspace id`."""
    reason: str
    """The API server's own words, bounded."""
    needs: str
    """The right that was missing, as in `list daemonsets.apps in all namespaces`; empty where it was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What a cluster says of itself, for `--environment auto` from outside."""

    environment: Fact[Environment]
    cloud: Fact[Cloud]
    region: Fact[str]
    """The region of the nodes; of a cluster that is only Arc-connected, the Azure region of its Arc resource."""
    azure_region: Fact[str]
    """The Azure region that the Arc agents or the sensor report to."""
    arc_connected: Fact[bool]
    workspace_id: Fact[str]
    sensor_version: Fact[Version]
    components: tuple[str, ...] = ()
    """Components of the catalogue that are there for certain, in alphabetical order."""


@unique
class Method(StrEnum):
    """How the sensor came onto the cluster."""

    AKS_ADD_ON = "aks-add-on"
    ARC_EXTENSION = "arc-extension"
    HELM = "helm"
    UNKNOWN = "unknown"


@unique
class Role(StrEnum):
    """What a workload is there for."""

    PUBLISHER = "publisher"
    """Sends what was collected; the only part that needs a way out."""
    COLLECTOR = "collector"
    MISC_COLLECTOR = "misc-collector"
    ADMISSION = "admission-controller"
    AZURE_POLICY = "azure-policy"
    ARC_AGENT = "arc-agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A DaemonSet or Deployment and how many of its pods are well."""

    kind: str
    namespace: str
    name: str
    role: Role
    desired: int
    ready: int
    restarts: int | None = None
    """Of all its containers together; None where its pods could not be listed."""
    images: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """One installation of the sensor."""

    method: Method
    namespace: str
    confidence: Confidence
    release: str | None = None
    """Name of the Helm release, where one is stated."""
    clues: tuple[Clue, ...] = ()


@unique
class Severity(StrEnum):
    """How much a trouble matters."""

    BROKEN = "broken"
    """Something does not work now."""
    WARNING = "warning"
    """It works now, and something happened or is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with pods of one workload, in words; pods with the same trouble share one."""

    workload: str
    severity: Severity
    title: str
    explanation: str
    pods: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """A node on which a part of the sensor has no pod."""

    node: str
    pool: str
    """Empty where the node names none."""
    missing: tuple[Role, ...]
    reason: str
    expected: bool
    """Whether the sensor is not meant to run there: virtual and Windows nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """On how many nodes the sensor runs."""

    nodes: int
    covered: int
    uncovered: tuple[Uncovered, ...] = ()

    @property
    def meant(self) -> int:
        """On how many nodes it is meant to run: all but virtual and Windows ones."""
        return self.nodes - sum(each.expected for each in self.uncovered)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySetting:
    """A proxy variable of a workload's containers."""

    workload: str
    variable: str
    value: str
    """Without credentials; in words where it is not a plain value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterResource:
    """The cluster as Azure Resource Manager knows it."""

    subscription: str
    group: str
    name: str


@unique
class Purpose(StrEnum):
    """What a command is for."""

    ENABLE = "enable"
    WORKSPACE = "workspace"
    REMOVE = "remove"
    POLICIES = "policies"
    """No command: policy definitions whose assignments install the sensor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A documented command: shown, never run. What stands in angle brackets is the reader's to fill in."""

    purpose: Purpose
    title: str
    lines: tuple[str, ...]
    source: Source


@unique
class Standing(StrEnum):
    """How the sensor stands, in one word."""

    HEALTHY = "healthy"
    PARTIAL = "partial"
    """Well where it runs, and some nodes that it is meant for have no pod of it."""
    UNHEALTHY = "unhealthy"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    """Something could not be looked at, and what was seen is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorStatus:
    """What `sensor status` says of one cluster."""

    context: str
    detected: Detected
    installs: tuple[Install, ...] = ()
    workloads: tuple[Workload, ...] = ()
    """The sensor's and its companions', in the order of roles."""
    troubles: tuple[Trouble, ...] = ()
    coverage: Coverage | None = None
    """None where there is no sensor, or nodes or pods could not be listed."""
    proxies: tuple[ProxySetting, ...] = ()
    ingestion: Fact[str] = Fact()
    """The host that the publisher is set to send to."""
    resource: ClusterResource | None = None
    advice: tuple[Advice, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def standing(self) -> Standing:
        """What is broken decides, then what is missing, then what could not be seen."""
        if any(trouble.severity is Severity.BROKEN for trouble in self.troubles):
            return Standing.UNHEALTHY
        if self.coverage and self.coverage.covered < self.coverage.meant:
            return Standing.PARTIAL
        if self.gaps:
            return Standing.UNKNOWN
        return Standing.HEALTHY if self.installs else Standing.ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """What of the catalogue the findings make relevant, and the command lines that check it."""

    endpoints: tuple[Endpoint, ...] = ()
    """Those of the components that are there, or will be; empty where the environment is not known."""
    commands: tuple[str, ...] = ()
    """What checks them: from here, and from inside the cluster."""
    assumed: tuple[str, ...] = ()
    """What was taken for granted, in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """An object that a removal left."""

    kind: str
    namespace: str
    """Empty for an object of the whole cluster."""
    name: str
    why: str
    """By which documented name or label it is the sensor's."""
    counted: bool = True
    """Whether it is the sensor's for certain; another product may use what is not counted."""
    leaving: bool = False
    """Whether its deletion has begun and is not finished."""

    def __str__(self) -> str:
        place = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind} {place}{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What `sensor verify-removed` says of one cluster."""

    context: str
    looked_at: tuple[str, ...]
    """The resources of which every object was looked at."""
    leftovers: tuple[Leftover, ...] = ()
    gaps: tuple[Gap, ...] = ()
    advice: tuple[Advice, ...] = ()

    @property
    def counted(self) -> tuple[Leftover, ...]:
        """What is the sensor's for certain."""
        return tuple(leftover for leftover in self.leftovers if leftover.counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCall:
    """What came of the documented call of `sensor simulate-alert`."""

    context: str
    namespace: str
    pods: int | None
    """How many pods the answer held; None where the API server refused."""
    refusal: Gap | None = None
