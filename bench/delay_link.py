"""A link with a round trip, between two network namespaces that end with this process.

Started by `bench.lab` in fresh network and mount namespaces (the near side). It owns a TUN device on each side and hands every
packet over after half the round trip. A kernel without netem has no other way, and one way for every kernel compares better.

Usage: python -m bench.delay_link ROUND_TRIP_SECONDS NEAR_ADDRESS FAR_ADDRESS. It prints the descriptor that holds the near
network namespace, and ends when its standard input is closed.
"""

import ctypes
import fcntl
import os
import select
import struct
import subprocess
import sys
import time
from collections import deque

from bench.addresses import DEVICE

CLONE_NEWNET = 0x40000000  # linux/sched.h; os.unshare came with Python 3.12
TUNSETIFF = 0x400454CA  # linux/if_tun.h
IFF_TUN_WITHOUT_HEADER = 0x1001  # IFF_TUN | IFF_NO_PI

PACKET_LIMIT = 65_536
BURST = 64
"""Packets read from one side before the other side gets its turn."""

QUEUE_LENGTH = 20_000
"""Packets; a TUN device's own 500 would lose some of two thousand SYNs sent at once."""


class DelayLine:
    """Packets on their way in one direction: each leaves `delay` seconds after it came, in the same order."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._packets: deque[tuple[float, bytes]] = deque()

    def push(self, packet: bytes, now: float) -> None:
        """Take in a packet that arrived at `now`."""
        self._packets.append((now + self._delay, packet))

    def pop_due(self, now: float) -> list[bytes]:
        """The packets that have travelled long enough, oldest first."""
        due = []
        while self._packets and self._packets[0][0] <= now:
            due.append(self._packets.popleft()[1])
        return due

    @property
    def next_due(self) -> float | None:
        """When the next packet leaves; None with nothing on its way."""
        return self._packets[0][0] if self._packets else None


def open_tun(address: str) -> int:
    """A TUN device in the namespace of this process, up and with `address` (with its prefix length); its descriptor."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", DEVICE.encode(), IFF_TUN_WITHOUT_HEADER))
    for arguments in (
        ["link", "set", "lo", "up"],
        ["address", "add", address, "dev", DEVICE],
        ["link", "set", DEVICE, "up", "txqueuelen", str(QUEUE_LENGTH)],
    ):
        subprocess.run(["ip", *arguments], check=True)
    return device


def enter_new_network() -> None:
    """Move this process into a network namespace of its own."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWNET)")


def forward(near: int, far: int, delay: float, until_closed: int) -> None:
    """Carry packets both ways, each `delay` seconds late, until the pipe `until_closed` ends."""
    other = {near: far, far: near}
    lines = {near: DelayLine(delay), far: DelayLine(delay)}
    while True:
        due = [moment for line in lines.values() if (moment := line.next_due) is not None]
        wait = max(0.0, min(due) - time.monotonic()) if due else None
        readable, _, _ = select.select([near, far, until_closed], [], [], wait)
        if until_closed in readable:
            return
        for side in readable:
            _take_in(side, lines[side])
        for side, line in lines.items():
            for packet in line.pop_due(time.monotonic()):
                os.write(other[side], packet)


def _take_in(side: int, line: DelayLine) -> None:
    for _ in range(BURST):
        try:
            packet = os.read(side, PACKET_LIMIT)
        except BlockingIOError:
            return
        line.push(packet, time.monotonic())


def main() -> None:
    """Build both sides, say so, and forward."""
    round_trip, near_address, far_address = sys.argv[1:]
    near = open_tun(near_address)
    near_network = os.open("/proc/self/ns/net", os.O_RDONLY)
    enter_new_network()
    far = open_tun(far_address)
    print(near_network, flush=True)
    forward(near, far, float(round_trip) / 2, sys.stdin.fileno())


if __name__ == "__main__":
    main()
