"""Address prefixes as Azure's rules write them: addresses, prefixes, ranges, `*`, service tags, and the expressions of templates.

A service tag stands for ranges that Microsoft publishes weekly (`az network list-service-tags --location REGION -o json`, or the file
ServiceTags_Public.json). Where they are not given, whether it holds a public address cannot be told; that it holds no private one can. `Internet` is what is public and outside the virtual network. `VirtualNetwork` holds the
network's own prefixes, those of its peers and gateways, and those of user-defined routes, which may be 0.0.0.0/0
(learn.microsoft.com/azure/virtual-network/service-tags-overview, 2026-11).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

from preflight.model.document import Document
from preflight.model.flow import Reason
from preflight.policies.addresses import Addresses, addresses
from preflight.policies.answers import Answer, Condition, Doubt, always, any_of, doubting
from preflight.policies.index import Keys
from preflight.policies.packet import Packet
from preflight.policies.parts import Part
from preflight.policies.wording import quoted

EVERYTHING = {"*", "any"}
WIRE_SERVER = ip_address("168.63.129.16")
METADATA = ip_address("169.254.169.254")
PLATFORM = frozenset({WIRE_SERVER, METADATA})
"""Addresses of the host below every virtual machine: rules hold for them only where they name a platform tag."""
PLATFORM_TAGS = {"azureplatformdns": WIRE_SERVER, "azureplatformimds": METADATA}
LICENCE_TAG = "azureplatformlkm"
LICENCE_PORT = 1688


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the input holds of the names that rules use for addresses."""

    routed: Addresses | None = None
    """Prefixes of the user-defined routes given; None where no route table was given."""
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Prefixes of service tags, by name in lower case."""
    ip_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Addresses of IP groups, by resource id in lower case."""

    def expanded(self, written: Iterable[str]) -> tuple[str, ...]:
        """The same, with the prefixes of the service tags that are known in their place."""
        return tuple(each for text in written for each in self.tags.get(text.lower(), (text,)))

    def virtual_network(self, packet: Packet) -> Answer:
        """Whether the destination lies in the virtual network or what belongs to it."""
        if not packet.is_public:
            return Doubt("the prefixes of the virtual network are not in the input")
        if self.routed is None:
            return Doubt(
                "VirtualNetwork also holds the prefixes of user-defined routes, and no route table was given"
            )
        if self.routed.holds_destination(packet.destination) is False:
            return False
        return Doubt("a user-defined route leads there, which may make it part of VirtualNetwork")


def service_tags(documents: Sequence[Document]) -> Mapping[str, tuple[str, ...]]:
    """The published service tags among the documents."""
    found = {}
    for document in documents:
        for part in Part(document, "", document.body).items("values"):
            prefixes = part.get("properties").texts("addressPrefixes")
            if prefixes:
                found[part.text("name").lower()] = prefixes
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefixes:
    """What a rule says of one end."""

    condition: Condition
    keys: Keys | None
    """None where an index would miss something."""


def is_expression(text: str) -> bool:
    """Whether it is a template's expression, as in `[parameters('name')]`."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def expression(text: str) -> Doubt:
    """Why an expression settles nothing."""
    return Doubt(f"the template fills in {quoted(text, 80)} only when it is deployed")


def destination(
    written: Iterable[str], known: Known | None = None, *, more: Iterable[Condition] = ()
) -> Prefixes:
    """What the destination prefixes of a rule hold; `more` conditions of which one may hold instead."""
    given = known or Known()
    texts, others_hold = given.expanded(written), tuple(more)
    if any(text.lower() in EVERYTHING for text in texts):
        return Prefixes(condition=always, keys=None)
    if not texts and not others_hold:
        nothing = Doubt("it names no destination", Reason.UNSUPPORTED)
        return Prefixes(condition=doubting(nothing), keys=None)
    read, others = addresses(texts)
    conditions = [_tag(text, given) for text in others]
    if read.spans:
        conditions.append(lambda packet: read.holds_destination(packet.destination))
    is_indexed = read.networks and not others and not others_hold
    return Prefixes(
        condition=any_of([*conditions, *others_hold]),
        keys=Keys(networks=read.networks) if is_indexed else None,
    )


def source(written: Iterable[str], *, more: Iterable[Condition] = ()) -> Condition:
    """Whether the source prefixes of a rule hold the source, which stands in the virtual network."""
    texts = tuple(written)
    if any(text.lower() in EVERYTHING | {"virtualnetwork"} for text in texts):
        return always
    others_hold = tuple(more)
    if not texts and not others_hold:
        return doubting(Doubt("it names no source", Reason.UNSUPPORTED))
    known, others = addresses(texts)
    conditions = [_source_tag(text) for text in others]
    if known.spans:
        conditions.append(lambda packet: known.holds_source(packet.source))
    return any_of([*conditions, *others_hold])


def _source_tag(text: str) -> Condition:
    if is_expression(text):
        return doubting(expression(text))
    return doubting(Doubt(f"the input does not say whether the source belongs to {quoted(text)}"))


def _tag(text: str, known: Known) -> Condition:
    tag = text.strip().lower()
    if is_expression(text):
        return doubting(expression(text))
    if tag == "internet":
        return lambda packet: packet.is_public
    if tag == "virtualnetwork":
        return known.virtual_network
    if tag in PLATFORM_TAGS:
        return lambda packet: packet.destination == PLATFORM_TAGS[tag]
    if tag == LICENCE_TAG:
        unknown = Doubt("the addresses of Azure's licence servers are not in the input")
        return lambda packet: unknown if packet.port == LICENCE_PORT else False
    if tag == "azureloadbalancer":
        return lambda packet: packet.destination == WIRE_SERVER
    doubt = Doubt(f"the address ranges of the service tag {quoted(text)} are not in the input")
    return lambda packet: doubt if packet.is_public else False
