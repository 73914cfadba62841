"""Small pieces of sentences that several rules share."""

from collections.abc import Sequence

from preflight.addresses import is_private
from preflight.diagnosis.case import Case
from preflight.diagnosis.quote import plain, quoted
from preflight.model.evidence import Certificate, PathStep
from preflight.model.vantage import Address

NAMES_SHOWN = 3
"""Names listed before the rest is only counted."""


def at(step: PathStep, case: Case) -> str:
    """Where a step went, as in `host (1.2.3.4:443)`; what happens inside a tunnel went to the host, not to the proxy."""
    if case.proxy is not None:
        return f"{plain(case.host)} (through the proxy {plain(str(case.proxy))})"
    return f"{plain(case.host)} ({step.destination})" if step.destination else plain(case.host)


def issuer_of(certificate: Certificate) -> str:
    """The issuing organisation, quoted; the whole name where it has none."""
    return quoted(certificate.issuer_organization or certificate.issuer)


def after(seconds: float) -> str:
    """How long something took, as in `after 5.0 s`."""
    return f"after {seconds:.1f} s"


def private_hint(address: Address) -> str:
    """A sentence on addresses that no internet rule is about; empty for public ones."""
    if not is_private(address):
        return ""
    return (
        " The address is private: a private endpoint or an internal device, so look at the route to it"
        " rather than at internet egress."
    )


def listed(names: Sequence[str]) -> str:
    """Some names in words, the rest counted."""
    shown = [plain(name) for name in names[:NAMES_SHOWN]]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1]))) if shown else ""


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, as in `1 endpoint` and `3 endpoints`."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def spans(numbers: Sequence[int]) -> str:
    """Numbers with their neighbours taken together, as in `1, 4 to 16`."""
    ends: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if ends and number <= ends[-1][1] + 1:
            ends[-1] = (ends[-1][0], number)
        else:
            ends.append((number, number))
    return ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in ends)
