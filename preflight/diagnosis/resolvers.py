"""What resolvers say when they are asked more than a program asks: each by itself, over UDP and TCP, and for names that nobody has."""

from collections.abc import Sequence

from preflight.diagnosis.case import Case
from preflight.diagnosis.lookups import asked, is_answer, otherwise
from preflight.diagnosis.quote import plain
from preflight.diagnosis.wording import listed
from preflight.model.evidence import Experiment, Lookup, Outcome, Transport
from preflight.model.vantage import Address, Peer

RESERVED = "invalid"
"""The top-level domain in which no name exists (RFC 6761 §6.4)."""


def impossible(address: Address, case: Case) -> tuple[Lookup, ...]:
    """Answers that give the address for names that cannot exist, those of the reserved domain first; no other name counts."""
    given = (
        step
        for step in asked(case, Experiment.IMPOSSIBLE_NAME)
        if address in step.addresses and step.name != case.host and not is_parent(step.name, case)
    )
    return tuple(sorted(given, key=lambda step: not is_reserved(step.name)))


def is_reserved(name: str) -> bool:
    """Whether no name server of the world may know it."""
    return name.rpartition(".")[2] == RESERVED


def is_parent(name: str, case: Case) -> bool:
    """Whether the host is below the name, which then may exist."""
    return case.host.endswith(f".{name}")


def differing(case: Case) -> str:
    """A sentence, with a space before it, on who gives another answer than the one believed here; empty where nobody does."""
    others = otherwise(case)
    if not others:
        return _agreeing(case)
    believed = {lookup.destination for lookup in case.evidence.lookups if is_answer(lookup)}
    over_tcp = [step for step in others if step.destination in believed and _is_over_tcp(step)]
    if over_tcp and not any(
        step.destination in believed for step in others if step not in over_tcp
    ):
        return (
            f" Over TCP the same resolver gives {_addresses(over_tcp)}: what answers the questions over UDP is not the resolver, but"
            " something on the way to it."
        )
    return (
        f" The resolver {_resolvers(others)} gives {_addresses(others)} instead: the resolvers differ, and a program believes the"
        " first that answers."
    )


def _agreeing(case: Case) -> str:
    """On the resolvers that were not asked before and say the same; an answer for one family alone is the weaker half of two."""
    main = {lookup.destination for lookup in case.evidence.lookups}
    more = [s for s in asked(case, Experiment.EACH_RESOLVER) if s.destination not in main]
    said = {step.destination for step in more if step.outcome in _outcomes(case)}
    differ = {step.destination for step in more if is_answer(step)} - said
    if not said or differ:
        return ""
    return (
        f" The resolver {listed(sorted(map(str, said)))} says the same when it is asked by itself."
    )


def _outcomes(case: Case) -> set[Outcome]:
    return {lookup.outcome for lookup in case.evidence.lookups if is_answer(lookup)}


def _is_over_tcp(step: Lookup) -> bool:
    return step.transport is Transport.TCP


def _resolvers(steps: Sequence[Lookup]) -> str:
    peers: dict[Peer | None, None] = dict.fromkeys(step.destination for step in steps)
    return listed([str(peer) for peer in peers if peer is not None])


def _addresses(steps: Sequence[Lookup]) -> str:
    given = dict.fromkeys(address for step in steps for address in step.addresses)
    return listed([plain(str(address)) for address in given])
