"""TCP_INFO: what Linux's kernel knows of a connection and tells without privileges (tcp(7), include/uapi/linux/tcp.h)."""

import socket
import struct
import sys

from preflight.model.evidence import Delivery

LAYOUT = struct.Struct("=8B24I")
"""struct tcp_info as of Linux 2.6, which later kernels only add to: eight bytes, then 32-bit numbers."""
SND_MSS, UNACKED, TOTAL_RETRANS = 8 + 2, 8 + 4, 8 + 23
"""Places of tcpi_snd_mss, tcpi_unacked (segments) and tcpi_total_retrans."""


def delivery(connected: socket.socket) -> Delivery | None:
    """Whether what was sent on a connected TCP socket arrived; None where the kernel does not tell."""
    if sys.platform != "linux":
        return None
    try:
        told = connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LAYOUT.size)
    except OSError:
        return None  # a closed socket, or a sandbox without the option: then nothing is known
    if len(told) < LAYOUT.size:
        return None
    fields = LAYOUT.unpack(told)
    return Delivery(
        is_acknowledged=fields[UNACKED] == 0,
        retransmissions=fields[TOTAL_RETRANS],
        mss=fields[SND_MSS],
    )
