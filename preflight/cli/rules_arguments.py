"""What users type for `rules request` → model values. Pure, as `arguments` is."""

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_network

from preflight.errors import UsageError
from preflight.hostname import address_of, canonical_host
from preflight.model.flow import Labels
from preflight.model.vantage import Address

TEXT_LIMIT = 1_000
SHOWN_LIMIT = 60
_PREFIX = r"[a-z](?:[a-z0-9-]{0,22}[a-z0-9])?"
_NAMESPACE = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_LABEL_NAME = (
    r"(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
_LABEL_VALUE = r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"
"""Kubernetes documentation, "Labels and Selectors": syntax and character set."""


def prefix(text: str, *, option: str = "--name") -> str:
    """A name that begins names in every format."""
    return _matching(_PREFIX, text, option, "lower-case letters, digits and hyphens, at most 24")


def namespace(text: str, *, option: str = "--namespace") -> str:
    """A namespace's name."""
    return _matching(_NAMESPACE, text, option, "that is no name of a namespace")


def cidr(text: str, *, option: str = "--source") -> str:
    """A network, or one address, in its shortest form; never everything."""
    try:
        network = ip_network(text.strip()[:TEXT_LIMIT])
    except ValueError:
        raise UsageError(
            f"{option} {_shown(text)}: a network such as 10.240.0.0/16 is needed, without host bits"
        ) from None
    if network.prefixlen == 0:
        raise UsageError(f"{option} {_shown(text)}: that is everywhere; name the nodes' subnets")
    return str(network)


def labels(text: str, *, option: str = "--labels") -> Labels:
    """Labels of `k=v,k=v`, sorted by name."""
    found: dict[str, str] = {}
    for pair in text[:TEXT_LIMIT].split(","):
        name, equals, value = (part.strip() for part in pair.partition("="))
        is_label = re.fullmatch(_LABEL_NAME, name) and re.fullmatch(_LABEL_VALUE, value)
        if not equals or not is_label:
            raise UsageError(f"{option} {_shown(pair)}: write NAME=VALUE, as in app=defender")
        if found.setdefault(name, value) != value:
            raise UsageError(f"{option}: {name} is given twice")
    return tuple(sorted(found.items()))


def addresses(
    texts: Iterable[str], *, option: str = "--address"
) -> Mapping[str, tuple[Address, ...]]:
    """Host → what it leads to, of `HOST=IP[,IP]`; a host may stand more than once."""
    found: dict[str, tuple[Address, ...]] = {}
    for text in texts:
        host, equals, numbers = text[:TEXT_LIMIT].partition("=")
        try:
            name = canonical_host(host.strip().removeprefix("*."))
        except ValueError as error:
            raise UsageError(f"{option} {_shown(text)}: {error}") from None
        key = f"*.{name}" if host.strip().startswith("*.") else name
        read = tuple(address_of(number.strip()) for number in numbers.split(","))
        known = tuple(address for address in read if address is not None)
        if not equals or len(known) < len(read):
            raise UsageError(
                f"{option} {_shown(text)}: write HOST=IP, several addresses with commas"
            )
        found[key] = (*found.get(key, ()), *known)
    return found


def _matching(pattern: str, text: str, option: str, needed: str) -> str:
    if re.fullmatch(pattern, text[:TEXT_LIMIT]):
        return text
    raise UsageError(f"{option} {_shown(text)}: {needed}")


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN_LIMIT else f"{text[: SHOWN_LIMIT - 1]}…")
