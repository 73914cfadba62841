"""Host names against the patterns of in-cluster engines: a star means something else in each of them."""

import re
from functools import lru_cache

_LABEL = "[-a-zA-Z0-9_]"


def exact(name: str, host: str) -> bool:
    """The name itself, and nothing else."""
    return _plain(name) == _plain(host)


def deep(pattern: str, host: str) -> bool:
    """`*.example.com` is one or more labels before it, never the name itself.

    So do ClusterNetworkPolicy (v1alpha2, DomainName) and the kinds of Amazon's controller.
    """
    pattern, host = _plain(pattern), _plain(host)
    if pattern.startswith("*."):
        return host.endswith(pattern[1:]) and len(host) >= len(pattern)
    return host == pattern


def one_label(pattern: str, host: str) -> bool:
    """`*.example.com` is exactly one label before it: GKE FQDNNetworkPolicy."""
    pattern, host = _plain(pattern), _plain(host)
    if pattern.startswith("*."):
        label, dot, rest = host.partition(".")
        return bool(label and dot) and rest == pattern[2:]
    return host == pattern


def cilium(pattern: str, host: str) -> bool:
    """`*` stays inside one label, alone it is every name, and a leading `**.` is one or more labels.

    Source: cilium/cilium pkg/fqdn/matchpattern.
    """
    return _cilium(_plain(pattern)).fullmatch(_plain(host)) is not None


@lru_cache(maxsize=4096)
def _cilium(pattern: str) -> re.Pattern[str]:
    if pattern == "*":
        return re.compile(f"(?:{_LABEL}+\\.)*{_LABEL}+")
    deep_prefix = ""
    if pattern.startswith("**."):
        pattern, deep_prefix = pattern[3:], f"{_LABEL}+(?:\\.{_LABEL}+)*\\."
    # neighbouring stars say no more than one, and cost a lot
    parts = re.split(r"\*+", pattern)
    return re.compile(deep_prefix + f"{_LABEL}*".join(re.escape(part) for part in parts))


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")
