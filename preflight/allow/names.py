"""Documented names: which are fit to stand in a rule, which covers which, and how deep a wildcard has to reach."""

import re

from preflight.hostname import NAME_LIMIT, address_of
from preflight.model.request import WILDCARD

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_TAG = re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*")
"""A service tag, as in `AzureCloud.westeurope`."""
_LEAST_LABELS = 2
"""Behind a wildcard: `*.com` would open what nobody asked for."""


def is_address(text: str) -> bool:
    """Whether it is an IP address and not a name."""
    return address_of(text) is not None and "%" not in text


def is_name(text: str) -> bool:
    """Whether it is a name in the form in which rules hold it: lower case, one wildcard at most, in the first label."""
    first, *others = text.split(".")
    if len(text) > NAME_LIMIT or first.count(WILDCARD) > 1 or not others or others[-1].isdigit():
        return False
    if WILDCARD in first and len(others) < _LEAST_LABELS:
        return False
    filled = first.replace(WILDCARD, "w")
    return all(_LABEL.fullmatch(label) for label in (filled, *others))


def is_service_tag(text: str) -> bool:
    """Whether it has the form of a service tag, without a placeholder."""
    return _TAG.fullmatch(text) is not None


def covers(wide: str, name: str) -> bool:
    """Whether a documented wildcard stands for `name`, itself possibly a narrower wildcard.

    `*.x` stands for any number of labels before `x` and never for `x`; `md-*.x` for names below `x` that begin so, with more labels
    too (managed disks are at `md-hdd-1a2b.z3.blob.storage.azure.net`).
    """
    head, star, tail = wide.partition(WILDCARD)
    if not star or wide == name or not name.startswith(head) or not name.endswith(tail):
        return False
    middle = name[len(head) : len(name) - len(tail)]
    return bool(middle) and not (head and middle.startswith(".")) and not middle.endswith(".")


def depth(wide: str, name: str) -> int:
    """How many labels `name` has in the place of the wildcard that covers it; a placeholder counts as one."""
    return name.count(".") - wide.count(".") + 1


def by_domain(name: str) -> tuple[str, ...]:
    """A sort key that keeps the names of one domain together."""
    return tuple(reversed(name.split(".")))
