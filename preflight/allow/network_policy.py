"""Kubernetes NetworkPolicy (networking.k8s.io/v1).

It knows addresses and no names, so it holds what a report or the user knows, and nothing wider. The rule for DNS is part of it, since a
policy that isolates pods closes their way to the resolver too.
"""

from collections.abc import Iterator

from preflight.allow.destinations import ISOLATES, Numbered, about_addresses, numbered
from preflight.allow.pods import share_of
from preflight.allow.words import listed, preamble
from preflight.allow.yaml_text import comments, indented, mapping, metadata, ports_of
from preflight.model.request import Rendered, Request

DNS = (
    "# Resolver: kube-dns or CoreDNS; other pods answer with AKS LocalDNS (k8s-app: node-local-dns) or OpenShift (port 5353).",
    "- to:",
    "    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}",
    "      podSelector: {matchLabels: {k8s-app: kube-dns}}",
    "  ports:",
    "    - {protocol: UDP, port: 53}",
    "    - {protocol: TCP, port: 53}",
)


def render(request: Request) -> Rendered:
    """The policy; only comments where no address is known, for a policy with nothing but DNS would close everything else."""
    share = share_of(request)
    ports = numbered(ports_of(share.rules).items())
    notes = (*share.remarks, *about_addresses(share.rules))
    if not ports:
        only = comments(preamble(request, (*notes, "No policy is written.")))
        return Rendered(text="\n".join(only) + "\n" if request.rules else "", remarks=notes)
    remarks = (*notes, ISOLATES)
    lines = [
        *comments(preamble(request, remarks)),
        "apiVersion: networking.k8s.io/v1",
        "kind: NetworkPolicy",
        *metadata(request),
        "spec:",
        f"  podSelector: {{matchLabels: {mapping(request.pods.labels)}}}",
        "  policyTypes: [Egress]",
        "  egress:",
        *indented(DNS, 4),
        *(line for each in ports for line in indented(_rule(each), 4)),
    ]
    return Rendered(text="\n".join(lines) + "\n", remarks=remarks)


def _rule(ports: Numbered) -> Iterator[str]:
    yield "- to:"
    for address, names in ports.addresses:
        yield f'    - ipBlock: {{cidr: "{address}/{address.max_prefixlen}"}} # {listed(names)}'
    yield "  ports:"
    yield f"    - {{protocol: {ports.protocol}, port: {ports.port}}}"
