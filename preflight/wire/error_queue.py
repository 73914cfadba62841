"""The error queue, in which Linux keeps the ICMP messages that answer what a socket sent, with their senders.

An ordinary socket suffices, without privileges: ip(7) and ipv6(7), IP_RECVERR; for TCP since Linux 5.8. Before that, and in
sandboxes without the queue, the errors come without their sender, and nothing follows from them.
"""

import socket
import struct
from contextlib import suppress
from ipaddress import ip_address

from preflight.model.vantage import Address
from preflight.wire.network import Icmp

IP_RECVERR, IPV6_RECVERR = 11, 25
"""include/uapi/linux/in.h and in6.h; the socket module has no names for them."""
ORIGIN_ICMP, ORIGIN_ICMP6 = 2, 3
"""SO_EE_ORIGIN_ of include/uapi/linux/errqueue.h; what other origins tell is about this host."""
ERROR = struct.Struct("=IBBBBII")
"""struct sock_extended_err: errno, origin, type, code, padding, info, data. The sender's socket address follows."""
FAMILY = struct.Struct("=H")
SENDER = {socket.AF_INET: slice(4, 8), socket.AF_INET6: slice(8, 24)}
"""Where the address is in struct sockaddr_in and sockaddr_in6."""
DATA_LIMIT, CONTROL_LIMIT = 64, 512
"""Bytes read of one message: the packet that it is about does not matter, what is said about it is 16 bytes and a socket address."""


def has_error_queue() -> bool:
    """Whether this system has such a queue at all."""
    return hasattr(socket, "MSG_ERRQUEUE")


def keep_errors(opened: socket.socket, *, keep: bool) -> None:
    """Have ICMP messages kept from now on, or no more and those kept forgotten; nothing where the system has no such queue.

    On a connection that is there it must be off: every ICMP message would end it (tcp(7)).
    """
    if not has_error_queue():
        return  # elsewhere these numbers are other options
    with suppress(OSError):
        if opened.family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, keep)
        else:
            opened.setsockopt(socket.IPPROTO_IP, IP_RECVERR, keep)


def icmp(opened: socket.socket) -> Icmp | None:
    """The next ICMP message that the socket's queue holds; None when there is none."""
    if not has_error_queue():
        return None
    try:
        _, control, _, _ = opened.recvmsg(DATA_LIMIT, CONTROL_LIMIT, socket.MSG_ERRQUEUE)
    except OSError:
        return None  # it is empty
    kinds = {(socket.IPPROTO_IP, IP_RECVERR), (socket.IPPROTO_IPV6, IPV6_RECVERR)}
    told = (decoded(data) for level, kind, data in control if (level, kind) in kinds)
    return next((message for message in told if message is not None), None)


def decoded(data: bytes) -> Icmp | None:
    """What one entry of the queue says; None where it is not about an ICMP message."""
    if len(data) < ERROR.size:
        return None
    _, origin, type_, code, _, _, _ = ERROR.unpack_from(data)
    if origin not in {ORIGIN_ICMP, ORIGIN_ICMP6}:
        return None
    return Icmp(sender=_address(data[ERROR.size :]), type=type_, code=code)


def _address(name: bytes) -> Address | None:
    if len(name) < FAMILY.size:
        return None
    (family,) = FAMILY.unpack_from(name)
    place = SENDER.get(family)
    return ip_address(name[place]) if place and len(name) >= place.stop else None
