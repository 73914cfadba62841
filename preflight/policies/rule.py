"""A rule as every engine of the clouds reads it: what it does, and the conditions under which it does."""

from dataclasses import dataclass
from enum import StrEnum, unique

from preflight.model.flow import FlowVerdict, Origin, Reason
from preflight.policies.answers import Answer, Condition, always
from preflight.policies.index import Keys
from preflight.policies.packet import Packet
from preflight.policies.wording import shown


@unique
class Action(StrEnum):
    """What a rule does with the packets that match it."""

    ALLOW = "allow"
    DENY = "deny"
    NEXT = "next"
    """Leaves it to the list that follows."""
    UNKNOWN = "unknown"
    """Does something that is not evaluated here."""


VERDICTS = {Action.ALLOW: FlowVerdict.ALLOWED, Action.DENY: FlowVerdict.DENIED}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One rule, read."""

    action: Action
    owner: str
    """Name of the object that holds it."""
    label: str
    """The rule itself, as its own tool would show it."""
    origin: Origin
    destination: Condition = always
    service: Condition = always
    """Protocol and port."""
    source: Condition = always
    keys: Keys | None = None
    """Where it leads, for the index; None where it has to be asked about every packet."""
    to: str = ""
    """The destination and service for people."""
    reason: Reason | None = None
    """Instead of explicit-allow or explicit-deny, where another word fits better."""
    note: str = ""
    """A sentence to add where it decides."""

    @property
    def is_narrow(self) -> bool:
        """Whether it names destinations, rather than all of them."""
        if self.keys is None:
            return False
        return bool(self.keys.names) or any(each.prefixlen for each in self.keys.networks)

    @property
    def towards(self) -> str:
        """Where it leads, to go on with after a rule's name; empty where that is not said."""
        return f" to {shown(self.to, 300)}" if self.to else ""

    @property
    def held(self) -> str:
        """The same in brackets."""
        return f" ({shown(self.to, 300)})" if self.to else ""

    def matches(self, packet: Packet) -> Answer:
        """Whether the packet is this rule's."""
        doubt: Answer = True
        for condition in (self.service, self.destination, self.source):
            answer = True if condition is always else condition(packet)
            if answer is False:
                return False
            if doubt is True:
                doubt = answer
        return doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """What happens to a packet that no rule matches."""

    action: Action
    sentence: str
    """Says so, for people; `{target}` stands for where the packet leads."""
    reason: Reason | None = None

    def about(self, packet: Packet) -> str:
        """The sentence about one packet."""
        return self.sentence.replace("{target}", packet.target)
