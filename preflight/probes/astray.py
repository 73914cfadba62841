"""Addresses at which the host is not met although a resolver gave them: what makes its answer worth asking about."""

from preflight.hostname import address_of
from preflight.model.evidence import Outcome
from preflight.model.plan import Direct, Stage
from preflight.model.vantage import Peer
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.wire.resolve import addresses

ASTRAY = {
    Stage.TCP: frozenset({Outcome.DROPPED, Outcome.REFUSED, Outcome.UNREACHABLE}),
    Stage.TLS: frozenset(
        {
            Outcome.DROPPED,
            Outcome.RESET,
            Outcome.CLOSED,
            Outcome.ALERT,
            Outcome.NOT_TLS,
            Outcome.UNTRUSTED,
            Outcome.NAME_MISMATCH,
        }
    ),
}
"""Ends that one meets at an address which is not the service's."""


def is_looked_up(look: Look) -> bool:
    """Whether the host is a name, and the addresses of the main line are its own rather than the proxy's."""
    return isinstance(look.check.route, Direct) and address_of(look.check.host) is None


def is_led_astray(look: Look, standing: Standing) -> bool:
    """Whether the first address that a resolver gave ended as one that is not the service's does."""
    first = next(iter(addresses(look.trace.lookups)), None)
    return (
        standing.address == first
        and standing.outcome in ASTRAY.get(standing.stage, ())
        and bool(givers(look))
    )


def givers(look: Look) -> tuple[Peer, ...]:
    """The resolvers that gave addresses; none where the hosts file did."""
    found = (each.destination for each in look.trace.lookups if each.addresses)
    return tuple(dict.fromkeys(peer for peer in found if peer is not None))
