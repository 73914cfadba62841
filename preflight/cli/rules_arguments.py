"""What users type for `rules request` → model values. Pure, as `arguments` is."""

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_network

from preflight.cli.pod_arguments import NAMESPACE, TEXT_LIMIT, shown
from preflight.errors import UsageError
from preflight.hostname import address_of, canonical_host
from preflight.model.vantage import Address

_PREFIX = r"[a-z](?:[a-z0-9-]{0,22}[a-z0-9])?"


def prefix(text: str, *, option: str = "--name") -> str:
    """A name that begins names in every format."""
    return _matching(_PREFIX, text, option, "lower-case letters, digits and hyphens, at most 24")


def namespace(text: str, *, option: str = "--namespace") -> str:
    """A namespace's name."""
    return _matching(NAMESPACE, text, option, "that is no name of a namespace")


def cidr(text: str, *, option: str = "--source") -> str:
    """A network, or one address, in its shortest form; never everything."""
    try:
        network = ip_network(text.strip()[:TEXT_LIMIT])
    except ValueError:
        raise UsageError(
            f"{option} {shown(text)}: a network such as 10.240.0.0/16 is needed, without host bits"
        ) from None
    if network.prefixlen == 0:
        raise UsageError(f"{option} {shown(text)}: that is everywhere; name the nodes' subnets")
    return str(network)


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
            raise UsageError(f"{option} {shown(text)}: {error}") from None
        key = f"*.{name}" if host.strip().startswith("*.") else name
        read = tuple(address_of(number.strip()) for number in numbers.split(","))
        known = tuple(address for address in read if address is not None)
        if not equals or len(known) < len(read):
            raise UsageError(
                f"{option} {shown(text)}: write HOST=IP, several addresses with commas"
            )
        found[key] = (*found.get(key, ()), *known)
    return found


def _matching(pattern: str, text: str, option: str, needed: str) -> str:
    if re.fullmatch(pattern, text[:TEXT_LIMIT]):
        return text
    raise UsageError(f"{option} {shown(text)}: {needed}")
