"""Names and addresses of the lab. They exist in its two namespaces only."""

from ipaddress import IPv4Address, IPv4Network

DEVICE = "link0"
"""The end of the link, on either side."""

PREFIX = 16
NEAR_ADDRESS = IPv4Address("10.98.0.1")
NAMESERVER = IPv4Address("10.98.0.2")

HOSTS = IPv4Network("10.98.16.0/20")
"""Every address in it is the far host's; each name has one of its own."""

ZONE = "bench.test"


def host_name(number: int) -> str:
    """The name of test host `number`, counted from 0."""
    return f"h{number}.{ZONE}"
