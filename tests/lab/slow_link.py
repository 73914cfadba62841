"""A link that takes its time, between two namespaces: `python -m tests.lab.slow_link ROUND_TRIP NEAR_PID FAR_PID`.

Its ends are TUN devices, `out0` in the namespace of the first process and `in0` in that of the second, and it hands every packet over
after half the round trip: a kernel without netem has no other way. It prints a line when it stands, and carries until its standard
input ends.
"""

import ctypes
import fcntl
import os
import struct
import sys

from bench.delay_link import CLONE_NEWNET, IFF_TUN_WITHOUT_HEADER, TUNSETIFF, forward


def open_tun(pid: str, name: str) -> int:
    """A TUN device in the network namespace of that process; its descriptor."""
    libc = ctypes.CDLL(None, use_errno=True)
    namespace = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    if libc.setns(namespace, CLONE_NEWNET) != 0:  # os.setns came with Python 3.12
        raise OSError(ctypes.get_errno(), "setns")
    os.close(namespace)
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN_WITHOUT_HEADER))
    return device


def main() -> None:
    """Build both ends, say so, and carry."""
    round_trip, near, far = sys.argv[1:]
    ends = open_tun(near, "out0"), open_tun(far, "in0")
    print(flush=True)
    forward(*ends, float(round_trip) / 2, sys.stdin.fileno())


if __name__ == "__main__":
    main()
