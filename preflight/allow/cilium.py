"""CiliumNetworkPolicy (cilium.io/v2), by name, with the DNS rule that teaches Cilium the names' addresses.

`*.x` stands for one label before x, `**.x` for one or more (recent versions; older ones read it as `*.x`). Which of the two is written
follows the names that are known to be used: one label where none has more, else any number; and any number, as the vendor documents it,
where no name is known.
"""

from collections.abc import Iterable, Iterator, Sequence

from preflight.allow.destinations import ISOLATES
from preflight.allow.names import is_address
from preflight.allow.pods import share_of
from preflight.allow.words import about, each, fqdns, listed, preamble
from preflight.allow.yaml_text import comments, indented, mapping, metadata, ports_of, scalar
from preflight.hostname import address_of
from preflight.model.request import Rendered, Request, Rule

IN_CLUSTER = "**.cluster.local"
"""Names inside the cluster, and what a resolver makes of any name by its search list before it asks for the name itself."""


def render(request: Request) -> Rendered:
    """The policy; empty where these pods need nothing."""
    share = share_of(request)
    if not share.rules:
        return Rendered(text="", remarks=share.remarks)
    remarks = (*share.remarks, *_remarks(share.rules), ISOLATES)
    lines = [
        *comments(preamble(request, remarks)),
        "apiVersion: cilium.io/v2",
        "kind: CiliumNetworkPolicy",
        *metadata(request),
        "spec:",
        f"  endpointSelector: {{matchLabels: {mapping(request.pods.labels)}}}",
        "  egress:",
        *indented(_dns(share.rules), 4),
        *(
            line
            for (port, protocol), rules in ports_of(share.rules).items()
            for line in indented(_openings(port, protocol, rules), 4)
        ),
    ]
    return Rendered(text="\n".join(lines) + "\n", remarks=remarks)


def selector(rule: Rule) -> str:
    """The name as Cilium matches it: `matchName`, or `matchPattern` with one label or any number of them."""
    if not rule.is_wildcard:
        return f"matchName: {scalar(rule.fqdn)}"
    is_deep = rule.suffix is not None and rule.depth != 1
    return f"matchPattern: {scalar(f'**.{rule.suffix}' if is_deep else rule.fqdn)}"


def _dns(rules: Sequence[Rule]) -> Iterator[str]:
    patterns = dict.fromkeys(selector(rule) for rule in rules if not is_address(rule.fqdn))
    yield "# Resolver: kube-dns or CoreDNS; with AKS LocalDNS it is k8s-app: node-local-dns. Without it no name is ever learned."
    yield "- toEndpoints:"
    yield "    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s:k8s-app: kube-dns}"
    yield "  toPorts:"
    yield '    - ports: [{port: "53", protocol: ANY}]'
    yield "      rules:"
    yield "        dns:"
    yield from (f"          - {pattern}" for pattern in patterns)
    yield f'          - matchPattern: "{IN_CLUSTER}" # inside the cluster, and the resolver\'s search list'


def _openings(port: int, protocol: str, rules: Sequence[Rule]) -> Iterator[str]:
    names = [rule for rule in rules if not is_address(rule.fqdn)]
    if names:
        yield "- toFQDNs:"
        yield from (f"    - {selector(rule)} # {about(rule)}" for rule in names)
        yield from _to_port(port, protocol)
    numbers = [rule for rule in rules if is_address(rule.fqdn)]
    if numbers:
        yield "- toCIDR:"
        yield from (f'    - "{_cidr(rule.fqdn)}" # {about(rule)}' for rule in numbers)
        yield from _to_port(port, protocol)


def _to_port(port: int, protocol: str) -> Iterator[str]:
    yield "  toPorts:"
    yield f'    - ports: [{{port: "{port}", protocol: {protocol}}}]'


def _cidr(text: str) -> str:
    address = address_of(text)
    return f"{text}/{address.max_prefixlen}" if address else text


def _remarks(rules: Sequence[Rule]) -> Iterable[str]:
    deep = [rule for rule in rules if rule.suffix and rule.depth != 1]
    if deep:
        yield (
            f"More labels than one may stand in the wildcard's place, which ** says; older versions of Cilium read it as one label: "
            f"{listed(fqdns(deep))}."
        )
    partial = [rule for rule in rules if rule.is_wildcard and rule.suffix is None]
    if partial:
        yield f"A wildcard inside a label stays within that label here, and names with more labels are closed: {each(partial)}."
    yield (
        "On AKS, rules by name need Advanced Container Networking Services and Kubernetes 1.29 or later; without them such a policy closes "
        "what it should open."
    )
