"""dns.forged: the resolver leads the name to a host that is not the service.

Seen: The resolver gives one address for this name and for names that cannot exist, or for several unrelated ones, and what is there
proves to be none of them: its certificate is for another name or not trusted, it does not speak TLS, or nothing answers.

Means: The resolver, or a device that answers in its place, sends these names to a host of its own, such as a block page, a captive
portal or a wildcard record in a private zone.

Ask for: The true addresses for these names from the resolver named here: an exception in its policy, or a forwarder for the zone.

Confidence: confirmed when the same address is given for a name below invalid, a domain in which nothing exists; likely when
unrelated names or one that nobody has share it.

Example:
    lookup 10.244.1.7:50001 -> 10.0.0.10:53 udp A api.cloud.defender.microsoft.com: ok 198.51.100.9
    lookup 10.244.1.7:50004 -> 10.0.0.10:53 udp A preflight-check-3f9a11c2.invalid: ok 198.51.100.9
    handshake 10.244.1.7:40001 -> 198.51.100.9:443 api.cloud.defender.microsoft.com: name_mismatch
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.lookups import otherwise
from preflight.diagnosis.names import domain, is_for
from preflight.diagnosis.quote import plain
from preflight.diagnosis.resolvers import differing, impossible, is_reserved
from preflight.diagnosis.steps import failed_handshake, leaf_of
from preflight.diagnosis.wording import listed
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Handshake, Lookup, Outcome

FOR_ANYBODY = "a name that cannot exist"


def explain_anybody(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak, before anything is said of the connection, when the resolver gives the address for a name of the reserved domain."""
    given = [step for step in impossible(attempt.address, case) if is_reserved(step.name)]
    lookup = _lookup(attempt, case)
    if not given or lookup is None or not _is_failed(attempt, case):
        return None
    return _forged(
        attempt,
        case,
        lookup,
        Confidence.CONFIRMED,
        f"{plain(given[0].name)}, {FOR_ANYBODY}",
        *given,
    )


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when an address shared by unrelated names, or by one that nobody has, proves to be none of their services."""
    shaken = failed_handshake(
        attempt, case, Outcome.NAME_MISMATCH, Outcome.UNTRUSTED, Outcome.NOT_TLS
    )
    lookup = _lookup(attempt, case)
    if shaken is None or lookup is None or not _is_elsewhere(attempt, shaken, case):
        return None
    given = impossible(attempt.address, case) if _is_failed(attempt, case) else ()
    others = _unrelated(attempt, case)
    if not given and not others:
        return None
    shared = f"{plain(given[0].name)}, {FOR_ANYBODY}" if given else listed(others)
    return _forged(attempt, case, lookup, Confidence.LIKELY, shared, *given)


def _forged(
    attempt: Attempt,
    case: Case,
    lookup: Lookup,
    confidence: Confidence,
    shared: str,
    *given: Lookup,
) -> Diagnosis:
    return blocked(
        Cause.DNS_FORGED,
        confidence,
        f"The resolver {lookup.destination} gives {attempt.address} for {plain(case.host)} as well as for {shared}, and"
        f" what is there is none of them.{differing(case)}",
        lookup,
        *given,
        *otherwise(case),
        *attempt.steps,
        scope=f"{lookup.destination} {attempt.address}",
    )


def _is_failed(attempt: Attempt, case: Case) -> bool:
    """Whether the service was not met here: an address at which any name was proven is what it says it is."""
    is_open = attempt.last.outcome is Outcome.OK
    return case.proxy is None and not is_open and attempt.address not in case.surroundings.verified


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
