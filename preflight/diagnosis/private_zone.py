"""CNAMEs that lead into a private DNS zone which has no record for them."""

from preflight.diagnosis.case import Case
from preflight.diagnosis.quote import plain
from preflight.model.evidence import Lookup

MARK = "privatelink"
"""First label of the zones that Azure Private Link uses (learn.microsoft.com, private-endpoint-dns, 2026)."""


def missing_record(lookup: Lookup, case: Case) -> str:
    """A sentence that names the missing private DNS record and its zone; empty when the answer points to none."""
    for name in reversed(lookup.chain):
        zone = _zone(name, case)
        if zone:
            return (
                f" The name is an alias of {plain(name)}, and the private DNS zone {plain(zone)} that this network uses has no"
                " record for it: add the private endpoint's record there, or unlink the zone to use the public address."
            )
    return ""


def _zone(name: str, case: Case) -> str:
    """The private zone that the name lies in; empty when it lies in none."""
    labels = name.casefold().split(".")
    if MARK in labels:
        return ".".join(labels[labels.index(MARK) :])
    zones = (zone.casefold().removeprefix("*.") for zone in case.endpoint.private_zones)
    return next((zone for zone in zones if name.casefold().endswith(f".{zone}")), "")
