"""Short builders for what a cluster holds and what a run asks for."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from preflight.codec import compact, encode
from preflight.job import documents, template
from preflight.job.order import Order
from preflight.job.targets import Target
from preflight.kube import CONFIG_MAPS, PODS
from preflight.model.fleet import Network
from preflight.model.report import Report
from tests.fakes.kube import FakeKube
from tests.report.builders import endpoint, report

NAMESPACE = "mdc"
DELIVERY = template.Delivery(
    image="registry.example/library/python:3.11-slim",
    command=("python3", "-c", "pass"),
    config_maps=("defender-preflight-test-payload-1",),
)
SETTINGS = template.Settings(
    run="test", delivery=DELIVERY, arguments=("--environment=aks",), deadline=120.0
)


def node(name: str, *, ready: str = "True", **labels: str) -> dict[str, Any]:
    """A Linux node that is ready."""
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/os": "linux"} | labels},
        "spec": {},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


def pooled(name: str, pool: str) -> dict[str, Any]:
    """A node of an AKS pool."""
    return node(name, **{"kubernetes.azure.com/agentpool": pool})


def made(network: Network = Network.POD, **changes: Any) -> dict[str, Any]:
    """A Job as the template gives it."""
    settings = replace(SETTINGS, **changes)
    return template.job(documents.template(), settings, name="job", network=network, node="node-1")


def order(*targets: Target, **changes: Any) -> Order:
    """What a run with a payload asks for."""
    payload = template.payload_maps([b"program"], DELIVERY.config_maps, "test")
    asked = Order(
        namespace=NAMESPACE,
        targets=targets or (target("node-1"),),
        template=documents.template(),
        settings=SETTINGS,
        belongings=tuple((CONFIG_MAPS, manifest) for manifest in payload),
        parallel=10,
    )
    return replace(asked, **changes)


def target(name: str, network: Network = Network.POD, pool: str | None = None) -> Target:
    """One place to look from."""
    return Target(node=name, pool=pool, network=network)


def healthy() -> Report:
    """A report of one reachable endpoint."""
    return report(endpoint("sensor", host="api.example.test"))


Play = Callable[[FakeKube, dict[str, Any]], None]
"""What happens after a Job was made."""


def pod_of(job: dict[str, Any], status: dict[str, Any] | None = None) -> dict[str, Any]:
    """The pod that the Job controller makes, scheduled where the Job wants it."""
    made_for, template_ = job["metadata"], job["spec"]["template"]
    owner = {"kind": "Job", "name": made_for["name"], "uid": made_for["uid"]}
    return {
        "metadata": {
            "name": f"{made_for['name']}-x",
            "namespace": made_for["namespace"],
            "labels": template_["metadata"]["labels"] | {"job-name": made_for["name"]},
            "ownerReferences": [owner],
        },
        "spec": template_["spec"]
        | {"nodeName": template_["metadata"]["annotations"][template.NODE_ANNOTATION]},
        "status": status or {"phase": "Pending"},
    }


def ended(*, code: int = 0, message: str = "", reason: str = "Completed") -> dict[str, Any]:
    """The status of a pod whose container ended."""
    terminated = {"exitCode": code, "reason": reason, "message": message}
    return {
        "phase": "Failed" if code else "Succeeded",
        "containerStatuses": [{"name": "preflight", "state": {"terminated": terminated}}],
    }


def waiting(reason: str, message: str = "", image: str = DELIVERY.image) -> dict[str, Any]:
    """The status of a pod whose container does not start."""
    state = {"waiting": {"reason": reason, "message": message}}
    return {"phase": "Pending", "containerStatuses": [{"image": image, "state": state}]}


def reports(value: Report, *, log: bool = True, message: bool = True) -> Play:
    """The pod runs to its end and leaves this report in its log, in its termination message, or in both."""
    words = compact.encode(value) if message else ""
    line = encode(value, one_line=True).encode() + b"\n"

    def play(kube: FakeKube, job: dict[str, Any]) -> None:
        pod = kube.put(PODS, pod_of(job))
        if log:
            kube.logs[NAMESPACE, pod["metadata"]["name"]] = line
        kube.put(PODS, pod | {"status": {"phase": "Running"}})
        kube.put(PODS, pod | {"status": ended(message=words)})

    return play


def stands(status: dict[str, Any]) -> Play:
    """The pod gets this far and no further."""

    def play(kube: FakeKube, job: dict[str, Any]) -> None:
        kube.put(PODS, pod_of(job, status))

    return play
