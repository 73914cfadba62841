"""The documented commands for the cluster and the installation found: to enable, to assign a workspace, to remove, to verify. Pure.

They are shown and never run. What the cluster itself says (its Arc or AKS resource) is filled in where it has the form that Azure gives such
names; everything else stands in angle brackets.
"""

import re
from collections.abc import Iterator
from shlex import quote

from preflight.kube import strings
from preflight.model.endpoint import Environment
from preflight.model.sensor import Advice, ClusterResource, Install, Leftover, Method, Purpose
from preflight.sensor.inventory import Inventory
from preflight.sensor.names import EXTENSION
from preflight.sensor.read import variable
from preflight.sensor.sources import (
    DEPLOY_CLI,
    DEPLOY_HELM,
    HELM_UNINSTALL,
    LEFTOVERS,
    POLICIES,
    REMOVE,
    WORKSPACE_CLI,
)

_RESOURCE = re.compile(
    r"/subscriptions/([0-9a-fA-F-]{36})/resourceGroups/([\w.()-]{1,90})"
    r"/providers/Microsoft\.(?:ContainerService/managedClusters|Kubernetes/connectedClusters)/([\w-]{1,63})",
    re.IGNORECASE | re.ASCII,
)
"""The resource id of an AKS or a connected cluster (forms of the official install scripts, 2026-02-02)."""
_GROUP = re.compile(r"[\w.()-]{1,90}", re.ASCII)
_NAME = re.compile(r"[\w-]{1,63}", re.ASCII)
_SUBSCRIPTION = re.compile(r"[0-9a-fA-F-]{36}")
NOT_KNOWN = ClusterResource(
    subscription="<subscription-id>", group="<resource-group>", name="<cluster-name>"
)
WORKSPACE = (
    "/subscriptions/<subscription-id>/resourceGroups/<workspace-group>/providers/"
    "Microsoft.OperationalInsights/workspaces/<workspace-name>"
)
MOST_DELETIONS = 40
"""Lines of one advice."""
CHART = "oci://mcr.microsoft.com/azuredefender/microsoft-defender-for-containers"

AKS_POLICIES = (
    "64def556-fbad-4622-930e-72d1d5589bf5  deploys the Defender profile on AKS",
    "a8eff44f-8c92-45c3-a3fb-9880802d67a7  deploys the Azure Policy add-on on AKS",
    "c9ddb292-b203-4738-aead-18e2716e858f  enables the Containers plan",
)
ARC_POLICIES = (
    "708b60a6-d253-4fe0-9114-4be4c00f012c  deploys the Defender extension on Arc",
    "0adc5395-9169-4b9b-8687-af838d69410a  deploys the Azure Policy extension on Arc",
    "c9ddb292-b203-4738-aead-18e2716e858f  enables the Containers plan",
)


def cluster_resource(inventory: Inventory) -> ClusterResource | None:
    """The Azure resource that the Arc agents or the sensor's containers name, where it has the form of one."""
    for _, workload in inventory.workloads:
        if found := _RESOURCE.fullmatch(variable(workload, "AZURE_RESOURCE_ID")):
            return ClusterResource(subscription=found[1], group=found[2], name=found[3])
    config = strings(inventory.arc_config, "data")
    subscription = config.get("AZURE_SUBSCRIPTION_ID", "")
    group = config.get("AZURE_RESOURCE_GROUP", "")
    name = config.get("AZURE_RESOURCE_NAME", "")
    if _SUBSCRIPTION.fullmatch(subscription) and _GROUP.fullmatch(group) and _NAME.fullmatch(name):
        return ClusterResource(subscription=subscription, group=group, name=name)
    return None


def advice(
    environment: Environment | None,
    installs: tuple[Install, ...],
    resource: ClusterResource | None,
    *,
    arc: bool = False,
) -> tuple[Advice, ...]:
    """What applies here: enabling where there is no sensor; workspace, removal and its proof where there is one."""
    at = resource or NOT_KNOWN
    if not installs:
        return tuple(_enabling(environment, at, arc=arc))
    return tuple(
        each for install in installs for each in (*_workspace(install, at), *_removing(install, at))
    ) + tuple(_policies(environment, installs))


def removal(
    environment: Environment | None,
    installs: tuple[Install, ...],
    resource: ClusterResource | None,
) -> tuple[Advice, ...]:
    """What removes what is still there."""
    at = resource or NOT_KNOWN
    found = tuple(each for install in installs for each in _removing(install, at))
    return found + tuple(_policies(environment, installs))


def deletions(leftovers: tuple[Leftover, ...]) -> tuple[Advice, ...]:
    """What deletes, by name, objects that no installation manages any more."""
    found = [left for left in leftovers if left.counted and not left.leaving and left.kind != "Pod"]
    if not found:
        return ()
    return (
        Advice(
            purpose=Purpose.REMOVE,
            title="Delete by name what nothing manages any more",
            lines=tuple(_deletion(left) for left in found[:MOST_DELETIONS]),
            source=LEFTOVERS,
        ),
    )


def _deletion(left: Leftover) -> str:
    space = f" --namespace {quote(left.namespace)}" if left.namespace else ""
    return f"kubectl delete {left.kind.lower()} {quote(left.name)}{space}"


def _enabling(
    environment: Environment | None, at: ClusterResource, *, arc: bool
) -> Iterator[Advice]:
    match environment:
        case Environment.AKS:
            yield Advice(
                purpose=Purpose.ENABLE,
                title="Enable the AKS add-on",
                lines=(f"az aks update --enable-defender {_aks(at)}",),
                source=DEPLOY_CLI,
            )
            yield _helm_install("Azure", at)
        case Environment.EKS | Environment.GKE | Environment.ARC:
            first = "" if arc else "; the cluster has to be connected to Azure Arc before"
            yield _extension_create(Purpose.ENABLE, f"Enable the Arc extension{first}", at, "")
            if environment is not Environment.ARC:
                yield _helm_install("AWS" if environment is Environment.EKS else "GCP", at)
        case None:
            return
    yield from _policies(environment, ())


def _workspace(install: Install, at: ClusterResource) -> Iterator[Advice]:
    setting = f"logAnalyticsWorkspaceResourceID={WORKSPACE}"
    if install.method is Method.AKS_ADD_ON:
        yield Advice(
            purpose=Purpose.WORKSPACE,
            title="Assign a workspace of your own to the add-on",
            lines=(f"az aks update --enable-defender {_aks(at)} --defender-config {setting}",),
            source=WORKSPACE_CLI,
        )
    if install.method is Method.ARC_EXTENSION:
        yield _extension_create(
            Purpose.WORKSPACE,
            "Assign a workspace of your own to the Arc extension",
            at,
            f" --configuration-settings {setting}",
        )


def _removing(install: Install, at: ClusterResource) -> Iterator[Advice]:
    match install.method:
        case Method.AKS_ADD_ON:
            line = f"az aks update --disable-defender {_aks(at)}"
            yield _remove("Remove the AKS add-on", line)
        case Method.ARC_EXTENSION:
            yield _remove(
                "Remove the Arc extension", f"az k8s-extension delete {_extension(at)} --yes"
            )
        case Method.HELM:
            yield _helm_uninstall(install)
        case Method.UNKNOWN:
            yield _remove(
                "Remove the Arc extension, if it is one",
                f"az k8s-extension delete {_extension(at)} --yes",
            )
            yield _helm_uninstall(install)


def _policies(environment: Environment | None, installs: tuple[Install, ...]) -> Iterator[Advice]:
    """The definitions whose assignments install the sensor; after a removal, they would do so again."""
    on_aks = environment is Environment.AKS or any(
        install.method is Method.AKS_ADD_ON for install in installs
    )
    yield Advice(
        purpose=Purpose.POLICIES,
        title="Policy definitions whose assignments install it again"
        if installs
        else "Policy definitions whose assignments install it",
        lines=AKS_POLICIES if on_aks else ARC_POLICIES,
        source=POLICIES,
    )


def _aks(at: ClusterResource) -> str:
    return f"--subscription {at.subscription} --resource-group {_safe(at.group)} --name {at.name}"


def _extension(at: ClusterResource) -> str:
    return (
        f"--name {EXTENSION} --cluster-type connectedClusters --cluster-name {at.name} "
        f"--resource-group {_safe(at.group)} --subscription {at.subscription}"
    )


def _safe(group: str) -> str:
    """A resource group may have parentheses, which a shell would take for its own; placeholders stay bare."""
    return group if group.startswith("<") else quote(group)


def _extension_create(purpose: Purpose, title: str, at: ClusterResource, settings: str) -> Advice:
    return Advice(
        purpose=purpose,
        title=title,
        lines=(f"az k8s-extension create --extension-type {EXTENSION} {_extension(at)}{settings}",),
        source=WORKSPACE_CLI if settings else DEPLOY_CLI,
    )


def _helm_install(provider: str, at: ClusterResource) -> Advice:
    values = {
        "Azure": (
            ("subscriptionId", at.subscription),
            ("resourceGroupName", at.group),
            ("clusterName", at.name),
            ("region", "<cluster-region>"),
        ),
        "AWS": (
            ("accountId", "<aws-account-id>"),
            ("region", "<cluster-region>"),
            ("clusterName", "<cluster-name>"),
        ),
        "GCP": (
            ("projectId", "<gcp-project-id>"),
            ("location", "<cluster-location>"),
            ("clusterName", "<cluster-name>"),
        ),
    }[provider]
    settings = " ".join(
        f'--set global.cloudIdentifiers.{provider}.{name}="{value}"' for name, value in values
    )
    return Advice(
        purpose=Purpose.ENABLE,
        title="Or install the chart yourself (kube-system instead of mdc on AKS Automatic)"
        if provider == "Azure"
        else "Or install the chart yourself",
        lines=(f"helm install defender-k8s {CHART} --create-namespace --namespace mdc {settings}",),
        source=DEPLOY_HELM,
    )


def _helm_uninstall(install: Install) -> Advice:
    release = install.release or ""
    named = release if re.fullmatch(r"[a-z0-9.-]{1,53}", release) else "<release>"
    return Advice(
        purpose=Purpose.REMOVE,
        title="Remove the Helm release",
        lines=(
            f"helm list --namespace {install.namespace}",
            f"helm uninstall {named} --namespace {install.namespace}",
        ),
        source=HELM_UNINSTALL,
    )


def _remove(title: str, line: str) -> Advice:
    return Advice(purpose=Purpose.REMOVE, title=title, lines=(line,), source=REMOVE)
