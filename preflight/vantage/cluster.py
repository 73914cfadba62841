"""What a pod's surroundings tell about its cluster."""

from collections.abc import Mapping
from pathlib import Path

from preflight.hostname import canonical_host
from preflight.model.endpoint import Environment
from preflight.vantage.places import Places, read_text

API_SERVER_SUFFIXES = (
    (".azmk8s.io", Environment.AKS),
    (".cx.aks.containerservice.azure.us", Environment.AKS),
    (".cx.prod.service.azk8s.cn", Environment.AKS),
    (".eks.amazonaws.com", Environment.EKS),
)
"""Ends of managed API server names (AKS outbound rules, 2026-06-18; Amazon EKS private clusters)."""

AZURE_CHASSIS = "7783-7084-3265-9085-8269-3286-77"
"""The chassis asset tag by which every Azure virtual machine is known; its vendor string is that of all Hyper-V machines."""
TEXT_LIMIT = 256
"""Bytes of a one-word file."""


def in_pod(environ: Mapping[str, str], places: Places) -> bool:
    """Whether this is a container of a Kubernetes pod."""
    return bool(
        environ.get("KUBERNETES_SERVICE_HOST")
        or environ.get("PREFLIGHT_POD_NAME")
        or word_of(places.service_account / "namespace")
    )


def detect_environment(environ: Mapping[str, str], places: Places) -> Environment | None:
    """The environment of the cluster whose pod this is; None outside a pod, and where nothing tells.

    The API server's own name decides where the pod is given it; else the maker of the node: a cluster on an Azure, EC2 or Google
    machine is taken for AKS, EKS or GKE. One that somebody runs there themselves looks the same, so `--environment` overrules it.
    """
    if not in_pod(environ, places):
        return None
    host = environ.get("KUBERNETES_SERVICE_HOST", "").lower().removesuffix(".")
    for suffix, environment in API_SERVER_SUFFIXES:
        if host.endswith(suffix):
            return environment
    return _by_maker(places.dmi)


def api_server_host(environ: Mapping[str, str]) -> str | None:
    """The API server as pods are told it: its name where the platform gives that, else the cluster's service address."""
    try:
        return canonical_host(environ.get("KUBERNETES_SERVICE_HOST", ""))
    except ValueError:
        return None


def cluster_ca_file(places: Places) -> Path | None:
    """The mounted certificate authorities of the cluster, where the pod has them."""
    file = places.service_account / "ca.crt"
    return file if file.is_file() else None


def word_of(file: Path) -> str | None:
    """The one line that a small file holds; None where it is absent, empty, or holds more than printable text."""
    text = (read_text(file, TEXT_LIMIT) or "").strip()
    return text if text and text.isprintable() else None


def _by_maker(dmi: Path) -> Environment | None:
    if word_of(dmi / "chassis_asset_tag") == AZURE_CHASSIS:
        return Environment.AKS
    match word_of(dmi / "sys_vendor"):
        case "Amazon EC2":
            return Environment.EKS
        case "Google":
            return Environment.GKE
        case _:
            return None
