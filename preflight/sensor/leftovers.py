"""What a removal left: which objects are the sensor's, by documented names, labels and links. Pure.

An object counts only where its name or its mark is the sensor's alone. What another product uses too is named and not counted.
"""

from preflight.kube import Object, items, strings, text
from preflight.model.sensor import Leftover
from preflight.sensor.method import RELEASE_ANNOTATION
from preflight.sensor.names import (
    AGENT_LABEL,
    CHART_APPS,
    EXTENSION,
    OWN_NAMESPACES,
    RELEASES,
    SENSOR_PREFIXES,
    WORKSPACE_SECRETS,
)
from preflight.sensor.read import labels_of, name_of, namespace_of

CRD_GROUP = "defender.microsoft.com"
"""Group of the sensor's own resources (Helm page, 2026-07-03)."""
RBAC_NAMES = (
    *("mdc-pods-reader", "mdc-owner-objects-reader", "mdc-nodes-reader"),
    *("mdc-services-and-ingresses-reader", "mdc-policy-operator"),
    *("mdc-event-reader", "mdc-configmap-master"),
)
"""Roles of the chart, and beginnings of its bindings' names (chart 0.10.5 as rendered)."""
RBAC_KINDS = frozenset({"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"})
MANAGED_BY = "kubernetes.azure.com/managedby"
"""`mdc` on the resources that the sensor itself makes; `aks` says nothing, AKS puts it on much."""
HELM_PREFIX = "sh.helm.release.v1."
"""How Helm names the secrets in which it keeps releases."""


def leftover(kind: str, found: Object) -> Leftover | None:
    """The object as something that a removal left; None where it is none of the sensor's."""
    why = _why(kind, found)
    shared = None if why else _shared(kind, found)
    if not (why or shared):
        return None
    metadata = found.get("metadata")
    return Leftover(
        kind=kind,
        namespace=namespace_of(found),
        name=name_of(found),
        why=why or shared or "",
        counted=bool(why),
        leaving=isinstance(metadata, dict) and bool(metadata.get("deletionTimestamp")),
    )


def _why(kind: str, found: Object) -> str | None:
    """By what it is the sensor's for certain."""
    return _by_kind(kind, found) or _by_name(name_of(found)) or _by_mark(found)


def _by_kind(kind: str, found: Object) -> str | None:
    name = name_of(found)
    match kind:
        case "Namespace":
            return "the sensor's own namespace" if name in OWN_NAMESPACES else None
        case "CustomResourceDefinition":
            group = text(found, "spec", "group") or name.partition(".")[2]
            ours = group == CRD_GROUP or group.endswith(f".{CRD_GROUP}")
            return f"a resource of the group {CRD_GROUP}" if ours else None
        case "ExtensionConfig":
            stated = text(found, "spec", "extensionType") or name
            return "the Arc extension" if stated.lower().startswith(EXTENSION) else None
        case "Secret":
            return _of_secret(namespace_of(found), name)
        case "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration":
            return _of_webhooks(found)
        case _ if kind in RBAC_KINDS:
            return _of_rbac(name, found)
        case _:
            return None


def _of_secret(namespace: str, name: str) -> str | None:
    release = name.removeprefix(HELM_PREFIX)
    if release != name and release.startswith((*RELEASES, EXTENSION)):
        return "a Helm release of the sensor"
    if name in WORKSPACE_SECRETS and namespace in OWN_NAMESPACES:
        return "the sensor's workspace secret"
    return None


def _of_webhooks(found: Object) -> str | None:
    for webhook in items(found, "webhooks"):
        service = text(webhook, "clientConfig", "service", "name")
        if service.startswith(SENSOR_PREFIXES):
            return f"calls the sensor's service {service}"
    return None


def _of_rbac(name: str, found: Object) -> str | None:
    if name.startswith(RBAC_NAMES):
        return "a role of the chart"
    for subject in items(found, "subjects"):
        account = text(subject, "name")
        if account.startswith(SENSOR_PREFIXES):
            return f"binds the sensor's service account {account}"
    return None


def _by_name(name: str) -> str | None:
    prefix = next((each for each in SENSOR_PREFIXES if name.startswith(each)), None)
    return f"its name begins with {prefix}" if prefix else None


def _by_mark(found: Object) -> str | None:
    labels = labels_of(found)
    if labels.get(AGENT_LABEL) in CHART_APPS:
        return f"label {AGENT_LABEL}={labels[AGENT_LABEL]}"
    if labels.get("app") in CHART_APPS:
        return f"label app={labels['app']}"
    if labels.get(MANAGED_BY) == "mdc":
        return f"label {MANAGED_BY}=mdc"
    release = strings(found, "metadata", "annotations").get(RELEASE_ANNOTATION, "")
    return f"Helm release {release}" if release in RELEASES else None


def _shared(kind: str, found: Object) -> str | None:
    if kind == "Secret" and name_of(found) in WORKSPACE_SECRETS:
        return "Container insights used a secret of this name too; not counted"
    return None
