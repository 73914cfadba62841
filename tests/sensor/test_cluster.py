"""Against a real API server: what is found there, what a user without rights is told, and what a removal left."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from preflight.errors import RefusedError
from preflight.kube import DAEMON_SETS, NAMESPACES, SECRETS, Kube, Resource
from preflight.kube.kubeconfig import connect
from preflight.model.sensor import Method, Standing
from preflight.sensor import gather
from preflight.sensor.alert import call
from preflight.sensor.removal import look
from preflight.sensor.status import status
from tests.sensor.clusters import KEY, WORKSPACE

pytestmark = [pytest.mark.cluster, pytest.mark.enable_socket]

SPACE = "azuredefender"
ROLES = Resource(
    group="rbac.authorization.k8s.io", version="v1", plural="clusterroles", namespaced=False
)
NOWHERE = {"example.com/no-such-node": "yes"}


@pytest.fixture(scope="module")
def kube() -> Iterator[Kube]:
    found = connect()
    yield found
    found.close()


@pytest.fixture(scope="module")
def remains(kube: Kube) -> Iterator[None]:
    """What an old extension leaves: a namespace, a DaemonSet that fits no node, a secret, a role."""
    kube.create(NAMESPACES, {"metadata": {"name": SPACE}})
    try:
        kube.create(DAEMON_SETS, daemonset(), namespace=SPACE)
        data = {"WSID": WORKSPACE, "KEY": KEY}
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        secret = {"metadata": {"name": "omsagent-secret"}, "data": encoded}
        kube.create(SECRETS, secret, namespace=SPACE)
        kube.create(ROLES, {"metadata": {"name": "mdc-pods-reader"}, "rules": []})
        yield
    finally:
        kube.delete(ROLES, "mdc-pods-reader")
        kube.delete(NAMESPACES, SPACE)
        _wait_until_gone(kube)


def _wait_until_gone(kube: Kube) -> None:
    """A namespace that is being deleted would be in the way of whoever looks next."""
    end = time.monotonic() + 300
    while kube.get(NAMESPACES, SPACE) is not None:
        assert time.monotonic() < end, "the namespace does not go"
        time.sleep(0.5)  # a namespace of its own takes some 6 s to go on an idle machine


def daemonset() -> dict[str, Any]:
    labels = {"dsName": "azuredefender-publisher-ds"}
    containers = [{"name": "publisher", "image": "example.com/none"}]
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {
            "name": "azuredefender-publisher-ds",
            "labels": {"app.kubernetes.io/version": "0.6.2"},
        },
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"nodeSelector": NOWHERE, "containers": containers},
            },
        },
    }


def test_a_cluster_without_the_sensor_has_nothing_left(kube: Kube) -> None:
    found = look(kube)

    assert (found.counted, found.gaps) == ((), ())
    assert status(gather(kube)).standing is Standing.ABSENT


def test_what_is_there_is_found_and_its_key_is_not(kube: Kube, remains: None) -> None:
    found = status(gather(kube))

    assert found.installs[0].method is Method.ARC_EXTENSION
    assert found.detected.workspace_id.value == WORKSPACE
    assert found.detected.sensor_version.value == (0, 6, 2)
    assert found.coverage is not None
    assert "example.com/no-such-node=yes" in found.coverage.uncovered[0].reason
    assert KEY not in repr(found)


def test_what_a_removal_left_is_named(kube: Kube, remains: None) -> None:
    found = {str(left) for left in look(kube).counted}

    assert found >= {
        f"Namespace {SPACE}",
        f"DaemonSet {SPACE}/azuredefender-publisher-ds",
        f"Secret {SPACE}/omsagent-secret",
        "ClusterRole mdc-pods-reader",
    }


def test_the_test_alerts_call_finds_nothing(kube: Kube) -> None:
    assert call(kube).pods == 0


def test_secrets_are_never_read_whole(kube: Kube, remains: None) -> None:
    (secret,) = [
        each
        for each in kube.list(SECRETS, namespace=SPACE)
        if each["metadata"]["name"] == "omsagent-secret"
    ]

    assert "data" not in secret
    assert base64.b64encode(KEY.encode()).decode() not in json.dumps(secret)
    with pytest.raises(ValueError, match="not ours to read"):
        kube.secret_value("omsagent-secret", "KEY", namespace=SPACE)


def test_a_namespace_that_is_not_there_is_no_refusal(kube: Kube) -> None:
    try:
        assert list(kube.list(DAEMON_SETS, namespace="no-such-namespace")) == []
    except RefusedError as refused:
        pytest.fail(str(refused))
