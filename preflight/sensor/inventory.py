"""The objects of a cluster that have to do with Defender, as they were read, and what could not be read."""

from dataclasses import dataclass

from preflight.kube import Object
from preflight.model.sensor import Gap

WORKSPACE_PART = "the workspace id"
"""What a gap leaves unknown where a secret may not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Everything that judgements are made from; whatever was not looked at is empty, and a gap says so."""

    context: str = ""
    nodes: tuple[Object, ...] = ()
    daemonsets: tuple[Object, ...] = ()
    """Only the sensor's and its companions'."""
    deployments: tuple[Object, ...] = ()
    """As above."""
    pods: tuple[Object, ...] = ()
    """The sensor's own."""
    arc_config: Object | None = None
    """The ConfigMap `azure-clusterconfig`."""
    extensions: tuple[Object, ...] = ()
    """Arc extensions, as `azure-arc` holds them."""
    workspaces: tuple[tuple[str, str], ...] = ()
    """Secrets, as `namespace/name`, and what each has under `WSID`; those without are left out."""
    gaps: tuple[Gap, ...] = ()
    nodes_seen: bool = True
    """Whether the nodes could be listed."""
    arc_seen: bool = True
    """Whether the namespace `azure-arc` could be looked at."""
    pods_seen: bool = True
    """Whether the pods of every workload could be listed."""

    @property
    def workloads(self) -> tuple[tuple[str, Object], ...]:
        """Kind and object of every workload."""
        return (
            *(("DaemonSet", each) for each in self.daemonsets),
            *(("Deployment", each) for each in self.deployments),
        )
