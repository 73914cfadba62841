"""Host names against the patterns of in-cluster engines: a star means something else in each of them."""

from preflight.policies.wildcards import matches_in_cilium


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
    """`*` stays inside one label, alone it is every name, and a leading `**.` is one or more labels."""
    return matches_in_cilium(pattern, host)


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")
