"""The rules of the cluster itself, in the order in which they are asked.

1. The admin tier of AdminNetworkPolicy and ClusterNetworkPolicy.
2. NetworkPolicies.
3. The baseline tier, for pods that nothing before has isolated.

A step that decides for good is the last one: what an admin rule accepts, no NetworkPolicy sees.
"""

from collections.abc import Iterator, Sequence

from preflight.model.document import Document
from preflight.model.flow import Flow, FlowVerdict, Reason, Ruling
from preflight.policies.kubernetes import cluster_network_policy, network_policy
from preflight.policies.kubernetes.cluster_network_policy import Said, Tier
from preflight.policies.kubernetes.inventory import Inventory
from preflight.policies.kubernetes.target import Pod, Target, pod, targets

SEVERITY = (FlowVerdict.DENIED, FlowVerdict.UNKNOWN, FlowVerdict.ALLOWED)
GOES_ON = {Reason.NOT_SELECTED, Reason.PASSED}


class Cluster:
    """Everything inside the cluster that may stop a pod's connection."""

    def __init__(self, documents: Sequence[Document], inventory: Inventory) -> None:
        self._tiers = cluster_network_policy.load(documents, inventory)
        self._policies = network_policy.load(documents)

    def steps(self, flow: Flow) -> tuple[Ruling, ...]:
        """What is said on the flow's way out of its pod, in order; of several addresses, the one that fares worst."""
        source = pod(flow.source)
        paths = [self._path(source, target) for target in targets(flow.destination)]
        return min(paths, key=_severity)

    def _path(self, source: Pod, target: Target) -> tuple[Ruling, ...]:
        return _joined(self._asked(source, target))

    def _asked(self, source: Pod, target: Target) -> Iterator[Said]:
        if self._tiers and (said := self._tiers.decide(Tier.ADMIN, source, target)):
            yield said
        if self._policies:
            yield Said(self._policies.decide(source, target))
        if self._tiers and (said := self._tiers.decide(Tier.BASELINE, source, target)):
            yield said


def _joined(steps: Iterator[Said]) -> tuple[Ruling, ...]:
    """The steps up to the one that decides; a doubt that would change nothing in the end is left out."""
    step = next(steps, None)
    if step is None:
        return ()
    ends = step.ruling.verdict is not FlowVerdict.ALLOWED or step.ruling.reason not in GOES_ON
    path = (step.ruling, *(() if ends else _joined(steps)))
    if step.doubt and path[-1].verdict is not step.if_so:
        return (step.doubt,)
    return path


def _severity(path: Sequence[Ruling]) -> int:
    return min((SEVERITY.index(one.verdict) for one in path), default=len(SEVERITY))
