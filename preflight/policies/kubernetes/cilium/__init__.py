"""Cilium: CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy, cilium.io/v2.

Rules under `egressDeny` beat every allow, those of NetworkPolicy included. A pod that a policy with `egress` or `egressDeny` selects is closed by
default, unless all such policies say `enableDefaultDeny.egress: false`; then one matching `egress` rule of any policy, or one of a NetworkPolicy, is
enough. `egress: [{}]` closes and opens nothing, `egress: []` has no effect.

`toFQDNs` knows addresses only from DNS answers that passed Cilium's DNS proxy: without a rule to the resolver whose `toPorts` carry `rules.dns`
for the name, nothing is learned and the connection is dropped (`name-not-learned`); a name that `rules.dns` leave out is answered
REFUSED (`dns-rule-refuses-name`). Address rules never select pods. On AKS, FQDN and layer 7 rules need advanced container networking
services, and block when those are switched off.

Sources: cilium/cilium Documentation/security/policy (intro, layer3, deny), pkg/policy/api; MicrosoftDocs/azure-aks-docs, FQDN filtering.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Reason, Ruling
from preflight.model.report import Engine
from preflight.policies.kubernetes.cilium.peers import Surroundings, cidr_groups
from preflight.policies.kubernetes.cilium.policy import (
    CLUSTERWIDE,
    NAMESPACED,
    Policy,
    read_policies,
)
from preflight.policies.kubernetes.cilium.rules import Rule
from preflight.policies.kubernetes.fields import is_kind, named
from preflight.policies.kubernetes.inventory import Inventory
from preflight.policies.kubernetes.target import Pod, Target
from preflight.policies.kubernetes.truth import Truth, every
from preflight.policies.kubernetes.wording import listed, quoted

ENGINE = Engine.CILIUM
API = "cilium.io/"


@dataclass(frozen=True, slots=True)
class Selected:
    """A policy that selects the source, or may."""

    policy: Policy
    truth: Truth


class Chosen:
    """What applies to one source. Thousands of policies say few different things, or name a host each: neither is asked in vain."""

    def __init__(self, selected: Sequence[Selected]) -> None:
        self.selected = tuple(selected)
        allows = _distinct((one, rule) for one in selected for rule in one.policy.allows)
        denies = _distinct((one, rule) for one in selected for rule in one.policy.denies)
        self._allows: list[tuple[Selected, Rule]] = []
        self._named: dict[str, list[tuple[Selected, Rule]]] = {}
        self._denies = tuple(denies)
        for one, rule in allows:
            if rule.exact_names is None:
                self._allows.append((one, rule))
            for name in rule.exact_names or ():
                self._named.setdefault(name, []).append((one, rule))

    @cached_property
    def shared(self) -> dict[int, Ruling]:
        """What is said of each policy that closes, where all of them together deny; by the policy's identity."""
        return {
            id(one.policy): _accomplice(one.policy) for one in self.selected if one.policy.closes
        }

    def rules(self, target: Target, *, allows: bool) -> Iterator[tuple[Selected, Rule]]:
        """Of rules that say the same the first, and of those for single names the ones for this."""
        yield from self._allows if allows else self._denies
        if allows and target.host is not None:
            yield from self._named.get(target.host, ())
        elif allows and target.pod is None and self._named:
            # whatever they name may lead to an address: one of them says so for all
            yield self._named[min(self._named)][0]


class CiliumPolicies:
    """All of Cilium's policies."""

    def __init__(self, documents: Sequence[Document], inventory: Inventory) -> None:
        self._inventory = inventory
        self._groups = cidr_groups(list(documents))
        self._documents: dict[str | None, list[Document]] = {}
        for document in documents:
            kind = document.body.get("kind")
            if kind in {NAMESPACED, CLUSTERWIDE}:
                namespace = named(document.body)[0] or "default"
                place = namespace if kind == NAMESPACED else None
                self._documents.setdefault(place, []).append(document)
        self._read: Callable[[str | None], tuple[Policy, ...]] = lru_cache(None)(self._policies)
        self._chosen: Callable[[Pod], Chosen] = lru_cache(256)(self._choose)

    @property
    def node_policies(self) -> tuple[str, ...]:
        """Names of clusterwide policies for nodes, which count where Cilium's host firewall is on."""
        clusterwide = (one.body for one in self._documents.get(None, ()))
        return tuple(
            sorted(
                named(body)[1]
                for body in clusterwide
                if isinstance(body.get("spec"), Mapping)
                and body["spec"].get("nodeSelector") is not None
            )
        )

    def _policies(self, namespace: str | None) -> tuple[Policy, ...]:
        around = Surroundings(namespace, self._inventory, self._groups)
        found = [
            policy
            for document in self._documents.get(namespace, ())
            for policy in read_policies(document, around)
        ]
        return tuple(sorted(found, key=lambda one: (one.name, one.path, str(one.document.origin))))

    def _choose(self, source: Pod) -> Chosen:
        policies = (*self._read(source.workload.namespace), *self._read(None))
        said = (Selected(policy, policy.selects(source)) for policy in policies)
        return Chosen([one for one in said if one.truth.held is not False])

    def _selecting(self, source: Pod) -> tuple[Selected, ...]:
        return self._chosen(source).selected

    def denies(self, source: Pod, target: Target) -> Ruling | None:
        """What a deny rule says; None where none matches."""
        doubt = self._unreadable(source)
        for policy, rule, said in self._said(source, target, allows=False):
            if said.held:
                return _explicit(policy, rule, target)
            doubt = doubt or _unknown(policy, rule, said, f"denies {target}")
        return doubt

    def decide(self, source: Pod, target: Target, resolvers: Sequence[Target] = ()) -> Ruling:
        """What all allow rules say; `not-selected` where no policy closes the pod.

        `resolvers` are those that the pod may ask, with the question for the target's name.
        """
        doubt = self._unreadable(source)
        for policy, rule, said in self._said(source, target, allows=True):
            if said.held and rule.by_name:
                learned = self._learned(source, policy, rule, target, resolvers)
                if learned is None:
                    return _explicit(policy, rule, target)
                doubt = learned if doubt is None else doubt
            elif said.held:
                return _explicit(policy, rule, target)
            else:
                doubt = doubt or _unknown(policy, rule, said, f"allows {target}")
        closing = [one for one in self._selecting(source) if one.policy.closes]
        if not closing:
            return _open(source)
        if doubt is not None:
            return doubt
        sure = [one.policy for one in closing if one.truth.held]
        if not sure:
            return _unknown(closing[0].policy, None, closing[0].truth, "selects the pod")
        return _denied(sure, self._chosen(source), target)

    def _unreadable(self, source: Pod) -> Ruling | None:
        """What is said of a policy that might mean anything."""
        for one in self._selecting(source):
            if one.policy.trouble:
                return _unknown(one.policy, None, one.truth, "applies")
        return None

    def _said(
        self, source: Pod, target: Target, *, allows: bool
    ) -> Iterator[tuple[Policy, Rule, Truth]]:
        """The rules that match the target, or may."""
        for one, rule in self._chosen(source).rules(target, allows=allows):
            said = rule.matches(target)
            if said.held is not False:
                yield one.policy, rule, every((one.truth, said))

    def _learned(
        self, source: Pod, policy: Policy, rule: Rule, target: Target, resolvers: Sequence[Target]
    ) -> Ruling | None:
        """None where the name's addresses are learned; what keeps them from it otherwise."""
        inspecting = [
            (resolver, one.policy, dns)
            for one in self._selecting(source)
            for dns in one.policy.allows
            for resolver in resolvers
            if dns.inspects(resolver)
        ]
        if not inspecting:
            return _not_learned(policy, rule, target)
        asked = {resolver for resolver, _, _ in inspecting}
        for resolver in asked:
            if any(
                said.held is not False for _, _, said in self._said(source, resolver, allows=True)
            ):
                return None
        return _refused(*inspecting[0][1:], target)


def _distinct(rules: Iterable[tuple[Selected, Rule]]) -> Iterator[tuple[Selected, Rule]]:
    seen = set()
    for one, rule in rules:
        key = rule.peers, rule.ports, rule.trouble, one.truth
        if key not in seen:
            seen.add(key)
            yield one, rule


def load(documents: Sequence[Document], inventory: Inventory) -> CiliumPolicies | None:
    """Cilium's policies among the documents; None where there are none."""
    kinds = (NAMESPACED, CLUSTERWIDE, "CiliumCIDRGroup")
    own = [one for one in documents if any(is_kind(one.body, kind, API) for kind in kinds)]
    has_policies = any(one.body["kind"] != "CiliumCIDRGroup" for one in own)
    return CiliumPolicies(own, inventory) if has_policies else None


def _explicit(policy: Policy, rule: Rule, target: Target) -> Ruling:
    denies = ".egressDeny" in rule.path
    change = " A deny rule beats every allow: it has to be narrowed or taken out." if denies else ""
    return _ruling(
        policy,
        rule,
        FlowVerdict.DENIED if denies else FlowVerdict.ALLOWED,
        Reason.EXPLICIT_DENY if denies else Reason.EXPLICIT_ALLOW,
        f"{policy} {'denies' if denies else 'allows'} {target} by {rule.path}.{change}",
    )


def _unknown(policy: Policy, rule: Rule | None, why: Truth, does: str) -> Ruling:
    by = f" by {rule.path}" if rule else ""
    said = f"Whether {policy} {does}{by} cannot be told: {why.why}."
    return _ruling(policy, rule, FlowVerdict.UNKNOWN, why.reason, said)


def _open(source: Pod) -> Ruling:
    return Ruling(
        engine=ENGINE,
        verdict=FlowVerdict.ALLOWED,
        reason=Reason.NOT_SELECTED,
        explanation=f"No policy of Cilium closes the egress of {source.own.whose}.",
    )


def _not_learned(policy: Policy, rule: Rule, target: Target) -> Ruling:
    return _ruling(
        policy,
        rule,
        FlowVerdict.DENIED,
        Reason.NAME_NOT_LEARNED,
        f"{policy} allows {target} by name in {rule.path}, but no rule sends the pod's DNS questions through Cilium's proxy, so the name's addresses are never learned. "
        "Add an egress rule to the DNS pods whose toPorts for port 53 carry rules.dns for the name.",
    )


def _refused(policy: Policy, rule: Rule, target: Target) -> Ruling:
    return _ruling(
        policy,
        rule,
        FlowVerdict.DENIED,
        Reason.DNS_RULE_REFUSES_NAME,
        f"{target.host} is allowed by toFQDNs, but rules.dns in {rule.path} of {policy} do not admit the name, so the question for it is answered REFUSED. Add the name there.",
    )


def _denied(closing: Sequence[Policy], chosen: Chosen, target: Target) -> Ruling:
    """The nearest miss first; every other policy that closes the pod shares the guilt."""
    near = next(
        (
            (one.policy, rule)
            for one, rule in chosen.rules(target, allows=True)
            if rule.ports and not rule.is_dns_alone and rule.leads_to(target).held
        ),
        None,
    )
    first, rule = near or (closing[0], None)
    has_rules = any(policy.allows for policy in closing)
    miss = (
        f"Nearest to {target}: {rule.path} of {first} leads there, but only on {rule.shown_ports}."
        if rule
        else f"No egress rule matches {target}."
    )
    nothing = Reason.DEFAULT_DENY if has_rules else Reason.NO_EGRESS_RULES
    names = listed(closing)
    return _ruling(
        first,
        rule,
        FlowVerdict.DENIED,
        Reason.PORT_MISMATCH if rule else nothing,
        f"Closed by default through {names}. {miss} To open it, add an egress rule for it to {quoted(first.name)} or a policy of its own.",
        also=tuple(chosen.shared[id(policy)] for policy in closing if policy is not first),
    )


def _accomplice(policy: Policy) -> Ruling:
    return _ruling(
        policy,
        None,
        FlowVerdict.DENIED,
        Reason.DEFAULT_DENY if policy.allows else Reason.NO_EGRESS_RULES,
        f"{policy} closes the pod's egress too, and has no rule that matches.",
    )


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
        origin=policy.document.at(rule.path if rule else policy.path),
        explanation=explanation,
        also=also,
    )
