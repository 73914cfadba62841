"""Comparing names: organisations, certificate names and domains."""

from ipaddress import ip_address

from preflight.model.evidence import Certificate

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
