"""Observations as the report shows them: one line each, nothing untrusted left raw."""

from collections.abc import Iterable, Mapping
from typing import assert_never

from preflight.diagnosis.quote import plain, quoted, quoted_bytes
from preflight.model.evidence import (
    Connect,
    Datagram,
    Evidence,
    Exchange,
    Experiment,
    Handshake,
    Hello,
    Hop,
    Lookup,
    Observation,
    Outcome,
    Transport,
    Tunnel,
)
from preflight.model.report import CONTROL, EvidenceLine

ADDRESSES_SHOWN = 4
CHAIN_SHOWN = 4
BODY_SHOWN = 60
"""Bytes of a body or of a foreign answer that a line quotes."""
HEADERS_SHOWN = ("server", "location", "via", "x-squid-error", "date")
"""Headers that tell who answered; the others stay out of the report."""


def experiments(evidence: Iterable[Evidence]) -> Mapping[int, Experiment]:
    """The follow-up experiment that made each observation, by its `id()`: two observations may be equal."""
    return {
        id(observation): control.name
        for each in evidence
        for control in each.controls
        for observation in control.observations
    }


def line(observation: Observation, experiment: Experiment | None = None) -> EvidenceLine:
    """The observation as one line; of an experiment it begins with its name, as in `control another_name: …`."""
    said = detail(observation)
    made_by = f"{CONTROL}{experiment.value}" if experiment else ""
    return EvidenceLine(
        at=observation.at,
        stage=observation.stage,
        action=type(observation).__name__.lower(),
        source=str(observation.source) if observation.source else None,
        destination=str(observation.destination) if observation.destination else None,
        outcome=observation.outcome.value,
        elapsed=observation.elapsed,
        detail=": ".join(filter(None, (made_by, said))),
    )


def detail(observation: Observation) -> str:
    """What the fields of a line do not already say; ends with the raw error where there is one."""
    said = [part for part in _parts(observation) if part]
    if observation.error:
        said.append(plain(observation.error))
    return ", ".join(said)


def _parts(observation: Observation) -> list[str]:
    match observation:
        case Lookup():
            return _lookup(observation)
        case Connect():
            return [
                f"segments of {observation.mss} bytes" if observation.mss else "",
                f"answered by {observation.router}" if observation.router else "",
            ]
        case Tunnel():
            return _tunnel(observation)
        case Handshake():
            return _handshake(observation)
        case Exchange():
            return _exchange(observation)
        case Datagram():
            answered = (
                f"{len(observation.answer)} bytes answered"
                if observation.outcome is Outcome.OK
                else ""
            )
            return [plain(observation.question), answered]
        case Hello() | Hop():
            return _tried(observation)
        case _ as unreachable:
            assert_never(unreachable)


def _lookup(lookup: Lookup) -> list[str]:
    via = (
        "from the hosts file" if lookup.transport is Transport.HOSTS else f"over {lookup.transport}"
    )
    asked = f"{lookup.record_type} {plain(lookup.name)}"
    chain = [plain(name) for name in lookup.chain[:CHAIN_SHOWN]]
    more = len(lookup.addresses) - ADDRESSES_SHOWN
    given = ", ".join(map(str, lookup.addresses[:ADDRESSES_SHOWN])) + (
        f" and {more} more" if more > 0 else ""
    )
    return [
        asked if lookup.transport is Transport.LITERAL else f"{asked} {via}",
        plain(lookup.rcode) if lookup.rcode else "",
        f"alias of {' > '.join(chain)}" if chain else "",
        given,
    ]


def _tunnel(tunnel: Tunnel) -> list[str]:
    status = f"status {tunnel.status}" if tunnel.status is not None else ""
    reason = quoted(tunnel.reason) if tunnel.reason else ""
    return [
        f"CONNECT {plain(tunnel.target)}",
        f"{status} {reason}".strip(),
        *_headers(tunnel),
        _body(tunnel.body),
    ]


def _handshake(shaken: Handshake) -> list[str]:
    leaf = shaken.certificates[0] if shaken.certificates else None
    return [
        _server_name(shaken),
        _judged(shaken),
        plain(shaken.version) if shaken.version else "",
        f"subject {quoted(leaf.subject)}" if leaf else "",
        f"issuer {quoted(leaf.issuer)}" if leaf else "",
        f"alert {quoted(shaken.alert)}" if shaken.alert else "",
        f"verification code {shaken.verify_code}" if shaken.verify_code is not None else "",
        f"answered {quoted_bytes(shaken.first_bytes, BODY_SHOWN)}" if shaken.first_bytes else "",
        _undelivered(shaken),
    ]


def _server_name(sent: Handshake | Hello) -> str:
    return f"server name {plain(sent.server_name)}" if sent.server_name else "no server name"


def _judged(shaken: Handshake) -> str:
    if not shaken.verified:
        return "not verified, only looked at"
    return "verified but for its dates" if shaken.ignores_dates else ""


def _undelivered(sent: Handshake | Exchange | Hello) -> str:
    """What became of bytes that nobody answered, as this host's kernel knows it."""
    told = sent.delivery
    if told is None:
        return ""
    if told.is_acknowledged:
        return "acknowledged"
    return f"not acknowledged, sent again {told.retransmissions} times"


def _tried(sent: Hello | Hop) -> list[str]:
    """What only experiments send."""
    match sent:
        case Hello():
            return [_server_name(sent), f"{sent.size} bytes", _undelivered(sent)]
        case Hop():
            by = f"answered by {sent.router}" if sent.router else ""
            return [f"{sent.transport} with time to live {sent.ttl}", by]
        case _ as unreachable:
            assert_never(unreachable)


def _exchange(exchange: Exchange) -> list[str]:
    status = f"status {exchange.status}" if exchange.status is not None else ""
    return [
        f"{plain(exchange.method)} {plain(exchange.path)}",
        status,
        *_headers(exchange),
        _body(exchange.body),
        _undelivered(exchange),
    ]


def _headers(answer: Tunnel | Exchange) -> list[str]:
    return [f"{name} {quoted(value)}" for name, value in answer.headers if name in HEADERS_SHOWN][
        : len(HEADERS_SHOWN)
    ]


def _body(body: bytes) -> str:
    return f"body {quoted_bytes(body, BODY_SHOWN)}" if body else ""
