"""What users type for flows → model values. Pure, as `arguments` is."""

import re

from preflight.cli.pod_arguments import NAMESPACE, TEXT_LIMIT, shown
from preflight.errors import UsageError
from preflight.hostname import address_of, canonical_host, split_port
from preflight.model.flow import Destination, Transfer, Workload
from preflight.model.vantage import Address

PORT = 443
_NAME = r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?"
_POD = rf"pod/({NAMESPACE})/({_NAME})(?::([0-9]{{1,5}}))?"


def source(text: str, *, option: str = "--from") -> tuple[str, str | None]:
    """The namespace and pod of `NAMESPACE[/POD]`."""
    namespace, slash, pod = text[:TEXT_LIMIT].partition("/")
    if not re.fullmatch(NAMESPACE, namespace) or (slash and not re.fullmatch(_NAME, pod)):
        raise UsageError(f"{option} {shown(text)}: write NAMESPACE or NAMESPACE/POD")
    return namespace, pod or None


def address(text: str, *, option: str) -> Address:
    """An IP address."""
    found = address_of(text.strip()[:TEXT_LIMIT])
    if found is None:
        raise UsageError(f"{option} {shown(text)}: an IP address is needed, as in 10.240.0.4")
    return found


def destination(
    text: str, addresses: tuple[Address, ...] = (), *, option: str = "--to"
) -> Destination:
    """`HOST_OR_IP[:PORT[/PROTOCOL]]`, or `pod/NAMESPACE/NAME[:PORT[/PROTOCOL]]`."""
    if len(text) > TEXT_LIMIT or not text.isprintable():
        raise UsageError(f"{option}: the value is too long, or holds what cannot be printed")
    place, transfer = _transfer(text, option)
    pod = re.fullmatch(_POD, place)
    if pod:
        return Destination(
            workload=Workload(namespace=pod[1], pod=pod[2], labels_known=False),
            port=_port(pod[3], text, option),
            transfer=transfer,
        )
    if "/" in place:
        raise UsageError(
            f"{option} {shown(text)}: write HOST, HOST:PORT, HOST:PORT/UDP or pod/NAMESPACE/NAME:PORT"
        )
    return _outside(place, transfer, addresses, option)


def _outside(
    place: str, transfer: Transfer, addresses: tuple[Address, ...], option: str
) -> Destination:
    try:
        bare = address_of(place)
        host, port = (place, None) if bare else split_port(place)
        name = canonical_host(host)
    except ValueError as error:
        raise UsageError(f"{option} {shown(place)}: {error}") from None
    own = address_of(name)
    return Destination(
        host=None if own else name,
        addresses=(own,) if own else addresses,
        port=PORT if port is None else port,
        transfer=transfer,
    )


def _transfer(text: str, option: str) -> tuple[str, Transfer]:
    """What stands before the protocol, and the protocol; a pod's name has slashes of its own."""
    place, slash, word = text.rpartition("/")
    if not slash or ":" not in place:
        return text, Transfer.TCP
    try:
        return place, Transfer(word.upper())
    except ValueError:
        names = ", ".join(Transfer)
        raise UsageError(f"{option} {shown(text)}: the protocol is none of {names}") from None


def _port(digits: str | None, text: str, option: str) -> int:
    port = PORT if digits is None else int(digits)
    if not 1 <= port <= 65_535:
        raise UsageError(f"{option} {shown(text)}: the port is not a number from 1 to 65535")
    return port
