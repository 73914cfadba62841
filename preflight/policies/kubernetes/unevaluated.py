"""Policies of other products that restrict egress too, and that are not evaluated here: passing over them in silence would be a guess."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Reason, Ruling
from preflight.model.report import Engine
from preflight.policies.kubernetes.fields import Fields, is_kind, named
from preflight.policies.kubernetes.wording import quoted

KINDS = {
    "EgressFirewall": ("k8s.ovn.org/",),
    "EgressNetworkPolicy": ("network.openshift.io/",),
    "NetworkPolicy": ("crd.antrea.io/", "security.antrea.tanzu.vmware.com/"),
    "ClusterNetworkPolicy": ("crd.antrea.io/", "security.antrea.tanzu.vmware.com/"),
    "Sidecar": ("networking.istio.io/",),
    "FQDNNetworkPolicy": ("networking.gke.io/v1alpha3",),
}
"""OpenShift's, Antrea's, Istio's, and the archived add-on for GKE."""
CLUSTERWIDE = frozenset({"ClusterNetworkPolicy"})
ROOT_NAMESPACE = "istio-system"
"""Where a Sidecar holds for the whole mesh, unless the mesh says otherwise."""


@dataclass(frozen=True, slots=True)
class Other:
    """One such object."""

    document: Document
    namespace: str | None
    """Where it counts; None for everywhere."""

    def ruling(self) -> Ruling:
        """What is said of it."""
        kind, (namespace, name) = self.document.body["kind"], named(self.document.body)
        full = f"{namespace}/{name}" if namespace else name
        return Ruling(
            engine=Engine.ISTIO if kind == "Sidecar" else Engine.UNKNOWN,
            verdict=FlowVerdict.UNKNOWN,
            reason=Reason.UNSUPPORTED,
            name=full,
            origin=self.document.origin,
            explanation=f"{kind} {quoted(full)} restricts egress too, and is not evaluated here: read it yourself.",
        )


def load(documents: Sequence[Document]) -> tuple[Other, ...]:
    """Those among the documents, in the order of their names."""
    own = [one for one in documents if _restricts(one.body)]
    return tuple(
        Other(one, _namespace(one.body)) for one in sorted(own, key=lambda one: named(one.body)[1])
    )


def _restricts(body: Fields) -> bool:
    if not any(is_kind(body, kind, *api) for kind, api in KINDS.items()):
        return False
    if body["kind"] != "Sidecar":
        return True
    spec = body.get("spec")
    policy = spec.get("outboundTrafficPolicy") if isinstance(spec, Mapping) else None
    return isinstance(policy, Mapping) and policy.get("mode") == "REGISTRY_ONLY"


def _namespace(body: Fields) -> str | None:
    namespace, _ = named(body)
    everywhere = body["kind"] in CLUSTERWIDE or (
        body["kind"] == "Sidecar" and namespace == ROOT_NAMESPACE
    )
    return None if everywhere else namespace or "default"
