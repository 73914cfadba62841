"""The policies of a live cluster, with the namespaces, nodes and pods that they are about → Documents, read with the user's own rights.

What a cluster does not serve is passed over. What the user may not list is said: rules of that kind are not looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

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

    @property
    def policies(self) -> int:
        """How many of the documents are policies, rather than what they are about."""
        about = {each.kind for each in KINDS if not each.is_policy}
        return sum(document.body.get("kind") not in about for document in self.documents)


def read_live(kube: Kube) -> Live:
    """Everything that may restrict egress there; ClusterError when the cluster cannot be reached at all."""
    documents: list[Document] = []
    remarks: list[str] = []
    for kind in KINDS:
        try:
            if kind.resource.group and not kube.serves(kind.resource):
                continue
            documents += _read(kube, kind)
        except UnreachableError:
            raise
        except ClusterError as trouble:
            remarks.append(_remark(kind, trouble))
    return Live(documents=tuple(documents), remarks=tuple(remarks))


def _read(kube: Kube, kind: Kind) -> Iterator[Document]:
    """Its objects; a list's items do not repeat what they are."""
    implied = {"apiVersion": kind.api_version, "kind": kind.kind}
    origin = Origin(context=kube.context)
    for found in islice(kube.list(kind.resource), MOST):
        yield Document(body={**implied, **found}, origin=origin)


def _remark(kind: Kind, trouble: ClusterError) -> str:
    what = f"{kind.kind} objects ({kind.resource.kind})"
    if isinstance(trouble, RefusedError) and trouble.status == FORBIDDEN:
        return f"{what} were not looked at: the right to list them is missing"
    return f"{what} were not looked at: {trouble}"
