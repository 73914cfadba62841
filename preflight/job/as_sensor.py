"""The sensor's own place and labels, so that the policies that select its pods select ours too."""

from collections.abc import Iterable
from dataclasses import dataclass

from preflight.errors import ClusterError
from preflight.job.template import HOST_DNS_POLICY
from preflight.kube import DAEMON_SETS, Kube, Object, mapping, strings, text

PREFIXES = ("microsoft-defender-publisher", "azuredefender-publisher", "microsoft-defender-collector", "azuredefender-collector")  # fmt: skip
"""Beginnings of its DaemonSets' names, current and older; only the publisher needs a way out (AKS and Helm pages, 2026-11)."""

NAMESPACES = ("kube-system", "mdc", "azuredefender")
"""Where the sensor is installed: in any other, everybody who may make a DaemonSet there may call it so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """What our pods take over."""

    namespace: str
    labels: tuple[tuple[str, str], ...]
    dns_policy: str
    """Of a pod in the node's network."""
    on_host_network: bool

    @property
    def is_at_home(self) -> bool:
        """Whether it is where Defender installs it."""
        return self.namespace in NAMESPACES


def find(kube: Kube) -> Sensor:
    """The sensor of this cluster; ClusterError when there is none."""
    sensor = _best(kube.list(DAEMON_SETS))
    if sensor is None:
        raise ClusterError(
            f"--as-sensor: no DaemonSet of the sensor is on {kube.context!r} "
            f"({', '.join(prefix + '*' for prefix in PREFIXES)})"
        )
    pod = mapping(sensor, "spec", "template")
    spec = mapping(pod, "spec")
    on_host_network = spec.get("hostNetwork") is True
    return Sensor(
        namespace=text(sensor, "metadata", "namespace"),
        labels=tuple(sorted(strings(pod, "metadata", "labels").items())),
        dns_policy=text(spec, "dnsPolicy") if on_host_network else HOST_DNS_POLICY,
        on_host_network=on_host_network,
    )


def _best(found: Iterable[Object]) -> Object | None:
    ranked = [
        (
            text(one, "metadata", "namespace") not in NAMESPACES,
            rank,
            text(one, "metadata", "name"),
            one,
        )
        for one in found
        for rank, prefix in enumerate(PREFIXES)
        if text(one, "metadata", "name").startswith(prefix)
    ]
    return min(ranked, key=lambda one: one[:3])[3] if ranked else None
