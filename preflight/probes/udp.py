"""UDP: one question to each address. Only where the service answers strangers does silence mean anything."""

import os

from preflight.model.evidence import RecordType
from preflight.model.vantage import Address, Peer
from preflight.probes.look import Look
from preflight.wire.datagram import ask
from preflight.wire.message import query

NTP, DNS = 123, 53


async def probe(look: Look) -> None:
    """Leave the trace of one UDP check."""
    # 1. resolve
    found = await look.resolve()
    # 2. ask every address at once
    await look.at_each(found, attempt)


async def attempt(look: Look, address: Address) -> None:
    """Ask one address."""
    question, payload = question_for(look.check.port)
    peer = Peer(address=address, port=look.check.port)
    look.trace.attempt(address).append(
        await ask(look.network, peer, payload, question=question, timeout=look.check.timeout)
    )


def question_for(port: int) -> tuple[str, bytes]:
    """What to ask on a well-known port: its name for people, and the datagram."""
    if port == NTP:
        # LI 0, version 4, mode 3 (client), the rest zero but a random transmit timestamp (RFC 5905 §7.3, RFC 9109)
        return "NTP client request", b"\x23" + bytes(39) + os.urandom(8)
    if port == DNS:
        return "DNS query for localhost", query("localhost", RecordType.A).wire
    return "empty datagram", b"\0"
