"""dns.forged: the resolver leads the name to a host that is not the service.

Seen: The resolver gives one address for several unrelated names, and what answers there proves to be none of them: its certificate
is for another name or not trusted, or it does not speak TLS.

Means: The resolver, or a device that answers in its place, sends these names to a host of its own, such as a block page, a captive
portal or a wildcard record in a private zone.

Ask for: The true addresses for these names from the resolver named here: an exception in its policy, or a forwarder for the zone.

Confidence: likely, because a service could in principle share an address; confirming it needs names that cannot exist.

Example:
    lookup 10.244.1.7:50001 -> 10.0.0.10:53 udp A api.cloud.defender.microsoft.com: ok 198.51.100.9
    lookup 10.244.1.7:50004 -> 10.0.0.10:53 udp A archive.ubuntu.com: ok 198.51.100.9
    handshake 10.244.1.7:40001 -> 198.51.100.9:443 api.cloud.defender.microsoft.com: name_mismatch
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.names import domain, is_for
from preflight.diagnosis.quote import plain
from preflight.diagnosis.steps import failed_handshake, leaf_of
from preflight.diagnosis.wording import listed
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Handshake, Lookup, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when an address shared by unrelated names proves to be none of their services."""
    shaken = failed_handshake(
        attempt, case, Outcome.NAME_MISMATCH, Outcome.UNTRUSTED, Outcome.NOT_TLS
    )
    others = _unrelated(attempt, case)
    lookup = _lookup(attempt, case)
    if shaken is None or lookup is None or not others or not _is_elsewhere(attempt, shaken, case):
        return None
    return blocked(
        Cause.DNS_FORGED,
        Confidence.LIKELY,
        f"The resolver {lookup.destination} gives {attempt.address} for {plain(case.host)} as well as for {listed(others)}, and"
        " what answers there is none of them.",
        lookup,
        shaken,
        scope=f"{lookup.destination} {attempt.address}",
    )


def _unrelated(attempt: Attempt, case: Case) -> list[str]:
    """Names at the same address that have nothing to do with this one; none where some name was proven to live there."""
    if case.proxy is not None or attempt.address in case.surroundings.verified:
        return []
    shared = case.surroundings.names_of.get(attempt.address, ())
    return [name for name in shared if domain(name) != domain(case.host)]


def _lookup(attempt: Attempt, case: Case) -> Lookup | None:
    """The answer of a resolver that led here."""
    given = (lookup for lookup in case.evidence.lookups if attempt.address in lookup.addresses)
    return next((lookup for lookup in given if lookup.destination is not None), None)


def _is_elsewhere(attempt: Attempt, shaken: Handshake, case: Case) -> bool:
    """Whether what answered cannot be the service; an untrusted certificate for the right name may still be."""
    if shaken.outcome is not Outcome.UNTRUSTED:
        return True
    leaf = leaf_of(attempt, case)
    return leaf is not None and not is_for(leaf, case.host)
