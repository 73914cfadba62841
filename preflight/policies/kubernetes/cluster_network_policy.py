"""Policies of the cluster's administrators: AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy.

The admin tier is asked before NetworkPolicies, the baseline tier after them, and only for pods that none of those isolates. Inside a tier the
lowest priority number comes first, then the rules from the top; the first that matches decides: Allow (Accept) and Deny end it, Pass
goes on to the next tier, and so does a tier in which nothing matches. Pods on the host network are never covered.

`apiVersion` decides what is read: policy.networking.k8s.io/v1alpha1 has AdminNetworkPolicy and BaselineAdminNetworkPolicy with `ports`,
v1alpha2 has ClusterNetworkPolicy with `tier` and `protocols`, and networking.k8s.aws/v1alpha1 a ClusterNetworkPolicy of Amazon's own.

Sources: kubernetes-sigs/network-policy-api apis/v1alpha1 and apis/v1alpha2, npeps 133 and 285; aws/amazon-network-policy-controller-k8s.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from itertools import groupby

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Reason, Ruling
from preflight.model.report import Engine
from preflight.policies.kubernetes.cluster_rules import Action, Rule, read_rules
from preflight.policies.kubernetes.fields import Fields, Malformed, fields, is_kind, named, number
from preflight.policies.kubernetes.inventory import Inventory
from preflight.policies.kubernetes.labels import EVERYTHING, LabelSelector, selector
from preflight.policies.kubernetes.ports import shown
from preflight.policies.kubernetes.said import Said
from preflight.policies.kubernetes.target import Pod, Target
from preflight.policies.kubernetes.truth import Truth, every, unsupported
from preflight.policies.kubernetes.wording import quoted

ENGINE = Engine.CLUSTER_NETWORK_POLICY
API = "policy.networking.k8s.io/"
AMAZON = "networking.k8s.aws/"


@unique
class Tier(StrEnum):
    """Before NetworkPolicies, or after them."""

    ADMIN = "Admin"
    BASELINE = "Baseline"


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy of a tier."""

    kind: str
    name: str
    document: Document
    tier: Tier
    priority: int
    namespaces: LabelSelector
    pods: LabelSelector
    rules: tuple[Rule, ...]
    trouble: str = ""
    """Why it cannot be said whom it selects, when it cannot."""

    def selects(self, source: Pod) -> Truth:
        """Whether the source is a subject of it."""
        if self.trouble:
            return unsupported(self.trouble)
        return every((self.namespaces.selects(source.namespace), self.pods.selects(source.own)))

    def __str__(self) -> str:
        return f"{self.kind} {quoted(self.name)}"


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matches, or may."""

    policy: Policy
    rule: Rule | None
    """None where it is not even known whether the policy applies."""
    truth: Truth

    @property
    def outcome(self) -> Action | None:
        """What follows if it matches; None where anything may."""
        return self.rule.outcome if self.rule else None


class ClusterPolicies:
    """All policies of both tiers."""

    def __init__(self, documents: Sequence[Document], inventory: Inventory) -> None:
        policies = [_policy(document, inventory) for document in documents]
        self._tiers = {
            tier: sorted(
                (one for one in policies if one.tier is tier),
                key=lambda one: (one.priority, one.name),
            )
            for tier in Tier
        }

    def decide(self, tier: Tier, source: Pod, target: Target) -> Said | None:
        """What a tier says; None where it has no policy. `not-selected` and `passed` let the next one decide."""
        if not self._tiers[tier]:
            return None
        selecting = [
            (policy, truth)
            for policy in self._tiers[tier]
            if (truth := policy.selects(source)).held is not False
        ]
        if not selecting:
            return Said(_not_selected(tier, source))
        open_ends: list[Match] = []
        for _, equals in groupby(selecting, key=lambda one: one[0].priority):
            found, perhaps = _first_matches(list(equals), target)
            open_ends += perhaps
            if found:
                return _decided(found, open_ends, target)
        passed = _nothing_matches(tier, [policy for policy, _ in selecting], target)
        return _said(passed, Action.PASS, open_ends, target)


def load(documents: Sequence[Document], inventory: Inventory) -> ClusterPolicies | None:
    """The policies of both tiers among the documents; None where there are none."""
    own = [one for one in documents if _kind(one.body) is not None]
    return ClusterPolicies(own, inventory) if own else None


def _kind(body: Fields) -> str | None:
    for kind in ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy"):
        if is_kind(body, kind, API):
            return kind
    return "ClusterNetworkPolicy" if is_kind(body, "ClusterNetworkPolicy", API, AMAZON) else None


def _policy(document: Document, inventory: Inventory) -> Policy:
    kind, (_, name) = str(document.body["kind"]), named(document.body)
    tier = Tier.BASELINE if kind.startswith("Baseline") else Tier.ADMIN
    priority = 0
    try:
        spec = fields(document.body.get("spec"), "spec")
        if kind == "ClusterNetworkPolicy":
            tier = _tier(spec)
        if not kind.startswith("Baseline"):
            priority = number(spec.get("priority"), "spec.priority", least=0, most=2**31)
        namespaces, pods = _subject(spec)
    except Malformed as wrong:
        return Policy(
            kind, name, document, tier, priority, EVERYTHING, EVERYTHING, (), trouble=str(wrong)
        )
    rules = tuple(read_rules(spec, inventory))
    return Policy(kind, name, document, tier, priority, namespaces, pods, rules)


def _tier(spec: Fields) -> Tier:
    try:
        return Tier(str(spec.get("tier")))
    except ValueError:
        raise Malformed("spec.tier is neither Admin nor Baseline") from None


def _subject(spec: Fields) -> tuple[LabelSelector, LabelSelector]:
    subject = fields(spec.get("subject"), "spec.subject")
    if set(subject) == {"namespaces"}:
        return selector(subject["namespaces"], "spec.subject.namespaces"), EVERYTHING
    if set(subject) == {"pods"}:
        pods = fields(subject["pods"], "spec.subject.pods")
        return (
            selector(pods.get("namespaceSelector"), "spec.subject.pods.namespaceSelector"),
            selector(pods.get("podSelector"), "spec.subject.pods.podSelector"),
        )
    raise Malformed("spec.subject is neither namespaces nor pods")


def _first_matches(
    equals: list[tuple[Policy, Truth]], target: Target
) -> tuple[list[Match], list[Match]]:
    """Of policies with one priority: each one's first rule that matches, and whatever may match before."""
    found, perhaps = [], []
    for policy, selects in equals:
        if policy.trouble:
            perhaps.append(Match(policy, None, selects))
        for rule in policy.rules:
            said = every((selects, rule.matches(target)))
            if said.held is None:
                perhaps.append(Match(policy, rule, said))
            if said.held:
                found.append(Match(policy, rule, said))
                break
    return found, perhaps


def _decided(found: list[Match], open_ends: list[Match], target: Target) -> Said:
    """The rule that matches, unless an earlier one may, or one of equal priority says something else."""
    first, *others = found
    other = next((one for one in others if one.outcome is not first.outcome), None)
    if other is not None:
        return Said(_ambiguous(first, other, target))
    return _said(_ruling(first, target), first.outcome, open_ends, target)


def _said(ruling: Ruling, outcome: Action | None, open_ends: list[Match], target: Target) -> Said:
    """The ruling, and with it what may match before and says something else."""
    doubts = [one for one in open_ends if one.outcome is not outcome]
    if not doubts:
        return Said(ruling)
    outcomes = {one.outcome for one in doubts}
    agreed = outcomes.pop() if len(outcomes) == 1 else None
    return Said(ruling, _unknown(doubts[0], target), _ENDS.get(agreed) if agreed else None)


def _ruling(match: Match, target: Target) -> Ruling:
    policy, rule = match.policy, match.rule
    assert rule is not None  # noqa: S101 - what matches for certain is a rule
    verdict, reason, does = _MEANING[rule.action]
    change = (
        f" To open it, let {policy} accept it in a rule before, or ask whoever owns the {policy.tier} tier."
        if verdict is FlowVerdict.DENIED
        else ""
    )
    return Ruling(
        engine=ENGINE,
        verdict=verdict,
        reason=reason,
        name=policy.name,
        rule=rule.label,
        origin=policy.document.at(rule.path),
        explanation=f"{policy} ({policy.tier} tier, priority {policy.priority}) {does} {target} by {rule.label}.{change}",
    )


_MEANING = {
    Action.ALLOW: (FlowVerdict.ALLOWED, Reason.EXPLICIT_ALLOW, "allows"),
    Action.DENY: (FlowVerdict.DENIED, Reason.EXPLICIT_DENY, "denies"),
    Action.PASS: (FlowVerdict.ALLOWED, Reason.PASSED, "hands on to the next tier"),
}


_ENDS = {Action.ALLOW: FlowVerdict.ALLOWED, Action.DENY: FlowVerdict.DENIED}


def _ambiguous(first: Match, other: Match, target: Target) -> Ruling:
    sides = [
        f"{one.policy} {_MEANING[one.rule.action][2]} it by {one.rule.label}"
        for one in (first, other)
        if one.rule
    ]
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.UNKNOWN,
        reason=Reason.UNSUPPORTED,
        name=first.policy.name,
        rule=first.rule.label if first.rule else None,
        origin=first.policy.document.origin,
        explanation=f"Two policies of priority {first.policy.priority} match {target}, and their order is undefined: {' and '.join(sides)}. Give them different priorities.",
        also=(_ruling(other, target),),
    )


def _unknown(match: Match, target: Target) -> Ruling:
    policy, rule = match.policy, match.rule
    about = f"by {rule.label}" if rule else "at all"
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.UNKNOWN,
        reason=match.truth.reason,
        name=policy.name,
        rule=rule.label if rule else None,
        origin=policy.document.at(rule.path) if rule else policy.document.origin,
        explanation=f"Whether {policy} decides about {target} {about} cannot be told: {match.truth.why}.",
    )


def _not_selected(tier: Tier, source: Pod) -> Ruling:
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.ALLOWED,
        reason=Reason.NOT_SELECTED,
        explanation=f"No policy of the {tier} tier has {source.own.whose} as its subject.",
    )


def _nothing_matches(tier: Tier, policies: list[Policy], target: Target) -> Ruling:
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.ALLOWED,
        reason=Reason.PASSED,
        name=policies[0].name if len(policies) == 1 else None,
        explanation=f"No rule of the {tier} tier matches {target}.{_nearest(policies, target)}",
    )


def _nearest(policies: list[Policy], target: Target) -> str:
    near: Iterator[str] = (
        f" Nearest: {rule.label} of {policy} leads there, but only on {shown(rule.ports)}."
        for policy in policies
        for rule in policy.rules
        if rule.leads_to(target).held
    )
    return next(near, "")
