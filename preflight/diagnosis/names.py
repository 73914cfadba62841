"""Comparing names: organisations, certificate names, domains, and what kind of address an answer is."""

from ipaddress import ip_address, ip_network

from preflight.model.evidence import Certificate
from preflight.model.vantage import Address

LEGAL_FORMS = frozenset(
    {
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "llc",
        "ltd",
        "limited",
        "gmbh",
        "co",
        "company",
        "plc",
    }
)
"""Endings that one organisation is written with and without."""

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


def organization_key(organization: str) -> str:
    """The organisation in comparable form: lower case, no punctuation, no legal form at its end."""
    letters = "".join(c if c.isalnum() else " " for c in organization.replace("'", "").casefold())
    words = letters.split()
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def is_for(certificate: Certificate, host: str) -> bool:
    """Whether the certificate's names cover the host (RFC 6125 §6.4: a wildcard stands for one whole label)."""
    return any(
        _covers(name.casefold().rstrip("."), host.casefold().rstrip("."))
        for name in certificate.names
    )


def _covers(name: str, host: str) -> bool:
    if name == host:
        return True
    if name.startswith("*."):
        return "." in host and host.partition(".")[2] == name[2:]
    return _is_same_address(name, host)


def _is_same_address(name: str, host: str) -> bool:
    try:
        return ip_address(name) == ip_address(host)
    except ValueError:
        return False


def domain(host: str) -> str:
    """The last two labels: enough to say that two names are unrelated, not enough to say that they belong together."""
    return ".".join(host.casefold().rstrip(".").split(".")[-2:])


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
