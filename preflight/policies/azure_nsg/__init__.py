"""Azure network security groups: what stands on the subnet and on the network interface of a node.

Give one of these, the first being the most exact, since it holds the ranges of the service tags and both groups of the interface:

    az network nic list-effective-nsg --resource-group GROUP --name NIC -o json
    az network nsg show --resource-group GROUP --name NSG -o json         (also `nsg list`, `az rest`, an ARM template)
    az network nsg rule list --resource-group GROUP --nsg-name NSG -o json

and with the latter two, for what service tags mean:

    az network list-service-tags --location REGION -o json

Outbound rules are read in ascending priority, the default rules among them, and the first that matches decides; default rules that the
export leaves out are added. The group of the interface and that of the subnet both have to allow. Where effective rules are given, they
alone are used. Of several groups of the same kind one applies, and where they differ the answer is unknown. Azure's platform addresses
168.63.129.16 and 169.254.169.254 are reached whatever the rules say, unless a rule names a platform service tag.

The source is the address that leaves the interface: the node's, where the cluster's network translates addresses.

Not covered: service tags that are not given and the members of application security groups (unknown, unless effective rules hold them),
virtual network manager's security admin rules, flow logs.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from preflight.model.document import Document
from preflight.model.flow import Flow, Origin, Ruling
from preflight.model.report import Engine
from preflight.policies.azure_nsg.rules import DEFAULTS, default_rule, is_platform, rule
from preflight.policies.azure_prefixes import PLATFORM, Known, service_tags
from preflight.policies.azure_route import user_routes
from preflight.policies.combining import one_applies, over_addresses, worst
from preflight.policies.first_match import Chain
from preflight.policies.packet import Packet
from preflight.policies.parts import Part, last_segment, roots, segment_after
from preflight.policies.rule import Action, Default


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One network security group, read."""

    name: str
    chain: Chain
    platform: Chain
    """The rules that name a platform tag: the only ones that hold for the platform's addresses."""
    stands_on: str
    """`subnet`, `interface`, or empty where the export does not say."""

    def decide(self, packet: Packet) -> Ruling:
        """What it says of one packet."""
        return (self.platform if packet.destination in PLATFORM else self.chain).decide(packet)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSecurityGroups:
    """The groups given, as sets of which one applies; within a set all have to allow."""

    sets: tuple[tuple[Group, ...], ...]

    def decide(self, flow: Flow) -> Ruling | None:
        """The ruling on a flow; None for what stays between pods."""
        return over_addresses(flow, self._decide)

    def _decide(self, packet: Packet) -> Ruling:
        rulings = [worst([group.decide(packet) for group in each]) for each in self.sets]
        return one_applies(rulings, "give the effective rules of the node's interface")


def load(documents: Sequence[Document]) -> NetworkSecurityGroups | None:
    """Every network security group among the documents."""
    known = Known(routed=user_routes(documents), tags=service_tags(documents))
    effective = [made for document in documents if (made := _effective(document, known))]
    if effective:
        return NetworkSecurityGroups(sets=tuple(effective))
    groups = sorted(_standing(documents, known), key=lambda group: group.name)
    if not groups:
        return None
    kinds = [group.stands_on for group in groups]
    if len(groups) == 1 or ("" not in kinds and len(set(kinds)) == len(kinds)):
        return NetworkSecurityGroups(sets=(tuple(groups),))
    return NetworkSecurityGroups(sets=tuple((group,) for group in groups))


def _effective(document: Document, known: Known) -> tuple[Group, ...]:
    """The groups of one interface, as `list-effective-nsg` shows them."""
    return tuple(
        _group(
            last_segment(part.get("networkSecurityGroup").text("id")) or "effective rules",
            part.origin,
            part.items("effectiveSecurityRules"),
            known,
            "",
        )
        for part in roots(document)
        if "effectiveSecurityRules" in part
    )


def _standing(documents: Sequence[Document], known: Known) -> Iterator[Group]:
    """Groups as they are configured, and those of which only rules were exported."""
    loose: defaultdict[str, list[Part]] = defaultdict(list)
    for document in documents:
        for part in roots(document):
            flat = part.flat()
            if "securityRules" in flat or "defaultSecurityRules" in flat:
                rules = (*flat.items("securityRules"), *flat.items("defaultSecurityRules"))
                yield _group(part.text("name"), part.origin, rules, known, _stands_on(flat))
            elif is_rule(flat):
                loose[_group_of(part)].append(part)
    for name, parts in loose.items():
        yield _group(name, parts[0].origin, parts, known, "")


def is_rule(flat: Part) -> bool:
    """Whether the part is a security rule by itself."""
    return all(key in flat for key in ("access", "direction", "priority"))


def _group_of(part: Part) -> str:
    named = segment_after(part.text("id"), "networkSecurityGroups")
    return named or _before_slash(part.text("name")) or "network security group"


def _before_slash(name: str) -> str:
    return name.partition("/")[0] if "/" in name and not name.startswith("[") else ""


def _stands_on(flat: Part) -> str:
    on = [bool(flat.items(key)) for key in ("subnets", "networkInterfaces")]
    return {(True, False): "subnet", (False, True): "interface"}.get((on[0], on[1]), "")


def _group(name: str, origin: Origin, parts: Sequence[Part], known: Known, stands_on: str) -> Group:
    outbound = [part for part in parts if part.flat().text("direction").lower() == "outbound"]
    read = [(part.flat().number("priority") or 0, rule(name, part, known)) for part in outbound]
    named = {priority for priority, _ in read}
    read += [
        (row[0], default_rule(name, origin, row, known)) for row in DEFAULTS if row[0] not in named
    ]
    rules = [each for _, each in sorted(read, key=lambda pair: (pair[0], pair[1].label))]
    default = Default(action=Action.DENY, sentence="No rule matches {target}.")
    tagged = {
        id(each) for part, (_, each) in zip(outbound, read, strict=False) if is_platform(part)
    }
    return Group(
        name=name,
        stands_on=stands_on,
        chain=Chain(
            engine=Engine.AZURE_NSG,
            name=name,
            origin=origin,
            rules=rules,
            default=default,
            remedy="an outbound allow rule with a lower priority number has to stand before it",
        ),
        platform=Chain(
            engine=Engine.AZURE_NSG,
            name=name,
            origin=origin,
            rules=[each for each in rules if id(each) in tagged],
            default=Default(
                action=Action.ALLOW,
                sentence="This is an address of Azure's platform, for which rules hold only where they name a platform service tag.",
            ),
        ),
    )
