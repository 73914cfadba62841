"""Follow-up experiments, one per file: each asks one question, only where its answer separates two causes.

An experiment contacts nobody but the hosts and addresses of the plan, the resolvers and the proxy. It begins while the main line is
still under way: as soon as a step has ended in a way that wants it, or has been silent for a while.
"""

from typing import Protocol

from preflight.model.evidence import Experiment
from preflight.probes.controls import (
    another_address,
    another_name,
    each_resolver,
    hops,
    impossible_name,
    large_hello,
    other_label,
    other_route,
    presented_chain,
    repeat,
    small_segments,
    true_time,
)
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.probes.trial import Trial


class Inquiry(Protocol):
    """What a control's module offers."""

    EXPERIMENT: Experiment
    MOST: int
    """How often one run asks it at most; what is beyond settles for the weaker cause."""

    def is_wanted(self, look: Look, standing: Standing) -> bool:
        """Whether the answer would separate two causes of what is seen here; asked again at every step until it is."""

    async def ask(self, trial: Trial) -> None:
        """Carry it out, leaving every observation in `trial.found`; each step bounded by `trial.left`."""


CONTROLS: tuple[Inquiry, ...] = (
    presented_chain,
    true_time,
    another_name,
    another_address,
    other_label,
    small_segments,
    large_hello,
    repeat,
    hops,
    impossible_name,
    each_resolver,
    other_route,
)
