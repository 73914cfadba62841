"""The configured resolvers, as the C library finds them."""

import os
from ipaddress import IPv4Address
from pathlib import Path

from preflight.hostname import address_of
from preflight.model.vantage import Peer
from preflight.vantage.places import read_text

DNS_PORT = 53
MOST_RESOLVERS = 3
"""MAXNS of resolv.conf(5): further lines are never asked, so a check that asked them would see more than the agent does."""
FILE_LIMIT = 64 * 1024
"""Bytes; a real file has a few hundred."""
LOCAL_RESOLVER = Peer(address=IPv4Address("127.0.0.1"), port=DNS_PORT)
"""What resolv.conf(5) falls back to where the file names none."""


def resolvers(resolv_conf: Path, *, system: str = os.name) -> tuple[Peer, ...]:
    """The resolvers in the order in which they are asked; `system` is `os.name`.

    Empty only on Windows, when no adapter has one.
    """
    text = read_text(resolv_conf, FILE_LIMIT)
    if text is None and system == "nt":
        return system_resolvers(resolv_conf)
    return parse_resolv_conf(text or "")


def parse_resolv_conf(text: str) -> tuple[Peer, ...]:
    """The first three usable `nameserver` lines; the local machine where there is none (resolv.conf(5)).

    The keyword starts its line, space or tab follows, and what comes after the address is ignored. A line that holds no
    address is passed over. Scope ids (`fe80::1%eth0`) are kept.
    """
    found = []
    for line in text.split("\n"):
        if line.startswith(("nameserver ", "nameserver\t")):
            words = line.split()
            address = address_of(words[1]) if len(words) > 1 else None
            if address is not None:
                found.append(Peer(address=address, port=DNS_PORT))
    return tuple(found[:MOST_RESOLVERS]) or (LOCAL_RESOLVER,)


def system_resolvers(resolv_conf: Path) -> tuple[Peer, ...]:
    """The resolvers of a system without resolv.conf (Windows keeps them in its registry), read by dnspython."""
    # Only here, because it takes longer than everything else before the first packet.
    from dns.resolver import NoResolverConfiguration, Resolver

    try:
        known = Resolver(filename=str(resolv_conf))
    except NoResolverConfiguration:
        return ()
    addresses = (address_of(str(nameserver)) for nameserver in known.nameservers)
    return tuple(Peer(address=a, port=known.port) for a in addresses if a is not None)
