"""CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy as objects: whom each of their specs selects, and whether it closes what it does not allow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from preflight.model.document import Document
from preflight.policies.kubernetes.cilium.endpoints import Endpoints, endpoints
from preflight.policies.kubernetes.cilium.peers import Surroundings
from preflight.policies.kubernetes.cilium.rules import Rule, read_rules
from preflight.policies.kubernetes.fields import Fields, Malformed, each, fields, named
from preflight.policies.kubernetes.target import Pod
from preflight.policies.kubernetes.truth import Truth, unsupported
from preflight.policies.kubernetes.wording import quoted

NAMESPACED = "CiliumNetworkPolicy"
CLUSTERWIDE = "CiliumClusterwideNetworkPolicy"
NOBODY = Endpoints((), None)


@dataclass(frozen=True, slots=True)
class Policy:
    """One spec of an object."""

    kind: str
    name: str
    """`namespace/name`, or the name alone of a clusterwide policy."""
    document: Document
    path: str
    """`spec`, or `specs[0]`."""
    subject: Endpoints
    allows: tuple[Rule, ...]
    denies: tuple[Rule, ...]
    closes: bool
    """Whether what is not allowed is denied."""
    trouble: str = ""

    def selects(self, source: Pod) -> Truth:
        """Whether it counts for this pod."""
        return unsupported(self.trouble) if self.trouble else self.subject.selects(source)

    def __str__(self) -> str:
        return f"{self.kind} {quoted(self.name)}"


def read_policies(document: Document, around: Surroundings) -> Iterator[Policy]:
    """What of an object counts for the egress of pods; specs for nodes are left out."""
    body = document.body
    kind, (_, own) = str(body["kind"]), named(body)
    name = own if around.namespace is None else f"{around.namespace}/{own}"
    try:
        specs = [(fields(body["spec"], "spec"), "spec")] if body.get("spec") is not None else []
        specs += each(body.get("specs"), "specs")
    except Malformed as wrong:
        yield Policy(kind, name, document, "spec", NOBODY, (), (), closes=True, trouble=str(wrong))
        return
    for spec, path in specs:
        if spec.get("nodeSelector") is None and (spec.get("egress") or spec.get("egressDeny")):
            yield _policy(kind, name, document, spec, path, around)


def _policy(
    kind: str, name: str, document: Document, spec: Fields, path: str, around: Surroundings
) -> Policy:
    try:
        subject = _subject(spec, f"{path}.endpointSelector", around.namespace)
        closes = _closes(spec, path)
    except Malformed as wrong:
        return Policy(kind, name, document, path, NOBODY, (), (), closes=True, trouble=str(wrong))
    return Policy(
        kind,
        name,
        document,
        path,
        subject,
        tuple(read_rules(spec, path, "egress", around)),
        tuple(read_rules(spec, path, "egressDeny", around)),
        closes,
    )


def _subject(spec: Fields, path: str, namespace: str | None) -> Endpoints:
    """Whom the spec is about: a selector that is missing selects nobody, so it is no empty one."""
    if not isinstance(spec.get("endpointSelector"), Mapping):
        raise Malformed(f"{path} is missing")
    return replace(endpoints(spec["endpointSelector"], path, namespace), namespace=namespace)


def _closes(spec: Fields, path: str) -> bool:
    wanted = fields(spec.get("enableDefaultDeny"), f"{path}.enableDefaultDeny").get("egress")
    if wanted is not None and not isinstance(wanted, bool):
        raise Malformed(f"{path}.enableDefaultDeny.egress is neither true nor false")
    return wanted is not False
