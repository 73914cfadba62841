"""Calico open source (projectcalico.org/v3): network sets with the addresses, and a policy that opens them.

Names (`destination.domains`) exist only in the commercial editions, so this holds the addresses that are known, as a NetworkPolicy does.
"""

from collections.abc import Iterator

from preflight.allow.destinations import ISOLATES, Numbered, about_addresses, numbered
from preflight.allow.pods import share_of
from preflight.allow.words import listed, preamble
from preflight.allow.yaml_text import comments, indented, ports_of, scalar
from preflight.model.flow import Labels
from preflight.model.request import Rendered, Request

LABEL = "defender-preflight"
ORDER = 100
"""Before Kubernetes' own policies, which stand at 1000 in the same tier."""


def render(request: Request) -> Rendered:
    """The objects; only comments where no address is known, for a policy without one would close everything."""
    share = share_of(request)
    ports = numbered(ports_of(share.rules).items())
    notes = (*share.remarks, *about_addresses(share.rules))
    if not ports:
        only = comments(preamble(request, (*notes, "No policy is written.")))
        return Rendered(text="\n".join(only) + "\n" if request.rules else "", remarks=notes)
    remarks = (*notes, ISOLATES)
    lines = [
        *comments(preamble(request, remarks)),
        *(line for each in ports for line in (*_set(request, each), "---")),
        *_policy(request, ports),
    ]
    return Rendered(text="\n".join(lines) + "\n", remarks=remarks)


def _set(request: Request, ports: Numbered) -> Iterator[str]:
    yield "apiVersion: projectcalico.org/v3"
    yield "kind: GlobalNetworkSet"
    yield "metadata:"
    yield f"  name: {_set_name(request, ports)}"
    yield f"  labels: {{{LABEL}: {_set_name(request, ports)}}}"
    yield "spec:"
    yield "  nets:"
    for address, names in ports.addresses:
        yield f'    - "{address}/{address.max_prefixlen}" # {listed(names)}'


def _set_name(request: Request, ports: Numbered) -> str:
    return f"{request.name}-{ports.protocol.lower()}-{ports.port}"


def _policy(request: Request, ports: tuple[Numbered, ...]) -> Iterator[str]:
    namespace = f"kubernetes.io/metadata.name == '{request.pods.namespace}'"
    yield "apiVersion: projectcalico.org/v3"
    yield "kind: GlobalNetworkPolicy"
    yield "metadata:"
    yield f"  name: default.{request.name}-egress"
    yield "spec:"
    yield "  tier: default"
    yield f"  order: {ORDER}"
    yield f"  namespaceSelector: {scalar(namespace)}"
    yield f"  selector: {scalar(_selector(request.pods.labels))}"
    yield "  types: [Egress]"
    yield "  egress:"
    yield from indented(_dns(), 4)
    for each in ports:
        yield from indented(_opening(request, each), 4)


def _dns() -> Iterator[str]:
    yield "# Resolver: kube-dns or CoreDNS; with AKS LocalDNS it is k8s-app == 'node-local-dns'."
    for protocol in ("UDP", "TCP"):
        yield "- action: Allow"
        yield f"  protocol: {protocol}"
        yield "  destination:"
        yield "    namespaceSelector: kubernetes.io/metadata.name == 'kube-system'"
        yield "    selector: k8s-app == 'kube-dns'"
        yield "    ports: [53]"


def _opening(request: Request, ports: Numbered) -> Iterator[str]:
    chosen = f"{LABEL} == '{_set_name(request, ports)}'"
    yield "- action: Allow"
    yield f"  protocol: {ports.protocol}"
    yield "  destination:"
    yield f"    selector: {scalar(chosen)}"
    yield f"    ports: [{ports.port}]"


def _selector(labels: Labels) -> str:
    """Labels as Calico selects them; the values hold no quotes, which the command line sees to."""
    return " && ".join(f"{name} == '{value}'" for name, value in labels) or "all()"
