"""The policies of a live cluster, with the namespaces, nodes and pods that they are about → Documents, read with the user's own rights.

What a cluster does not serve is passed over. What the user may not list is said: rules of that kind are not looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from preflight.errors import ClusterError, RefusedError, UnreachableError
from preflight.kube import NAMESPACES, NETWORK_POLICIES, NODES, PODS, Kube, Resource
from preflight.model.document import Document
from preflight.model.flow import Origin

MOST = 50_000
"""Objects of one kind; more pods than any cluster is made for (kubernetes.io, "Considerations for large clusters": 150,000 in all)."""
FORBIDDEN = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of object, and where the API has it."""

    kind: str
    resource: Resource
    is_policy: bool = True
    """False for what policies are about."""

    @property
    def api_version(self) -> str:
        """As objects state it."""
        group = self.resource.group
        return f"{group}/{self.resource.version}" if group else self.resource.version


def _policy(kind: str, group: str, version: str, plural: str, *, namespaced: bool = False) -> Kind:
    return Kind(
        kind=kind,
        resource=Resource(group=group, version=version, plural=plural, namespaced=namespaced),
    )


ADMIN, CALICO = "policy.networking.k8s.io", "crd.projectcalico.org"
KINDS: tuple[Kind, ...] = (
    Kind(kind="Namespace", resource=NAMESPACES, is_policy=False),
    Kind(kind="Node", resource=NODES, is_policy=False),
    Kind(kind="Pod", resource=PODS, is_policy=False),
    Kind(
        kind="Service",
        resource=Resource(group="", version="v1", plural="services"),
        is_policy=False,
    ),
    Kind(kind="NetworkPolicy", resource=NETWORK_POLICIES),
    _policy("AdminNetworkPolicy", ADMIN, "v1alpha1", "adminnetworkpolicies"),
    _policy("BaselineAdminNetworkPolicy", ADMIN, "v1alpha1", "baselineadminnetworkpolicies"),
    _policy("ClusterNetworkPolicy", ADMIN, "v1alpha2", "clusternetworkpolicies"),
    _policy("ClusterNetworkPolicy", "networking.k8s.aws", "v1alpha1", "clusternetworkpolicies"),
    _policy(
        "ApplicationNetworkPolicy",
        "networking.k8s.aws",
        "v1alpha1",
        "applicationnetworkpolicies",
        namespaced=True,
    ),
    _policy("CiliumNetworkPolicy", "cilium.io", "v2", "ciliumnetworkpolicies", namespaced=True),
    _policy(
        "CiliumClusterwideNetworkPolicy", "cilium.io", "v2", "ciliumclusterwidenetworkpolicies"
    ),
    _policy("CiliumCIDRGroup", "cilium.io", "v2alpha1", "ciliumcidrgroups"),
    _policy("Tier", CALICO, "v1", "tiers"),
    _policy("NetworkPolicy", CALICO, "v1", "networkpolicies", namespaced=True),
    _policy("GlobalNetworkPolicy", CALICO, "v1", "globalnetworkpolicies"),
    _policy("NetworkSet", CALICO, "v1", "networksets", namespaced=True),
    _policy("GlobalNetworkSet", CALICO, "v1", "globalnetworksets"),
    _policy(
        "FQDNNetworkPolicy", "networking.gke.io", "v1alpha1", "fqdnnetworkpolicies", namespaced=True
    ),
    _policy("EgressFirewall", "k8s.ovn.org", "v1", "egressfirewalls", namespaced=True),
    _policy("Sidecar", "networking.istio.io", "v1", "sidecars", namespaced=True),
)
"""What is read; Calico's own API, projectcalico.org/v3, shows the same objects as its resources do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What a cluster holds."""

    documents: tuple[Document, ...]
    remarks: tuple[str, ...]
    """What could not be read, one sentence each."""
    is_complete: bool
    """Whether every kind of policy that the cluster serves was read."""

    @property
    def policies(self) -> int:
        """How many of the documents are policies, rather than what they are about."""
        about = {each.kind for each in KINDS if not each.is_policy}
        return sum(document.body.get("kind") not in about for document in self.documents)


def read_live(kube: Kube, *, pods_of: Sequence[str] | None = None) -> Live:
    """Everything that may restrict egress there; ClusterError when the cluster cannot be reached at all.

    `pods_of` names the namespaces whose pods are read; without it all are, which in a large cluster is most of what there is.
    """
    documents: list[Document] = []
    troubles: dict[str, list[Kind]] = {}
    for kind in KINDS:
        try:
            if kind.resource.group and not kube.serves(kind.resource):
                continue
            documents += _read(kube, kind, pods_of if kind.kind == "Pod" else None)
        except UnreachableError:
            raise
        except ClusterError as trouble:
            troubles.setdefault(_why(trouble), []).append(kind)
    return Live(
        documents=tuple(documents),
        remarks=tuple(_remark(kinds, why) for why, kinds in troubles.items()),
        is_complete=not any(kind.is_policy for kinds in troubles.values() for kind in kinds),
    )


def _read(kube: Kube, kind: Kind, namespaces: Sequence[str] | None) -> Iterator[Document]:
    """Its objects; a list's items do not repeat what they are."""
    implied = {"apiVersion": kind.api_version, "kind": kind.kind}
    origin = Origin(context=kube.context)
    spaces: Sequence[str | None] = (None,) if namespaces is None else namespaces
    found = chain.from_iterable(kube.list(kind.resource, namespace=space) for space in spaces)
    for body in islice(found, MOST):
        yield Document(body={**implied, **body}, origin=origin)


def _why(trouble: ClusterError) -> str:
    if isinstance(trouble, RefusedError) and trouble.status == FORBIDDEN:
        return "the right to list them is missing"
    return str(trouble)


def _remark(kinds: Sequence[Kind], why: str) -> str:
    names = ", ".join(f"{kind.kind} ({kind.resource.kind})" for kind in kinds)
    return f"not looked at, so no rule of theirs is named: {names}: {why}"
