"""Every address of the lab. They exist in its namespaces only, which have no way to any other network."""

from ipaddress import ip_address, ip_network

OWN = tuple(
    map(
        ip_network,
        # links and private endpoints; documentation (RFC 5737, RFC 3849), as the internet's
        ("10.220.0.0/14", "fd00:220::/32", "192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"),
    )
)
"""The ranges that scenarios may use."""

CLIENT, CLIENT_6 = "10.220.0.2", "2001:db8:220::2"
FIREWALL = "10.220.0.1"
"""Its end towards the client."""
DNSMASQ = "192.0.2.53"
"""Where dnsmasq is, which knows every site."""
UNBOUND = "192.0.2.54"
"""Where unbound is, in the scenarios that have it; it forwards to dnsmasq."""
PROXY = "192.0.2.80"
"""Where squid is, in the scenarios that have it."""
PROXY_PORT = 3128
NOBODY = "192.0.2.250"
"""An address of the internet's end where nothing listens."""


def site(number: int) -> str:
    """An address for a site."""
    return f"198.51.100.{number}"


def site_6(number: int) -> str:
    """An IPv6 address for a site."""
    return f"2001:db8:198::{number}"


def private(number: int) -> str:
    """An address for a private endpoint."""
    return f"10.223.0.{number}"


def is_own(address: str) -> bool:
    """Whether the address is the lab's own, or one that leads out of no host at all, as a sinkhole's."""
    parsed = ip_address(address)
    return (
        parsed.is_unspecified
        or parsed.is_loopback
        or any(parsed in own for own in OWN if own.version == parsed.version)
    )
