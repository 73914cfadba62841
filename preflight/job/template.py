"""The Job and what goes with it, made from the template in `job/base`. Pure: what is made depends on the settings alone."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from preflight.job.bootstrap import PAYLOAD_FOLDER, SCRATCH_FOLDER
from preflight.model.fleet import Network

Manifest = dict[str, Any]

APP_LABEL, APP = "app.kubernetes.io/name", "defender-preflight"
"""On everything that is made, so that `job clean` finds it."""
RUN_LABEL = "defender-preflight/run"
"""One value for all that belongs to one run."""
NETWORK_LABEL = "defender-preflight/network"
NODE_ANNOTATION = "defender-preflight/node"
POOL_ANNOTATION = "defender-preflight/pool"

OWN_IMAGE = "defender-preflight"
"""An image whose repository ends like this holds the program; any other one is a Python image, to which the program is brought."""
STOCK_IMAGE = "docker.io/library/python:3.11-slim-bookworm"
"""Python's official image of the oldest version that is supported, as Docker Hub calls it."""
FILES_FOLDER = "/preflight/files"
"""Where the user's own files are mounted: certificate authorities, catalogue entries."""
START_ALLOWANCE = 480
"""Seconds for scheduling and pulling the image, on top of the run's own deadline."""
SCRATCH_SIZE = "32Mi"
"""Of the volume in memory in which the program is unpacked; it takes 5 MiB."""
PROXY_KEY = "proxy"
HOST_DNS_POLICY = "ClusterFirstWithHostNet"
"""With it a pod in the node's network still asks the cluster's DNS, as the sensor's chart has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the program gets into the pod."""

    image: str
    command: tuple[str, ...] = ()
    """What runs the payload; empty where the image holds the program."""
    config_maps: tuple[str, ...] = ()
    """The payload's parts, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toleration:
    """A taint that is tolerated; an empty key stands for every key, an empty effect for every effect."""

    key: str
    value: str | None
    """None tolerates whatever value it has."""
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What all Jobs of a run have in common."""

    run: str
    delivery: Delivery
    arguments: tuple[str, ...]
    """Of `check`, without output and quiet."""
    deadline: float
    """Of `check`, in seconds."""
    tolerations: tuple[Toleration, ...] = ()
    """Empty: everything is tolerated."""
    pull_secrets: tuple[str, ...] = ()
    pod_labels: tuple[tuple[str, str], ...] = ()
    """The sensor's, so that what selects its pods selects ours."""
    host_dns_policy: str = HOST_DNS_POLICY
    files: str | None = None
    """The ConfigMap of the user's files."""
    proxy_secret: str | None = None
    """The Secret with the proxy's URL, where it holds credentials."""

    keep_for: int = 3600
    """Seconds for which a Job stays when nobody removes it: the first one must outlive the last."""

    @property
    def active_deadline(self) -> int:
        """Seconds after which Kubernetes ends a Job."""
        return int(self.deadline) + START_ALLOWANCE

    def lasting(self, jobs: int, parallel: int) -> "Settings":
        """The same for so many Jobs, of which the first has to outlive the last."""
        rounds = -(-jobs // parallel)
        return replace(self, keep_for=self.keep_for + rounds * self.active_deadline)


def holds_program(image: str) -> bool:
    """Whether the image is the project's own."""
    path = image.partition("@")[0]
    return path.rpartition("/")[2].partition(":")[0] == OWN_IMAGE


def job(
    template: Mapping[str, Any],
    settings: Settings,
    *,
    name: str,
    network: Network,
    node: str | None = None,
    pool: str | None = None,
    node_selector: Mapping[str, str] | None = None,
) -> Manifest:
    """One Job. With a node the scheduler has no other choice; without one it takes any Linux node that the selector admits."""
    made: Manifest = deepcopy(dict(template))
    labels = _labels(settings, network)
    made["metadata"] = {"name": name, "labels": labels} | _annotations(node, pool)
    made["spec"]["activeDeadlineSeconds"] = settings.active_deadline
    made["spec"]["ttlSecondsAfterFinished"] = settings.keep_for
    pod = made["spec"]["template"]
    pod["metadata"] = {"labels": pod_labels(settings, network)} | _annotations(node, pool)
    spec = pod["spec"]
    spec["nodeSelector"] = {"kubernetes.io/os": "linux"} | dict(node_selector or {})
    if settings.tolerations:
        spec["tolerations"] = [_toleration(one) for one in settings.tolerations]
    if settings.pull_secrets:
        spec["imagePullSecrets"] = [{"name": secret} for secret in settings.pull_secrets]
    if node is not None:
        spec["affinity"] = _only(node)
    if network is Network.HOST:
        spec["hostNetwork"] = True
        spec["dnsPolicy"] = settings.host_dns_policy
    _fill_container(spec, settings, network)
    return made


def pod_labels(settings: Settings, network: Network) -> dict[str, str]:
    """The labels of a run's pods, by which policies select them; what a Job's controller adds is not among them."""
    return _labels(settings, network) | dict(settings.pod_labels)


def _labels(settings: Settings, network: Network) -> dict[str, str]:
    return {APP_LABEL: APP, RUN_LABEL: settings.run, NETWORK_LABEL: network.value}


def cron_job(made: Mapping[str, Any], *, schedule: str) -> Manifest:
    """A CronJob that makes this Job time and again; its runs never overlap."""
    spec = {key: value for key, value in made["spec"].items() if key != "ttlSecondsAfterFinished"}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": deepcopy(made["metadata"]),
        "spec": {
            "schedule": schedule,
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": 3600,
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 1,
            "jobTemplate": {
                "metadata": {"labels": deepcopy(made["metadata"]["labels"])},
                "spec": deepcopy(spec),
            },
        },
    }


def payload_maps(parts: Sequence[bytes], names: Sequence[str], run: str) -> list[Manifest]:
    """The ConfigMaps that carry the program; nobody can change them."""
    return [
        _config_map(name, run) | {"binaryData": {f"part-{number:03}": b64encode(part).decode()}}
        for number, (name, part) in enumerate(zip(names, parts, strict=True))
    ]


def files_map(files: Mapping[str, str], name: str, run: str) -> Manifest:
    """The ConfigMap of the user's files."""
    return _config_map(name, run) | {"data": dict(files)}


def proxy_secret(url: str, name: str, run: str) -> Manifest:
    """The Secret of a proxy's URL with credentials, which must stand in no manifest of a pod."""
    return _config_map(name, run) | {
        "kind": "Secret",
        "type": "Opaque",
        "data": {PROXY_KEY: b64encode(url.encode()).decode()},
    }


def owned(manifest: Manifest, owner: Mapping[str, Any]) -> Manifest:
    """The manifest as property of that Job: it goes when the Job goes."""
    made = deepcopy(manifest)
    made["metadata"]["ownerReferences"] = [
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"],
        }
    ]
    return made


def _config_map(name: str, run: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": {APP_LABEL: APP, RUN_LABEL: run}},
        "immutable": True,
    }


def _annotations(node: str | None, pool: str | None) -> Manifest:
    given = {NODE_ANNOTATION: node, POOL_ANNOTATION: pool}
    found = {key: value for key, value in given.items() if value}
    return {"annotations": found} if found else {}


def _only(node: str) -> Manifest:
    """As the DaemonSet controller does it, so that the scheduler still looks at resources, taints and cordons."""
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    terms = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}


def _toleration(one: Toleration) -> Manifest:
    made: Manifest = {"operator": "Exists" if one.value is None else "Equal"}
    if one.key:
        made["key"] = one.key
    if one.value is not None:
        made["value"] = one.value
    if one.effect:
        made["effect"] = one.effect
    return made


def _fill_container(spec: Manifest, settings: Settings, network: Network) -> None:
    container = spec["containers"][0]
    delivery = settings.delivery
    container["image"] = delivery.image
    container["args"] = ["check", *settings.arguments, "--quiet", "--output=json"]
    for variable in container["env"]:
        if variable["name"] == "PREFLIGHT_HOST_NETWORK":
            variable["value"] = "true" if network is Network.HOST else "false"
    if settings.proxy_secret:
        container["env"] += _proxy_variables(settings.proxy_secret)
    if delivery.command:
        container["command"] = list(delivery.command)
        _mount(spec, "payload", PAYLOAD_FOLDER, _projected(delivery.config_maps))
        _mount(spec, "scratch", SCRATCH_FOLDER, _scratch(), writable=True)
    if settings.files:
        _mount(spec, "files", FILES_FOLDER, {"configMap": {"name": settings.files}})


def _proxy_variables(secret: str) -> list[Manifest]:
    source = {"secretKeyRef": {"name": secret, "key": PROXY_KEY}}
    return [{"name": name, "valueFrom": deepcopy(source)} for name in ("HTTP_PROXY", "HTTPS_PROXY")]


def _projected(config_maps: Sequence[str]) -> Manifest:
    return {"projected": {"sources": [{"configMap": {"name": name}} for name in config_maps]}}


def _scratch() -> Manifest:
    return {"emptyDir": {"medium": "Memory", "sizeLimit": SCRATCH_SIZE}}


def _mount(
    spec: Manifest, name: str, path: str, source: Manifest, *, writable: bool = False
) -> None:
    mount = {"name": name, "mountPath": path} | ({} if writable else {"readOnly": True})
    spec["containers"][0]["volumeMounts"].append(mount)
    spec["volumes"].append({"name": name} | source)
