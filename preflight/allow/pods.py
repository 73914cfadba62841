"""Which pods a policy inside the cluster is for, and which rules are theirs."""

from dataclasses import dataclass

from preflight.allow.words import each, listed
from preflight.model.endpoint import Environment
from preflight.model.request import Pods, Request, Rule

SENSOR = "defender-sensor"
COMMON = ("pki", "user", "on-the-way")
"""Components that any pod may need: certificate authorities, what the user named, and resolvers and proxies."""
OF_NODES = ("image-pull",)
"""Components whose connections the nodes themselves make: the container runtime pulls images."""
HOST_NETWORK = (
    "The sensor's current charts run its pods in the node's network, which policies for pods do not cover: look at "
    "`kubectl get pods -o wide` first; if their addresses are the nodes', the rule belongs to the firewall, not here."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The part of a request that a policy for pods can hold."""

    rules: tuple[Rule, ...]
    remarks: tuple[str, ...]


def sensor_pods(environment: Environment | None) -> Pods:
    """The sensor's own pods (Defender for Containers deployment pages and rendered chart, read 2026-11).

    As an AKS add-on they are in `kube-system` with `app=defender`; the Arc extension and the Helm chart put them into `mdc`.
    """
    namespace, label = (
        ("kube-system", "defender")
        if environment is Environment.AKS
        else ("mdc", "defender-k8s-sensor")
    )
    return Pods(namespace=namespace, labels=(("app", label),), components=(SENSOR, *COMMON))


def share_of(request: Request) -> Share:
    """What these pods themselves connect to, and a sentence for each kind of rule that is left out."""
    of_nodes = [rule for rule in request.rules if set(rule.components) <= set(OF_NODES)]
    others = [rule for rule in request.rules if rule not in of_nodes]
    foreign = [rule for rule in others if not _is_theirs(rule, request.pods)]
    remarks = []
    if of_nodes:
        remarks.append(
            f"Left out, because nodes pull images and no policy for pods covers that: {each(of_nodes)}."
        )
    if foreign:
        components = listed(dict.fromkeys(c for rule in foreign for c in rule.components), 8)
        remarks.append(
            f"Left out, because other pods than the sensor's use it ({components}): {each(foreign)}; for those pods give "
            "--component, --namespace and --labels."
        )
    return Share(
        rules=tuple(rule for rule in others if rule not in foreign),
        remarks=(*remarks, HOST_NETWORK) if request.pods.components else tuple(remarks),
    )


def _is_theirs(rule: Rule, pods: Pods) -> bool:
    return not pods.components or bool(set(rule.components) & set(pods.components))
