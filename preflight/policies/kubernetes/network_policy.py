"""Kubernetes NetworkPolicy, networking.k8s.io/v1.

A policy selects pods of its own namespace, and counts for egress when `policyTypes` says so; without `policyTypes`, when it has egress rules.
A pod that no policy selects for egress may connect anywhere. A pod that one selects is isolated: it may connect to what a rule of any
selecting policy matches, and to nothing else. There is no order and no deny, so no single policy is guilty of a drop: all that select
the pod are named, with the nearest miss. To open a path, one more rule in any of them is enough.

GKE's FQDNNetworkPolicy and Amazon's ApplicationNetworkPolicy, which allow names, are read here too: they isolate and allow together with NetworkPolicies.

Pods on the host network are not covered, and a NetworkPolicy knows no names: a rule for `api.example.com` has to list its addresses.

Sources: kubernetes/api networking/v1/types.go; kubernetes.io/docs/concepts/services-networking/network-policies.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Reason, Ruling
from preflight.model.report import Engine
from preflight.policies.kubernetes import ports as port_sets
from preflight.policies.kubernetes.fields import Fields, Malformed, fields, is_kind, named, texts
from preflight.policies.kubernetes.labels import LabelSelector, selector
from preflight.policies.kubernetes.network_rules import (
    APPLICATION,
    FQDN,
    KUBERNETES,
    Home,
    Rule,
    read_rules,
)
from preflight.policies.kubernetes.target import Pod, Target
from preflight.policies.kubernetes.truth import Truth, some, unsupported
from preflight.policies.kubernetes.wording import counted, listed, quoted

ENGINE = Engine.KUBERNETES_NETWORK_POLICY
KINDS = {
    KUBERNETES: ("networking.k8s.io/", "extensions/"),
    FQDN: ("networking.gke.io/v1alpha1",),
    APPLICATION: ("networking.k8s.aws/",),
}
"""What is read here, and of which API groups; all of them isolate, and allow in union."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One NetworkPolicy, or one of its kin, that counts for egress."""

    kind: str
    name: str
    """`namespace/name`."""
    document: Document
    pods: LabelSelector
    rules: tuple[Rule, ...]
    trouble: str = ""
    """Why it cannot be said whom it selects, when it cannot."""

    def selects(self, source: Pod) -> Truth:
        """Whether it isolates this pod of its namespace."""
        return unsupported(self.trouble) if self.trouble else self.pods.selects(source.own)

    def __str__(self) -> str:
        return f"{self.kind} {quoted(self.name)}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What applies to one source."""

    sure: tuple[Policy, ...]
    """In the order of their names."""
    rules: tuple[tuple[Policy, Rule], ...]
    """Theirs; of rules that say the same, the first: thousands of policies say few different things."""
    perhaps: tuple[tuple[Policy, Truth], ...]
    shared: tuple[Ruling, ...]
    """What is said of each sure one where all of them together deny."""
    idle: tuple[str, ...]
    """Policies of the namespace whose egress rules have no effect, since their policyTypes leave Egress out."""


class NetworkPolicies:
    """All NetworkPolicies of a cluster, read namespace by namespace when one is asked about."""

    def __init__(self, documents: Sequence[Document], *, blocks_cover_pods: bool | None) -> None:
        self._blocks_cover_pods = blocks_cover_pods
        self._documents: dict[str, list[Document]] = {}
        for document in documents:
            namespace, _ = named(document.body)
            self._documents.setdefault(namespace or "default", []).append(document)
        self._read: Callable[[str], tuple[tuple[Policy, ...], tuple[str, ...]]] = lru_cache(None)(
            self._policies
        )
        self.selection: Callable[[Pod], Selection] = lru_cache(256)(self._selection)

    def _policies(self, namespace: str) -> tuple[tuple[Policy, ...], tuple[str, ...]]:
        sure, idle = [], []
        for document in self._documents.get(namespace, ()):
            home = Home(str(document.body["kind"]), namespace, self._blocks_cover_pods)
            policy = _policy(document, home)
            if policy is not None:
                sure.append(policy)
            elif fields(document.body.get("spec"), "spec").get("egress"):
                idle.append(_name(document, namespace))
        return tuple(sorted(sure, key=lambda one: (one.name, str(one.document.origin)))), tuple(
            idle
        )

    def _selection(self, source: Pod) -> Selection:
        policies, idle = self._read(source.workload.namespace)
        said = [(policy, policy.selects(source)) for policy in policies]
        sure = tuple(policy for policy, truth in said if truth.held)
        return Selection(
            sure=sure,
            rules=tuple(_distinct(sure)),
            shared=tuple(map(_accomplice, sure)),
            perhaps=tuple((policy, truth) for policy, truth in said if truth.held is None),
            idle=idle,
        )

    def decide(self, source: Pod, target: Target) -> Ruling:
        """What they say together; `not-selected` where none isolates the pod."""
        chosen = self.selection(source)
        doubt: tuple[Policy, Rule, Truth] | None = None
        for policy, rule in chosen.rules:
            said = rule.matches(target)
            if said.held:
                return _allowed(policy, rule, target)
            if said.held is None and doubt is None:
                doubt = policy, rule, said
        if not chosen.sure:
            return _perhaps_isolated(chosen, target) or _not_isolated(source, chosen)
        if doubt is not None:
            return _in_doubt(*doubt, target)
        return _perhaps_allowed(chosen, target) or _denied(chosen, target)


def load(
    documents: Sequence[Document], *, blocks_cover_pods: bool | None = None
) -> NetworkPolicies | None:
    """The NetworkPolicies among the documents; None where there are none.

    Cilium never compares an ipBlock with a pod's address, Calico always does; of others that is not known.
    """
    own = [one for one in documents for kind, api in KINDS.items() if is_kind(one.body, kind, *api)]
    return NetworkPolicies(own, blocks_cover_pods=blocks_cover_pods) if own else None


def _distinct(policies: Sequence[Policy]) -> Iterator[tuple[Policy, Rule]]:
    seen = set()
    for policy in policies:
        for rule in policy.rules:
            key = rule.peers, rule.ports, rule.trouble
            if key not in seen:
                seen.add(key)
                yield policy, rule


def _policy(document: Document, home: Home) -> Policy | None:
    """The policy; None where it does not count for egress."""
    name = _name(document, home.namespace)
    try:
        spec = fields(document.body.get("spec"), "spec")
        if not _counts(spec):
            return None
        pods = selector(spec.get("podSelector"), "spec.podSelector")
        rules = tuple(read_rules(spec, home))
    except Malformed as wrong:
        return Policy(home.kind, name, document, LabelSelector(()), (), trouble=str(wrong))
    return Policy(home.kind, name, document, pods, rules)


def _counts(spec: Fields) -> bool:
    types = texts(spec.get("policyTypes"), "spec.policyTypes")
    return "Egress" in types if types else bool(spec.get("egress"))


def _name(document: Document, namespace: str) -> str:
    return f"{namespace}/{named(document.body)[1]}"


def _allowed(policy: Policy, rule: Rule, target: Target) -> Ruling:
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.ALLOWED,
        reason=Reason.EXPLICIT_ALLOW,
        name=policy.name,
        rule=rule.path,
        origin=policy.document.at(rule.path),
        explanation=f"{policy} allows {target} by {rule.path}.",
    )


def _not_isolated(source: Pod, chosen: Selection) -> Ruling:
    idle = ""
    if chosen.idle:
        names = listed([quoted(name) for name in chosen.idle])
        idle = f" Egress rules without effect, since policyTypes leave Egress out: {names}."
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.ALLOWED,
        reason=Reason.NOT_SELECTED,
        explanation=f"No NetworkPolicy selects {source.own.whose} for egress, so it is not isolated.{idle}",
    )


def _perhaps_isolated(chosen: Selection, target: Target) -> Ruling | None:
    """Unknown, unless every policy that might select the pod would also let it through."""
    for policy, why in chosen.perhaps:
        if not some(rule.matches(target) for rule in policy.rules).held:
            return _unknown(policy, None, why, f"Whether {policy} isolates this pod")
    return None


def _in_doubt(policy: Policy, rule: Rule, why: Truth, target: Target) -> Ruling:
    about = f"Whether {policy} allows {target} by {rule.path}"
    return _unknown(policy, rule, why, about)


def _perhaps_allowed(chosen: Selection, target: Target) -> Ruling | None:
    """What a policy of which it is not known whether it applies might allow after all."""
    for policy, why in chosen.perhaps:
        if some(rule.matches(target) for rule in policy.rules).held is not False or policy.trouble:
            about = f"Whether {policy} applies and allows {target}"
            return _unknown(policy, None, why, about)
    return None


def _unknown(policy: Policy, rule: Rule | None, why: Truth, about: str) -> Ruling:
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.UNKNOWN,
        reason=why.reason,
        name=policy.name,
        rule=rule.path if rule else None,
        origin=policy.document.at(rule.path) if rule else policy.document.origin,
        explanation=f"{about} cannot be told: {why.why}.",
    )


def _denied(chosen: Selection, target: Target) -> Ruling:
    """The nearest miss first; every other policy that isolates the pod shares the guilt."""
    near = _nearest(chosen, target)
    if near is None:
        first, rule = chosen.sure[0], None
        reason = _why_nothing(chosen)
        nothing = (
            "there is no egress rule at all"
            if reason is Reason.NO_EGRESS_RULES
            else "no rule matches"
        )
        miss = f"For {target} {nothing}."
        origin = first.document.origin
    else:
        first, nearest = near
        reason, rule = Reason.PORT_MISMATCH, nearest.path
        miss = f"Nearest to {target}: {nearest.path} of {quoted(first.name)} leads there, but only on {port_sets.shown(nearest.ports)}."
        origin = first.document.at(nearest.path)
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.DENIED,
        reason=reason,
        name=first.name,
        rule=rule,
        origin=origin,
        explanation=f"{_isolated_by(chosen)} {miss} To open it, {_remedy(first, target)}.",
        also=tuple(one for one in chosen.shared if one.name != first.name),
    )


def _isolated_by(chosen: Selection) -> str:
    if len(chosen.sure) == 1:
        return f"{chosen.sure[0]} isolates the pod for egress."
    names = listed([quoted(policy.name) for policy in chosen.sure])
    return f"{counted(len(chosen.sure), 'NetworkPolicy', 'NetworkPolicies')} isolate the pod for egress: {names}."


def _remedy(policy: Policy, target: Target) -> str:
    where = (
        "to that pod"
        if target.pod is not None
        else f"to {target.address}"
        if target.address is not None
        else f"to the addresses of {target.host}"
    )
    return f"add an egress rule {where}, port {target.port}/{target.transfer}, to {quoted(policy.name)} or a policy of its own"


def _why_nothing(chosen: Selection) -> Reason:
    has_rules = any(policy.rules for policy in chosen.sure)
    return Reason.DEFAULT_DENY if has_rules else Reason.NO_EGRESS_RULES


def _nearest(chosen: Selection, target: Target) -> tuple[Policy, Rule] | None:
    """A rule for this destination and another port; one for chosen destinations is nearer than one for all."""
    near = [
        (policy, rule)
        for policy, rule in chosen.rules
        if not port_sets.is_dns_alone(rule.ports) and rule.leads_to(target).held
    ]
    return min(near, key=lambda one: one[1].peers is None, default=None)


def _accomplice(policy: Policy) -> Ruling:
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.DENIED,
        reason=Reason.DEFAULT_DENY if policy.rules else Reason.NO_EGRESS_RULES,
        name=policy.name,
        origin=policy.document.origin,
        explanation=f"{policy} isolates the pod for egress too, and has no rule that matches.",
    )
