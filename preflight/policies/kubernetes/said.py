"""What one step of a path says when it is not the last word, or not for certain."""

from dataclasses import dataclass

from preflight.model.flow import FlowVerdict, Ruling


@dataclass(frozen=True, slots=True)
class Said:
    """What a tier says: the ruling holds, unless what is doubtful matches."""

    ruling: Ruling
    doubt: Ruling | None = None
    """Why it cannot be told, where something else may follow."""
    if_so: FlowVerdict | None = None
    """What follows if everything doubtful matches; None where that differs."""
