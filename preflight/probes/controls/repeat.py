"""The same once more: whether what failed fails always, or now and then."""

from dataclasses import replace

from preflight.model.endpoint import Protocol
from preflight.model.evidence import Experiment, Outcome
from preflight.model.plan import Stage
from preflight.probes import http, https, tcp, wss
from preflight.probes.greeting import SHORTEST
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.probes.trace import Trace
from preflight.probes.trial import Trial

EXPERIMENT = Experiment.REPEAT
MOST = 100
"""Addresses of one run: where more fail, what they have in common shows without repeats."""
TIMES = 2
"""Repeats of what fails at once; of silence, one."""
ATTEMPTS = {
    Protocol.HTTPS: https.attempt,
    Protocol.HTTP: http.attempt,
    Protocol.WSS: wss.attempt,
    Protocol.TCP: tcp.attempt,
}
"""What is repeated. UDP is not: its silence means little, however often."""
FOLLOWED = {
    Stage.TCP: frozenset({Outcome.DROPPED, Outcome.REFUSED, Outcome.UNREACHABLE}),
    Stage.TLS: frozenset({Outcome.DROPPED, Outcome.RESET, Outcome.CLOSED}),
    Stage.HTTP: frozenset({Outcome.DROPPED, Outcome.RESET, Outcome.CLOSED}),
}
"""Ends that a network can bring about now and then; an answer that says no says it again."""


def is_wanted(look: Look, standing: Standing) -> bool:
    """After silence, RST, ICMP or a close; not where nothing left this host."""
    is_sent = not standing.steps or standing.steps[-1].source is not None
    return (
        look.check.protocol in ATTEMPTS
        and is_sent
        and standing.outcome in FOLLOWED.get(standing.stage, ())
    )


async def ask(trial: Trial) -> None:
    """Make the attempt again, from another port, until it succeeds."""
    for _ in range(1 if trial.standing.is_silent else TIMES):
        if trial.left < SHORTEST or await _has_succeeded(trial):
            return


async def _has_succeeded(trial: Trial) -> bool:
    """Make one more attempt; what is cut short keeps the steps that ended."""
    check = replace(trial.check, timeout=trial.left)
    again = replace(trial.look, check=check, trace=Trace(check))
    try:
        await ATTEMPTS[check.protocol](again, trial.address)
    finally:
        steps = again.trace.steps(trial.address)
        trial.found.extend(steps)
    return bool(steps) and steps[-1].outcome is Outcome.OK
