"""Why the sensor may fail although the network is open: known causes that look like blocked egress.

Sources as of 2026-11-23; what Microsoft did not publish itself is marked `third-party`.
"""

from dataclasses import dataclass

from preflight.model.endpoint import Environment
from preflight.model.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One known cause, and where to read about it."""

    title: str
    look: str
    """What to look at, in one or two sentences."""
    source: str
    environments: tuple[Environment, ...] = tuple(Environment)
    """Where it can happen."""


HINTS: tuple[Hint, ...] = (
    Hint(
        title="Another network than the sensor's",
        look="The sensor's pods usually run in their node's own network, which no NetworkPolicy governs: a test from a laptop or an"
        " ordinary pod may pass where a node's packets do not. Run this check from a node's network too.",
        source="third-party rendering of the Helm chart 0.10.5 (hostNetwork: true), 2026",
    ),
    Hint(
        title="Workspace with local authentication disabled",
        look="The pods of microsoft-defender-publisher-ds restart again and again, and the Log Analytics workspace has disableLocalAuth"
        " set to true.",
        source="github.com/microsoft/Microsoft-Defender-for-Cloud/issues/1010, 2025-11-20",
    ),
    Hint(
        title="Read-only lock",
        look="The publisher restarts again and again, and a ReadOnly lock lies on the workspace, its resource group or the subscription"
        " (az lock list).",
        source="github.com/microsoft/Microsoft-Defender-for-Cloud/issues/998",
    ),
    Hint(
        title="Azure Monitor Private Link Scope (AMPLS)",
        look="The publisher restarts again and again in a network whose Azure Monitor names lead to private endpoints; newer sensors use"
        " Microsoft Security Private Link instead.",
        source="github.com/Azure/AKS/issues/4240, 2024-04 to 2025-04",
        environments=(Environment.AKS,),
    ),
    Hint(
        title="Kernel older than 5.4",
        look="The sensor needs Linux 5.4 or later on every node (kubectl get nodes -o wide shows it).",
        source="learn.microsoft.com/azure/defender-for-cloud/support-matrix-defender-for-containers, 2026-06-12",
    ),
    Hint(
        title="TLS inspection or a proxy with a certificate of its own",
        look="A proxy whose certificate must be trusted first is not supported on AWS, GCP and Arc. On AKS a custom CA reaches the nodes'"
        " trust store and not the pods'.",
        source="support matrix as above; learn.microsoft.com/azure/aks/custom-certificate-authority",
    ),
    Hint(
        title="Admission webhook",
        look="Policies or webhooks of other products may refuse or change the sensor's pods: look at the DaemonSets' events (kubectl"
        " describe). Defender's own webhook, defender-admission-controller, lets pods through when it fails (failurePolicy: Ignore).",
        source="third-party rendering of the Helm chart 0.10.5, 2026",
    ),
)


def applicable(profile: Profile) -> tuple[Hint, ...]:
    """Return the hints for the profile's environment; all of them where it is not known."""
    if profile.environment is None:
        return HINTS
    return tuple(hint for hint in HINTS if profile.environment in hint.environments)
