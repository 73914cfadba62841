"""What kind of address it is: one of the internet, one that only this network can reach, or one that no service has."""

from ipaddress import ip_network

from preflight.model.vantage import Address

PRIVATE = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
"""Where private endpoints live (RFC 1918, RFC 6598, RFC 4193). `is_private` would count documentation addresses too."""
NOWHERE = tuple(
    map(
        ip_network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::/128", "::1/128", "fe80::/10")
    )
)
"""This network, loopback, link-local and unspecified (RFC 6890): no public service has such an address."""


def is_private(address: Address) -> bool:
    """Whether the address is one that only this network can reach."""
    return any(address in network for network in PRIVATE if network.version == address.version)


def is_nowhere(address: Address) -> bool:
    """Whether no public service can have the address."""
    mapped = address.ipv4_mapped if address.version == 6 else None
    seen = mapped or address
    return any(seen in network for network in NOWHERE if network.version == seen.version)


def is_local(address: Address) -> bool:
    """Whether the internet cannot answer the address: private, link-local or none at all."""
    return is_private(address) or is_nowhere(address)


def is_local_ipv6(address: Address) -> bool:
    """Whether it is a unique local or link-local address (RFC 4193, RFC 4291 §2.5.6): a lone one is no way to the internet."""
    return address.version == 6 and is_local(address)
