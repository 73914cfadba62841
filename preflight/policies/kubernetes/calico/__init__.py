"""Calico: NetworkPolicy, GlobalNetworkPolicy, Tier and network sets, projectcalico.org/v3 (also served as crd.projectcalico.org/v1).

Tiers come by their `order`, policies of a tier by theirs (without one: last; ties by name), rules from the top. Allow and Deny end it, Pass goes to the
next tier, Log goes on. A tier counts only if one of its policies selects the pod; what none of them decides meets the tier's default
action, mostly Deny (`tier-default-deny`). After the last tier the pod's profile allows. Kubernetes NetworkPolicies act inside the tier
`default` at order 1000. Staged policies are not enforced, and left out here.

Domains exist in the commercial editions only, so what hangs on them is called unknown.

Sources: projectcalico/calico api/pkg/apis/projectcalico/v3, app-policy/checker/check.go; docs.tigera.io, "Calico tiered policy".
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import inf

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Reason, Ruling
from preflight.model.report import Engine
from preflight.policies.kubernetes.calico.entity import NetworkSet, Surroundings, network_sets
from preflight.policies.kubernetes.calico.policy import (
    DEFAULT,
    TIERS,
    Action,
    Policy,
    Rule,
    Tier,
    read_policy,
    read_tier,
)
from preflight.policies.kubernetes.fields import is_kind, named
from preflight.policies.kubernetes.inventory import Inventory
from preflight.policies.kubernetes.said import Said
from preflight.policies.kubernetes.target import Pod, Target
from preflight.policies.kubernetes.truth import Truth, every
from preflight.policies.kubernetes.wording import listed, quoted

ENGINE = Engine.CALICO
API = ("projectcalico.org/", "crd.projectcalico.org/")
POLICIES = {"NetworkPolicy": True, "GlobalNetworkPolicy": False}
"""Kinds, and whether they are namespaced."""
SETS = {"NetworkSet": True, "GlobalNetworkSet": False}
KUBERNETES_ORDER = 1_000
"""Where Kubernetes NetworkPolicies stand in the tier `default`."""

__all__ = ["CalicoPolicies", "Tier", "load"]

Kubernetes = Callable[[Pod, Target], Ruling]
"""What the Kubernetes NetworkPolicies say."""


@dataclass(frozen=True, slots=True)
class Selecting:
    """A policy that selects the source, or may."""

    policy: Policy
    truth: Truth


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that may decide, before what does."""

    ruling: Ruling
    outcome: Action | None
    """None where anything may follow."""


class Chosen:
    """What of one tier applies to one source."""

    def __init__(self, selecting: list[Selecting]) -> None:
        self.selecting = selecting
        distinct = list(_distinct(selecting))
        early = KUBERNETES_ORDER
        self.before = [pair for pair in distinct if pair[0].policy.order <= early]
        """Its rules up to where Kubernetes NetworkPolicies stand; of those that say the same, the first."""
        self.after = [pair for pair in distinct if pair[0].policy.order > early]

    @cached_property
    def shared(self) -> list[Ruling]:
        """What is said of each policy that applies for certain, where the end of the tier denies."""
        return [_accomplice(one.policy) for one in self.selecting if one.truth.held]


class CalicoPolicies:
    """All of Calico's tiers."""

    def __init__(self, documents: Sequence[Document], inventory: Inventory) -> None:
        hosts = _of(documents, {"HostEndpoint": False})
        self.host_endpoints = tuple(sorted(named(one.body)[1] for one in hosts))
        """Names of the nodes' interfaces for which Calico has rules."""
        sets = tuple(network_sets(documents, SETS))
        self._policies = sorted(_policies(documents, sets, inventory), key=_place)
        given = {tier.name: tier for tier in map(read_tier, _of(documents, {"Tier": False}))}
        used = {policy.tier for policy in self._policies}
        # nobody knows what comes before a tier that is not given, so it is asked first
        guessed = {name: Tier(name, -inf, Action.DENY) for name in used}
        self._tiers = {**guessed, **TIERS, **given}
        self._unplaced = used - {*TIERS, *given}
        self._chosen: Callable[[Pod, str], Chosen] = lru_cache(1024)(self._choose)

    def tiers(self) -> list[Tier]:
        """Every tier that has policies, and `default`, in their order."""
        used = {policy.tier for policy in self._policies} | {DEFAULT}
        return sorted((self._tiers[name] for name in used), key=lambda one: (one.order, one.name))

    def decide(
        self, tier: Tier, source: Pod, target: Target, kubernetes: Kubernetes | None
    ) -> Said:
        """What a tier says; `not-selected` and `passed` let the next one decide."""
        chosen = self._chosen(source, tier.name)
        if tier.name in self._unplaced and chosen.selecting:
            return Said(_unplaced(tier, chosen.selecting[0].policy))
        inside = kubernetes(source, target) if kubernetes and tier.name == DEFAULT else None
        return _in_tier(tier, chosen, inside, source, target)

    def _choose(self, source: Pod, tier: str) -> Chosen:
        policies = (policy for policy in self._policies if policy.tier == tier)
        said = (Selecting(policy, policy.selects(source)) for policy in policies)
        return Chosen([one for one in said if one.truth.held is not False])


def load(documents: Sequence[Document], inventory: Inventory) -> CalicoPolicies | None:
    """Calico's policies among the documents; None where there are none."""
    own = _of(documents, {**POLICIES, **SETS, "Tier": False, "HostEndpoint": False})
    return (
        CalicoPolicies(own, inventory) if any(one.body["kind"] in POLICIES for one in own) else None
    )


def _of(documents: Sequence[Document], kinds: dict[str, bool]) -> list[Document]:
    return [one for one in documents if any(is_kind(one.body, kind, *API) for kind in kinds)]


def _policies(
    documents: Sequence[Document], sets: tuple[NetworkSet, ...], inventory: Inventory
) -> Iterator[Policy]:
    for document in documents:
        kind = str(document.body["kind"])
        if kind in POLICIES:
            namespace = (named(document.body)[0] or "default") if POLICIES[kind] else None
            policy = read_policy(document, Surroundings(namespace, sets, inventory))
            if policy is not None:
                yield policy


def _place(policy: Policy) -> tuple[float, str, str]:
    return policy.order, policy.name, str(policy.document.origin)


def _in_tier(
    tier: Tier, chosen: Chosen, inside: Ruling | None, source: Pod, target: Target
) -> Said:
    """The first rule that matches; Kubernetes NetworkPolicies allow at their place, and go on otherwise."""
    doubts = [
        Doubt(_unknown(one.policy, None, one.truth, target), None)
        for one in chosen.selecting
        if one.policy.trouble
    ]
    for part in (chosen.before, chosen.after):
        for policy, rule, said in _matching(part, source, target):
            if said.held:
                return _with(doubts, _explicit(policy, rule, target), rule.action)
            doubts.append(Doubt(_unknown(policy, rule, said, target), rule.outcome))
        if part is chosen.before and inside is not None:
            if inside.reason is Reason.EXPLICIT_ALLOW:
                return _with(doubts, inside, Action.ALLOW)
            if inside.verdict is FlowVerdict.UNKNOWN:
                doubts.append(Doubt(inside, None))
    return _at_end(tier, chosen, inside, doubts, target)


def _matching(
    rules: list[tuple[Selecting, Rule]], source: Pod, target: Target
) -> Iterator[tuple[Policy, Rule, Truth]]:
    """The rules that match, or may, in order."""
    for one, rule in rules:
        said = rule.matches(source, target)
        if said.held is not False:
            yield one.policy, rule, every((one.truth, said))


def _distinct(selecting: list[Selecting]) -> Iterator[tuple[Selecting, Rule]]:
    """Every rule that does something; what one that applies for certain has said, the same one says in vain again."""
    seen: set[tuple[object, ...]] = set()
    for one in selecting:
        for rule in one.policy.rules:
            key = (*rule.conditions, rule.outcome)
            if rule.action is not Action.LOG and key not in seen:
                if one.truth.held:
                    seen.add(key)
                yield one, rule


def _at_end(
    tier: Tier, chosen: Chosen, inside: Ruling | None, doubts: list[Doubt], target: Target
) -> Said:
    """What follows where no rule decides."""
    isolated = inside if inside is not None and inside.verdict is FlowVerdict.DENIED else None
    selecting = chosen.selecting
    sure = [one.policy for one in selecting if one.truth.held]
    if not (sure or isolated or selecting):
        return _with(doubts, inside or _not_selected(tier), Action.PASS)
    if tier.at_end is Action.PASS:
        return _with(doubts, _passed(tier, target), Action.PASS)
    if not (sure or isolated):
        perhaps = selecting[0]
        doubts.append(Doubt(_unknown(perhaps.policy, None, perhaps.truth, target), Action.DENY))
        return _with(doubts, _not_selected(tier), Action.PASS)
    if not sure and isolated:
        return _with(doubts, isolated, Action.DENY)
    return _with(doubts, _tier_denies(tier, sure, chosen, isolated, target), Action.DENY)


def _with(doubts: list[Doubt], ruling: Ruling, outcome: Action) -> Said:
    """The ruling, and with it what may decide otherwise."""
    others = [one for one in doubts if one.outcome is not outcome]
    if not others:
        return Said(ruling)
    outcomes = {one.outcome for one in others}
    ends = {Action.ALLOW: FlowVerdict.ALLOWED, Action.DENY: FlowVerdict.DENIED}
    agreed = outcomes.pop() if len(outcomes) == 1 else None
    return Said(ruling, others[0].ruling, ends.get(agreed) if agreed else None)


_MEANING = {
    Action.ALLOW: (FlowVerdict.ALLOWED, Reason.EXPLICIT_ALLOW, "allows"),
    Action.DENY: (FlowVerdict.DENIED, Reason.EXPLICIT_DENY, "denies"),
    Action.PASS: (FlowVerdict.ALLOWED, Reason.PASSED, "hands on to the next tier"),
}


def _explicit(policy: Policy, rule: Rule, target: Target) -> Ruling:
    verdict, reason, does = _MEANING[rule.action]
    change = (
        f" To open it, put an Allow rule before it, in a policy of the tier {quoted(policy.tier)} with a lower order."
        if verdict is FlowVerdict.DENIED
        else ""
    )
    return _ruling(
        policy, rule, verdict, reason, f"{policy} {does} {target} by {rule.path}.{change}"
    )


def _unknown(policy: Policy, rule: Rule | None, why: Truth, target: Target) -> Ruling:
    by = f" by {rule.path}" if rule else ""
    said = f"Whether {policy} decides about {target}{by} cannot be told: {why.why}."
    return _ruling(policy, rule, FlowVerdict.UNKNOWN, why.reason, said)


def _unplaced(tier: Tier, policy: Policy) -> Ruling:
    said = f"{policy} stands in the tier {quoted(tier.name)}, whose order and default action are not known: give the Tier too."
    return _ruling(policy, None, FlowVerdict.UNKNOWN, Reason.NEEDS_LIVE_DATA, said)


def _not_selected(tier: Tier) -> Ruling:
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.ALLOWED,
        reason=Reason.NOT_SELECTED,
        explanation=f"No policy of Calico's tier {quoted(tier.name)} selects the pod for egress.",
    )


def _passed(tier: Tier, target: Target) -> Ruling:
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.ALLOWED,
        reason=Reason.PASSED,
        explanation=f"No rule of Calico's tier {quoted(tier.name)} decides about {target}, and the tier passes it on.",
    )


def _tier_denies(
    tier: Tier, policies: list[Policy], chosen: Chosen, isolated: Ruling | None, target: Target
) -> Ruling:
    """The nearest miss first; every other policy that selects the pod shares the guilt."""
    near = next(_near_misses(chosen, target), None)
    first, rule = near or (policies[0], None)
    miss = (
        f"Nearest to {target}: {rule.path} of {first} leads there, but not for this port or protocol."
        if rule
        else f"No rule matches {target}."
    )
    also = [one for one in chosen.shared if one.name != first.name]
    also += [isolated, *isolated.also] if isolated else []
    names = listed(policies)
    return _ruling(
        first,
        rule,
        FlowVerdict.DENIED,
        Reason.PORT_MISMATCH if rule else Reason.TIER_DEFAULT_DENY,
        f"Calico's tier {quoted(tier.name)} denies what its policies leave open, and {names} select the pod. {miss} "
        f"To open it, add an Allow rule for it to one of them or to a policy of that tier.",
        tuple(also),
    )


def _near_misses(chosen: Chosen, target: Target) -> Iterator[tuple[Policy, Rule]]:
    for one, rule in (*chosen.before, *chosen.after):
        if one.truth.held and rule.action is Action.ALLOW and rule.is_near(target):
            yield one.policy, rule


def _accomplice(policy: Policy) -> Ruling:
    said = f"{policy} selects the pod in the tier {quoted(policy.tier)} too, and has no rule that decides."
    return _ruling(policy, None, FlowVerdict.DENIED, Reason.TIER_DEFAULT_DENY, said)


def _ruling(
    policy: Policy,
    rule: Rule | None,
    verdict: FlowVerdict,
    reason: Reason,
    explanation: str,
    also: tuple[Ruling, ...] = (),
) -> Ruling:
    return Ruling(
        engine=ENGINE,
        verdict=verdict,
        reason=reason,
        name=policy.name,
        rule=rule.path if rule else None,
        origin=policy.document.at(rule.path if rule else "spec"),
        explanation=explanation,
        also=also,
    )
