"""The engines of the cluster, in the order in which they are asked.

1. Deny rules of Cilium, which beat everything.
2. The admin tier of AdminNetworkPolicy and ClusterNetworkPolicy.
3. NetworkPolicies together with the allow rules of Cilium: one that allows is enough.
4. The baseline tier, for pods that nothing before has isolated.

Where Calico's policies are given, its tiers take the places that their orders give them: before the admin tier (1000), between it and the baseline
tier (10 000 000), and NetworkPolicies are asked inside its tier `default`. Last of all, whatever there is:

5. The way to the resolver, where the destination has a name: a path that is open is of no use to a pod that cannot ask for the address.

A step that decides for good is the last one: what an admin rule accepts, no NetworkPolicy sees.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from preflight.model.document import Document
from preflight.model.flow import Flow, FlowVerdict, Reason, Ruling
from preflight.policies.kubernetes import (
    calico,
    cilium,
    cluster_network_policy,
    network_policy,
    unevaluated,
)
from preflight.policies.kubernetes.cluster_network_policy import Tier
from preflight.policies.kubernetes.inventory import Inventory
from preflight.policies.kubernetes.resolvers import resolvers
from preflight.policies.kubernetes.said import Said
from preflight.policies.kubernetes.target import Pod, Target, pod, targets
from preflight.policies.kubernetes.wording import quoted

SEVERITY = (FlowVerdict.DENIED, FlowVerdict.UNKNOWN, FlowVerdict.ALLOWED)
GOES_ON = {Reason.NOT_SELECTED, Reason.PASSED}
ADMIN_ORDER, DEFAULT_ORDER, BASELINE_ORDER = 1_000, 1_000_000, 10_000_000
"""Where Calico puts the tiers of Kubernetes among its own (api/pkg/apis/projectcalico/v3/tier.go)."""

Path = tuple[Ruling, ...]
Stage = tuple[float, Callable[[Pod, Target], Iterator[Said]]]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """What keeps a pod from asking for a name."""

    denied: Ruling
    is_refused: bool
    """Whether the resolver may be asked, but not for this name."""


class Cluster:
    """Everything inside the cluster that may stop a pod's connection."""

    def __init__(self, documents: Sequence[Document], inventory: Inventory) -> None:
        of_cilium, of_calico = cilium.load(documents, inventory), calico.load(documents, inventory)
        self._others = unevaluated.load(documents)
        self._dataplanes = [Dataplane(documents, inventory, of_cilium, None)]
        if of_calico:
            # one of them alone is enforced; where objects of both lie about, each is asked
            ours = Dataplane(documents, inventory, None, of_calico)
            self._dataplanes = [*(self._dataplanes if of_cilium else ()), ours]

    def steps(self, flow: Flow) -> Path:
        """What is said on the flow's way out of its pod, in order; of several addresses, the one that fares worst."""
        said = tuple(said for each in self._dataplanes for said in each.steps(flow))
        if flow.source.host_network or flow.destination.workload is not None:
            return said
        namespaces = {None, flow.source.namespace}
        others = (one.ruling() for one in self._others if one.namespace in namespaces)
        return (*said, *others)


class Dataplane:
    """What one network plugin makes of the policies that it knows."""

    def __init__(
        self,
        documents: Sequence[Document],
        inventory: Inventory,
        of_cilium: cilium.CiliumPolicies | None,
        of_calico: calico.CalicoPolicies | None,
    ) -> None:
        self._cilium, self._calico = of_cilium, of_calico
        self._pods_known = bool(inventory.workloads)
        self._tiers = cluster_network_policy.load(documents, inventory)
        blocks_cover_pods = False if self._cilium else True if self._calico else None
        self._policies = network_policy.load(documents, blocks_cover_pods=blocks_cover_pods)
        self._stages = self._in_order()
        self._resolution = lru_cache(4096)(self._resolved)
        self._resolvers = lru_cache(4096)(
            partial(resolvers, inventory, by_service=blocks_cover_pods is None)
        )

    def steps(self, flow: Flow) -> Path:
        """What is said of the flow, in order."""
        if not (self._tiers or self._cilium or self._calico or self._policies):
            return ()
        if flow.source.host_network:
            return (self._uncovered(),) if flow.source.namespace else ()
        source = pod(flow.source)
        ways = targets(flow.destination, pods_known=self._pods_known)
        path = min((self._path(source, one) for one in ways), key=_severity)
        return path if flow.source.network_known else tuple(map(_if_a_pod, path))

    def _path(self, source: Pod, target: Target) -> Path:
        path = self._through(source, target)
        if target.host is None or _verdict(path) is not FlowVerdict.ALLOWED:
            return path
        # only Cilium looks at what is asked for
        blocked = self._resolution(source, target.host if self._cilium else None)
        return (*path, _unresolved(blocked, target.host)) if blocked else path

    def _through(self, source: Pod, target: Target) -> Path:
        """What is said of one address; a deny rule of Cilium comes first, and one in doubt matters unless something else denies."""
        denied = self._cilium.denies(source, target) if self._cilium else None
        if denied and denied.verdict is FlowVerdict.DENIED:
            return (denied,)
        path = _joined(said for _, ask in self._stages for said in ask(source, target))
        if denied and _verdict(path) is not FlowVerdict.DENIED:
            return (denied,)
        return path

    def _in_order(self) -> list[Stage]:
        """Everything that is asked, by its place among Calico's tiers."""
        admin = (ADMIN_ORDER, partial(self._in_tier, Tier.ADMIN))
        baseline = (BASELINE_ORDER, partial(self._in_tier, Tier.BASELINE))
        if self._calico is None:
            return [admin, (DEFAULT_ORDER, self._pod_policies), baseline]
        tiers = [(tier.order, partial(self._in_calico, tier)) for tier in self._calico.tiers()]
        return sorted([*tiers, admin, baseline], key=lambda stage: stage[0])

    def _in_tier(self, tier: Tier, source: Pod, target: Target) -> Iterator[Said]:
        if self._tiers and (said := self._tiers.decide(tier, source, target)):
            yield said

    def _pod_policies(self, source: Pod, target: Target) -> Iterator[Said]:
        yield from map(Said, _together(self._allowing(source, target)))

    def _in_calico(self, tier: calico.Tier, source: Pod, target: Target) -> Iterator[Said]:
        assert self._calico is not None  # noqa: S101 - its tiers are asked only where there are some
        kubernetes = self._policies.decide if self._policies else None
        yield self._calico.decide(tier, source, target, kubernetes)

    def _allowing(self, source: Pod, target: Target) -> Iterator[Ruling]:
        if self._cilium:
            asked = self._resolvers(target.host) if target.host else ()
            yield self._cilium.decide(source, target, asked)
        if self._policies:
            yield self._policies.decide(source, target)

    def _resolved(self, source: Pod, query: str | None) -> Unresolved | None:
        """None where a resolver may be asked, or that cannot be told; what denies it otherwise."""
        asked = self._resolvers(query)
        paths = [self._through(source, resolver) for resolver in asked]
        if any(_verdict(path) is not FlowVerdict.DENIED for path in paths):
            return None
        anything = self._through(source, replace(asked[0], query=None))
        is_refused = _verdict(anything) is not FlowVerdict.DENIED
        return Unresolved(paths[0][-1], is_refused=is_refused)

    def _uncovered(self) -> Ruling:
        """What is said of a pod on the host network."""
        said = "The pod uses its node's network: policies for pods do not cover it, what holds for the node does."
        if self._cilium:
            doubt = (
                self._cilium.node_policies,
                "CiliumClusterwideNetworkPolicy",
                "Cilium's host firewall",
            )
            engine = cilium.ENGINE
        elif self._calico:
            doubt = self._calico.host_endpoints, "HostEndpoint", "the policies that select it"
            engine = calico.ENGINE
        else:
            engine = network_policy.ENGINE if self._policies else cluster_network_policy.ENGINE
            doubt = (), "", ""
        names, kind, decides = doubt
        if not names:
            return Ruling(
                engine=engine,
                verdict=FlowVerdict.ALLOWED,
                reason=Reason.NOT_SELECTED,
                explanation=said,
            )
        return Ruling(
            engine=engine,
            verdict=FlowVerdict.UNKNOWN,
            reason=Reason.NEEDS_LIVE_DATA,
            name=names[0],
            explanation=f"{said} There {kind} {quoted(names[0])} may count, which depends on {decides}.",
        )


def _joined(steps: Iterator[Said]) -> Path:
    """The steps up to the one that decides; a doubt that would change nothing in the end is left out."""
    step = next(steps, None)
    if step is None:
        return ()
    path = (step.ruling, *(_joined(steps) if _goes_on(step.ruling) else ()))
    if step.doubt and path[-1].verdict is not step.if_so:
        return (step.doubt,)
    return path


def _goes_on(ruling: Ruling) -> bool:
    return ruling.verdict is FlowVerdict.ALLOWED and ruling.reason in GOES_ON


def _together(said: Iterator[Ruling]) -> Sequence[Ruling]:
    """NetworkPolicies and Cilium as one: what either allows is allowed; both have to leave a pod open for it to be open."""
    rulings = list(said)
    allowed = [one for one in rulings if one.reason is Reason.EXPLICIT_ALLOW]
    if allowed:
        return allowed[:1]
    unknown = [one for one in rulings if one.verdict is FlowVerdict.UNKNOWN]
    denied = [one for one in rulings if one.verdict is FlowVerdict.DENIED]
    if unknown or not denied:
        return unknown[:1] or rulings
    first, *others = denied
    also = (guilt for other in others for guilt in (replace(other, also=()), *other.also))
    return [replace(first, also=(*first.also, *also))]


def _verdict(path: Path) -> FlowVerdict:
    return path[-1].verdict if path else FlowVerdict.ALLOWED


def _severity(path: Path) -> int:
    return SEVERITY.index(_verdict(path))


def _if_a_pod(ruling: Ruling) -> Ruling:
    """What would deny a pod with a network of its own, of a pod of which that is not known."""
    if ruling.verdict is not FlowVerdict.DENIED:
        return ruling
    return replace(
        ruling,
        verdict=FlowVerdict.UNKNOWN,
        reason=Reason.NEEDS_LIVE_DATA,
        explanation=f"Denied if the pod has a network of its own; not covered if it uses its node's. {ruling.explanation}",
        also=(),
    )


def _unresolved(blocked: Unresolved, host: str) -> Ruling:
    if blocked.is_refused:
        reason = Reason.DNS_RULE_REFUSES_NAME
        said = f"{host} itself is allowed, but the rules.dns of its policies admit other names only, so the question for it is answered REFUSED. Add the name there."
    else:
        reason = Reason.DNS_BLOCKED
        said = f"{host} itself is allowed, but the pod may not ask the cluster's DNS for its address. {blocked.denied.explanation}"
    return replace(blocked.denied, reason=reason, explanation=said)
