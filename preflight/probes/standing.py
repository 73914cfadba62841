"""Where the main line of a check stands at one address, while it is under way and when it is over."""

from collections.abc import Sequence
from dataclasses import dataclass

from preflight.model.endpoint import Protocol
from preflight.model.evidence import Connect, Handshake, Outcome, PathStep, Tunnel
from preflight.model.plan import Check, Stage, ViaProxy
from preflight.model.vantage import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a control experiment sees of the main line before it decides whether to ask."""

    address: Address | None
    """None where the lookups alone are meant."""
    steps: tuple[PathStep, ...]
    """What has ended at this address; empty while the connection is still being opened."""
    stage: Stage
    """Of the last step that ended; of the one under way when that has been silent for a while."""
    outcome: Outcome
    """How that step ended; `dropped` also for one that is still silent, and may yet be answered."""
    is_silent: bool
    """Whether it is still under way: nothing came for a while."""


def stage_under_way(check: Check, steps: Sequence[PathStep]) -> Stage | None:
    """The stage of the step that follows `steps`; None when nothing follows. UDP has one step, whose silence is its own matter."""
    if check.protocol is Protocol.UDP or any(step.outcome is not Outcome.OK for step in steps):
        return None
    proxy = check.route.proxy if isinstance(check.route, ViaProxy) else None
    has_tunnel = check.protocol is not Protocol.HTTP
    if not steps:
        return Stage.PROXY if proxy else Stage.TCP
    match steps[-1]:
        case Connect() if proxy and (has_tunnel or proxy.scheme != "http"):
            return Stage.PROXY
        case Handshake(stage=Stage.PROXY) if has_tunnel:
            return Stage.PROXY
        case Connect() | Tunnel() | Handshake(stage=Stage.PROXY):
            return _STAGE_BEHIND[check.protocol]
        case Handshake(verified=True):
            return Stage.HTTP
        case _:
            return None


_STAGE_BEHIND = {
    Protocol.HTTPS: Stage.TLS,
    Protocol.WSS: Stage.TLS,
    Protocol.HTTP: Stage.HTTP,
    Protocol.TCP: None,
    Protocol.UDP: None,
}
"""What is spoken once the connection to the service is there."""
