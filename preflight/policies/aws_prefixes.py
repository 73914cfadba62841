"""Addresses as AWS's rules name them: CIDR blocks, prefix lists, other security groups; and those that no rule is asked about.

Prefix lists are read from these, the second saved under a name that holds the list's id:

    aws ec2 describe-prefix-lists                                            (AWS's own)
    aws ec2 get-managed-prefix-list-entries --prefix-list-id pl-ID > pl-ID.json
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address

from preflight.model.document import Document
from preflight.policies.addresses import addresses
from preflight.policies.answers import Answer, Condition, Doubt, any_of
from preflight.policies.index import Keys
from preflight.policies.packet import Packet
from preflight.policies.parts import Part, roots
from preflight.policies.wording import quoted

EXEMPT = frozenset(
    map(
        ip_address,
        (
            "169.254.169.123",
            "169.254.169.253",
            "169.254.169.254",
            "169.254.170.2",
            "169.254.170.23",
            "fd00:ec2::23",
            "fd00:ec2::123",
            "fd00:ec2::253",
            "fd00:ec2::254",
        ),
    )
)
"""Time, DNS, instance metadata and credentials: neither security groups nor network ACLs filter them (VPC user guide, 2026-11)."""
EXEMPT_SENTENCE = "This address is AWS's own on every host, which neither security groups nor network ACLs filter."

PrefixLists = Mapping[str, tuple[str, ...]]
"""CIDR blocks by the list's id."""


def members(documents: Sequence[Document], key: str, marker: str) -> Iterator[Part]:
    """The objects under a key, or the object itself where it has the marker, as `--query` leaves it."""
    for document in documents:
        for part in roots(document):
            if key in part:
                yield from part.items(key)
            elif marker in part:
                yield part


def prefix_lists(documents: Sequence[Document]) -> PrefixLists:
    """Every prefix list among the documents."""
    found: dict[str, tuple[str, ...]] = {}
    for part in members(documents, "PrefixLists", "PrefixListId"):
        if part.texts("Cidrs"):
            found[part.text("PrefixListId")] = part.texts("Cidrs")
    for document in documents:
        entries = Part(document, "", document.body).items("Entries")
        named = re.search(r"pl-[0-9a-z]+", document.origin.file or "")
        if named and entries:
            found[named[0]] = tuple(each.text("Cidr") for each in entries)
    return found


def destination(
    blocks: Sequence[str], lists: Sequence[str], groups: Sequence[str], known: PrefixLists
) -> tuple[Condition, Keys | None]:
    """Whether a rule holds the destination, and where to find it."""
    missing = [each for each in lists if each not in known]
    written = [*blocks, *(block for each in lists for block in known.get(each, ()))]
    read, unread = addresses(written)
    conditions: list[Condition] = []
    if read.spans:
        conditions.append(lambda packet: read.holds_destination(packet.destination))
    conditions += [
        _unknown(Doubt(f"what the prefix list {quoted(each)} holds is not in the input"))
        for each in missing
    ]
    conditions += [_unknown(Doubt(f"{quoted(each)} is no CIDR block")) for each in unread]
    conditions += [_member(each) for each in groups]
    is_indexed = bool(read.networks) and len(conditions) == 1
    return any_of(conditions), Keys(networks=read.networks) if is_indexed else None


def _unknown(doubt: Doubt) -> Condition:
    return lambda _packet: doubt


def _member(group: str) -> Condition:
    """Whether the destination carries a security group: it is known by its private address alone."""
    doubt = Doubt(f"which addresses carry the security group {quoted(group)} is not in the input")

    def holds(packet: Packet) -> Answer:
        return False if packet.is_public else doubt

    return holds
