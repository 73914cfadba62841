"""The packet to look for in a device's log: what it was, when, from where, to where."""

from typing import assert_never

from preflight.diagnosis.quote import plain
from preflight.model.diagnosis import Diagnosis
from preflight.model.evidence import (
    Connect,
    Datagram,
    Exchange,
    Handshake,
    Lookup,
    Observation,
    Tunnel,
)


def to_look_for(diagnosis: Diagnosis) -> str:
    """One sentence about the packet that decided; empty when nothing was sent."""
    sent = [step for step in diagnosis.observations if step.destination is not None]
    if not sent:
        return ""
    last = sent[-1]
    source = f"from {last.source}" if last.source else "from this host"
    when = f"{last.at:%Y-%m-%d %H:%M:%S}.{last.at.microsecond // 1000:03d} UTC"
    return f"In a log, look for {_what(last)} {source} to {last.destination} at {when}."


def _what(step: Observation) -> str:
    match step:
        case Lookup():
            return f"the DNS question for {plain(step.name)} ({step.transport.upper()})"
        case Connect():
            return "the TCP SYN"
        case Tunnel():
            return f"the request CONNECT {plain(step.target)}"
        case Handshake():
            return (
                f"the TLS ClientHello with server name {plain(step.server_name)}"
                if step.server_name
                else "the TLS ClientHello"
            )
        case Exchange():
            return f"the HTTP request {plain(step.method)} {plain(step.path)}"
        case Datagram():
            return "the UDP packet"
        case _ as unreachable:
            assert_never(unreachable)
