"""Rule collections as exports hold them, each with the policy and the group that it belongs to, and what policies inherit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from preflight.model.document import Document
from preflight.model.flow import Origin
from preflight.policies.parts import Part, bare_name, last_segment, roots, segment_after

UNNAMED = "firewall policy"
"""A policy whose name the export does not give."""
LEVELS = 8
"""How many parents are followed."""
CLASSIC = {"networkRuleCollections": "NetworkRule", "applicationRuleCollections": "ApplicationRule"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One rule collection."""

    policy: str
    group: str
    """Empty where there is none, as in classic rules."""
    group_priority: int | None
    """None where it cannot be read."""
    name: str
    priority: int | None
    action: str
    rules: tuple[Part, ...]
    kind: str
    """What every rule of it is, where the rules do not say; empty where they do."""
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the resource of a policy or of a firewall says beside its rules."""

    parent: str | None = None
    is_denying_threats: bool = False


def collections(documents: Sequence[Document]) -> tuple[Collection, ...]:
    """Every filter rule collection; those without a policy's name belong to the only one that has a name."""
    found = [each for document in documents for part in roots(document) for each in _of(part)]
    named = {each.policy for each in found} - {UNNAMED}
    if len(named) == 1:
        found = [replace(each, policy=next(iter(named))) for each in found]
    return tuple(found)


def policies(documents: Sequence[Document]) -> Mapping[str, Policy]:
    """Policies and firewalls by name."""
    found = {}
    for document in documents:
        for part in roots(document):
            flat = part.flat()
            if "threatIntelMode" in flat or "basePolicy" in flat:
                found[part.text("name")] = Policy(
                    parent=last_segment(flat.get("basePolicy").text("id")) or None,
                    is_denying_threats=flat.text("threatIntelMode").lower() == "deny",
                )
    return found


def line_of(name: str, known: Mapping[str, Policy]) -> tuple[str, ...]:
    """The policy and those that it inherits from, the eldest first."""
    line = [name]
    while (policy := known.get(line[0])) and policy.parent and len(line) < LEVELS:
        if policy.parent in line:
            break
        line.insert(0, policy.parent)
    return tuple(line)


def _of(part: Part) -> Iterator[Collection]:
    flat = part.flat()
    if "ruleCollections" in flat or part.text("type").lower().endswith("rulecollectiongroups"):
        yield from _of_group(part, flat)
    elif part.text("ruleCollectionType").startswith("FirewallPolicy"):
        yield from _filter(part, UNNAMED, "", 0)
    for key, kind in CLASSIC.items():
        for each in flat.items(key):
            yield _collection(each, part.text("name") or "firewall", "", 0, kind)


def _of_group(part: Part, flat: Part) -> Iterator[Collection]:
    """The group's collections; an empty one where it has none, since its policy then denies all the same."""
    policy, group = _names(part)
    priority = flat.number("priority")
    found = [
        made
        for each in flat.items("ruleCollections")
        for made in _filter(each, policy, group, priority)
    ]
    yield from found or [_collection(part, policy, group, priority, "")]


def _filter(
    part: Part, policy: str, group: str, group_priority: int | None
) -> Iterator[Collection]:
    """The collection, unless it translates destinations: that is for traffic that comes in."""
    if "Nat" not in part.text("ruleCollectionType"):
        yield _collection(part, policy, group, group_priority, "")


def _collection(
    part: Part, policy: str, group: str, group_priority: int | None, kind: str
) -> Collection:
    flat = part.flat()
    return Collection(
        policy=policy,
        group=group,
        group_priority=group_priority,
        name=part.text("name"),
        priority=flat.number("priority"),
        action=flat.get("action").text("type") or flat.text("action"),
        rules=flat.items("rules"),
        kind=kind,
        origin=part.origin,
    )


def _names(group: Part) -> tuple[str, str]:
    """The policy's and the group's name, by the resource id or as `policy/group`."""
    name = group.text("name")
    policy = segment_after(group.text("id"), "firewallPolicies")
    if not policy and "/" in name and not name.startswith("["):
        policy = name.partition("/")[0]
    return policy or UNNAMED, bare_name(name) or "rule collection group"
