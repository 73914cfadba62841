"""Follow-up experiments, one per file: each asks one question, only where its answer separates two causes."""

from typing import Protocol

from preflight.model.evidence import Attempt, Control
from preflight.probes.controls import presented_chain
from preflight.probes.look import Look


class Experiment(Protocol):
    """What a control's module offers."""

    def is_wanted(self, attempt: Attempt) -> bool:
        """Whether the answer would separate two causes of this attempt's end."""

    async def ask(self, look: Look, attempt: Attempt) -> Control:
        """Carry it out."""


CONTROLS: tuple[Experiment, ...] = (presented_chain,)
