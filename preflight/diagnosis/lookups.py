"""Reading lookups: what each resolver said of a name, all its answers taken together."""

from dataclasses import dataclass

from preflight.diagnosis.case import Case
from preflight.model.diagnosis import Confidence
from preflight.model.evidence import Evidence, Experiment, Lookup, Outcome, Transport
from preflight.model.vantage import Address, Peer

BY_WEIGHT = (
    Outcome.OK,
    Outcome.NXDOMAIN,
    Outcome.SERVFAIL,
    Outcome.RCODE_REFUSED,
    Outcome.RCODE_OTHER,
    Outcome.CNAME_LOOP,
    Outcome.NO_DATA,
    Outcome.MALFORMED,
    Outcome.TOO_LARGE,
)
"""DNS answers; of several about one name the first in this order decides. NODATA for one family says little if the other failed."""
ANSWERS = frozenset(BY_WEIGHT)
SENT = frozenset({Transport.UDP, Transport.TCP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one resolver said of the name."""

    resolver: Peer | None
    outcome: Outcome | None
    """None when it gave no DNS answer at all."""
    lookups: tuple[Lookup, ...]


def is_answer(lookup: Lookup) -> bool:
    """Whether a resolver sent any DNS message back."""
    return lookup.transport in SENT and lookup.outcome in ANSWERS


def found(evidence: Evidence) -> tuple[Address, ...]:
    """Every address that the lookups led to, in order, without duplicates."""
    return tuple(
        dict.fromkeys(address for lookup in evidence.lookups for address in lookup.addresses)
    )


def asked(case: Case, experiment: Experiment) -> tuple[Lookup, ...]:
    """The questions of an experiment, whichever address gave reason for them."""
    return tuple(
        step
        for control in case.evidence.controls
        if control.name is experiment
        for step in control.observations
        if isinstance(step, Lookup)
    )


def otherwise(case: Case) -> tuple[Lookup, ...]:
    """Answers with addresses that the main line did not get, of any resolver asked by itself."""
    known = set(found(case.evidence))
    return tuple(
        step
        for step in asked(case, Experiment.EACH_RESOLVER)
        if step.addresses and step.name == case.host and not known & set(step.addresses)
    )


def replies(evidence: Evidence) -> tuple[Reply, ...]:
    """One reply for each resolver that was asked, in the order of their last lookups."""
    by_resolver: dict[Peer | None, list[Lookup]] = {}
    for lookup in evidence.lookups:
        if lookup.transport in SENT:
            by_resolver.setdefault(lookup.destination, []).append(lookup)
    return tuple(
        Reply(resolver=resolver, outcome=_outcome(asked), lookups=tuple(asked))
        for resolver, asked in by_resolver.items()
    )


def _outcome(asked: list[Lookup]) -> Outcome | None:
    seen = {lookup.outcome for lookup in asked}
    return next((outcome for outcome in BY_WEIGHT if outcome in seen), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The resolvers say the same of a name, and how firmly."""

    replies: tuple[Reply, ...]
    """Those that said it."""
    confidence: Confidence

    @property
    def lookups(self) -> tuple[Lookup, ...]:
        """Everything they were asked; the last is what they said."""
        asked = [lookup for reply in self.replies for lookup in reply.lookups]
        return tuple(sorted(asked, key=lambda lookup: lookup.outcome is self.replies[-1].outcome))

    @property
    def resolvers(self) -> str:
        """The resolvers as text."""
        return resolvers_of(self.replies)


def resolvers_of(given: tuple[Reply, ...]) -> str:
    """The resolvers' addresses as one piece of text."""
    return ", ".join(
        str(reply.resolver) if reply.resolver else "an unknown resolver" for reply in given
    )


def agreement(case: Case, outcome: Outcome) -> Agreement | None:
    """Whether the resolvers' word for the name is `outcome`.

    Confirmed when every resolver asked says so; likely when some were silent, one family went unanswered, or a resolver that no
    program would have asked gives an address; possible when they contradict each other and the last one, which a stub resolver
    believes, says so.
    """
    given = replies(case.evidence)
    heard = tuple(reply for reply in given if reply.outcome is not None)
    if not heard or found(case.evidence) or heard[-1].outcome is not outcome:
        return None
    saying = tuple(reply for reply in heard if reply.outcome is outcome)
    if len(saying) < len(heard):
        return Agreement(replies=saying, confidence=Confidence.POSSIBLE)
    is_complete = (
        len(saying) == len(given) and all(map(_is_answered, saying)) and not otherwise(case)
    )
    return Agreement(
        replies=saying, confidence=Confidence.CONFIRMED if is_complete else Confidence.LIKELY
    )


def _is_answered(reply: Reply) -> bool:
    """Whether every record type asked for was answered, over whatever transport."""
    wanted = {lookup.record_type for lookup in reply.lookups}
    return wanted == {lookup.record_type for lookup in reply.lookups if lookup.outcome in ANSWERS}
