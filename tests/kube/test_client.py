"""The implementation over the official client, against a small API server on loopback."""

from base64 import b64encode
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from preflight.errors import RefusedError, UnreachableError
from preflight.kube import JOBS, NODES, PODS, SECRETS, ChangeType, Resource, text
from preflight.kube import client as module
from preflight.kube.client import RealKube
from preflight.kube.kubeconfig import connect
from tests.fakes.api_server import ApiServer, api_server

PATH = "/api/v1/namespaces/mdc/pods"


@pytest.fixture
def api() -> Iterator[ApiServer]:
    with api_server() as server:
        yield server


@pytest.fixture
def kube(api: ApiServer, tmp_path: Path) -> Iterator[RealKube]:
    connected = connect(kubeconfig=api.kubeconfig(tmp_path))
    yield connected
    connected.close()


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)


def pod(name: str, version: int = 1, **metadata: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "uid": f"uid-{name}", "resourceVersion": str(version)} | metadata
    }


def page(*items: dict[str, Any], following: str = "", version: str = "5") -> dict[str, Any]:
    return {"metadata": {"continue": following, "resourceVersion": version}, "items": list(items)}


def lines(*events: tuple[str, dict[str, Any]]) -> bytes:
    import json

    return b"".join(json.dumps({"type": t, "object": o}).encode() + b"\n" for t, o in events)


class TestList:
    def test_reads_page_by_page(self, api: ApiServer, kube: RealKube) -> None:
        api.on("GET", "/api/v1/nodes", page(pod("a"), following="more"), page(pod("b")))

        assert [text(n, "metadata", "name") for n in kube.list(NODES, labels="x=y")] == ["a", "b"]
        assert api.requests[1][2] == {"limit": "250", "labelSelector": "x=y", "continue": "more"}

    def test_drops_what_nobody_reads(self, api: ApiServer, kube: RealKube) -> None:
        full = pod("a", managedFields=[{"manager": "x"}]) | {"status": {"images": ["much"]}}
        api.on("GET", "/api/v1/nodes", page(full))

        assert list(kube.list(NODES)) == [pod("a") | {"status": {}}]

    def test_asks_for_no_more_than_the_metadata_of_secrets(
        self, api: ApiServer, kube: RealKube
    ) -> None:
        api.on("GET", "/api/v1/namespaces/mdc/secrets", page(pod("s")))
        list(kube.list(SECRETS, namespace="mdc"))

        assert "PartialObjectMetadataList" in api.accepted[0]


class TestSecret:
    def test_gives_the_workspace_id_alone(self, api: ApiServer, kube: RealKube) -> None:
        data = {"WSID": b64encode(b"guid").decode(), "KEY": b64encode(b"hunter2").decode()}
        api.on("GET", "/api/v1/namespaces/mdc/secrets/s", {"data": data})

        assert kube.secret_value("s", "WSID", namespace="mdc") == "guid"
        with pytest.raises(ValueError, match="not ours to read"):
            kube.secret_value("s", "KEY", namespace="mdc")

    def test_is_never_read_whole(self, kube: RealKube) -> None:
        with pytest.raises(ValueError, match="not read whole"):
            kube.get(SECRETS, "s", namespace="mdc")


class TestRefusal:
    def test_keeps_the_api_servers_words(self, api: ApiServer, kube: RealKube) -> None:
        api.refuse("POST", "/apis/batch/v1/namespaces/mdc/jobs", 403, "Forbidden", "no, alice")
        with pytest.raises(RefusedError) as caught:
            kube.create(JOBS, {"metadata": {"name": "j"}}, namespace="mdc")

        assert (caught.value.status, caught.value.reason) == (403, "Forbidden")
        assert caught.value.message == "no, alice"
        assert caught.value.exit_code == 4

    def test_of_a_gateway_that_is_no_api_server_is_bounded(
        self, api: ApiServer, kube: RealKube
    ) -> None:
        api.on("GET", "/version", b"<html>" + b"x" * 100_000, status=502)
        with pytest.raises(RefusedError) as caught:
            kube.server_version()

        assert len(caught.value.message) == 2_000

    def test_too_many_requests_is_asked_again(self, api: ApiServer, kube: RealKube) -> None:
        api.refuse("GET", "/version", 429, "TooManyRequests", "later")
        api.on("GET", "/version", {"gitVersion": "v1.33.1"})

        assert kube.server_version() == "v1.33.1"

    @pytest.mark.parametrize("body", [b"", b"not JSON", b"[]", b"[" * 100_000])
    def test_answer_that_is_no_object_is_no_traceback(
        self, api: ApiServer, kube: RealKube, body: bytes
    ) -> None:
        api.on("GET", "/version", body)
        with pytest.raises(UnreachableError, match="not that of a Kubernetes API"):
            kube.server_version()

    def test_server_that_is_not_there_is_said_in_one_line(self, tmp_path: Path) -> None:
        with api_server() as gone:
            file = gone.kubeconfig(tmp_path)
        kube = connect(kubeconfig=file)
        with pytest.raises(
            UnreachableError, match=r"^the API server of 'blue' cannot be reached: "
        ) as caught:
            kube.server_version()

        assert "refused" in str(caught.value)


class TestAbsence:
    def test_of_an_object_is_none(self, kube: RealKube) -> None:
        assert kube.get(PODS, "p", namespace="mdc") is None
        assert kube.delete(PODS, "p", namespace="mdc") is False

    def test_of_a_group_is_not_served(self, api: ApiServer, kube: RealKube) -> None:
        api.on("GET", "/apis/batch/v1", {"resources": [{"name": "jobs"}]})

        assert kube.serves(JOBS)
        assert not kube.serves(Resource(group="batch", version="v1", plural="cronjobs"))
        assert not kube.serves(Resource(group="cilium.io", version="v2", plural="x"))


class TestRight:
    def test_is_asked_for_with_all_that_matters(self, api: ApiServer, kube: RealKube) -> None:
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        api.on("POST", path, {"status": {"allowed": False, "reason": "RBAC"}})
        answer = kube.allowed("get", PODS, namespace="mdc", subresource="log")

        assert (answer.allowed, answer.reason) == (False, "RBAC")
        assert api.requests[0][3]["spec"]["resourceAttributes"] == {
            "verb": "get",
            "group": "",
            "resource": "pods",
            "subresource": "log",
            "namespace": "mdc",
        }


class TestWatch:
    def watched(self, kube: RealKube, count: int) -> list[tuple[str, str]]:
        changes = kube.watch(PODS, namespace="mdc", labels="run=1", seconds=30.0)
        return [
            (change.type.value, text(change.object, "metadata", "name"))
            for change in islice(changes, count)
        ]

    def test_begins_with_what_there_is(self, api: ApiServer, kube: RealKube) -> None:
        api.on(
            "GET", PATH, page(pod("a")), lines(("MODIFIED", pod("a", 6)), ("ADDED", pod("b", 7)))
        )

        assert self.watched(kube, 3) == [("ADDED", "a"), ("MODIFIED", "a"), ("ADDED", "b")]
        assert api.requests[1][2]["resourceVersion"] == "5"

    def test_goes_on_where_it_was_when_the_connection_ends(
        self, api: ApiServer, kube: RealKube
    ) -> None:
        api.on("GET", PATH, page(), lines(("ADDED", pod("a", 6))), lines(("ADDED", pod("b", 7))))

        assert self.watched(kube, 2) == [("ADDED", "a"), ("ADDED", "b")]
        assert api.requests[2][2]["resourceVersion"] == "6"

    def test_says_what_went_while_nobody_looked(self, api: ApiServer, kube: RealKube) -> None:
        """Version too old: list anew, and compare with what was known."""
        gone = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}
        api.on("GET", PATH, page(pod("a")), lines(("ERROR", gone)), page(pod("b")))

        assert self.watched(kube, 3) == [("ADDED", "a"), ("DELETED", "a"), ("ADDED", "b")]

    def test_is_refused_without_the_right(self, api: ApiServer, kube: RealKube) -> None:
        api.refuse("GET", PATH, 403, "Forbidden", "no watch for alice")
        with pytest.raises(RefusedError, match="no watch for alice"):
            self.watched(kube, 1)

    def test_gives_up_on_an_api_server_that_is_gone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "GIVE_UP", 0.0)
        with api_server() as gone:
            file = gone.kubeconfig(tmp_path)
        with pytest.raises(UnreachableError):
            self.watched(connect(kubeconfig=file), 1)

    def test_ends_when_its_time_is_over(self, api: ApiServer, kube: RealKube) -> None:
        assert list(kube.watch(PODS, namespace="mdc", labels="", seconds=0.0)) == []

    def test_bookmarks_and_nonsense_are_passed_over(self, api: ApiServer, kube: RealKube) -> None:
        api.on("GET", PATH, page(), lines(("BOOKMARK", pod("x")), ("ADDED", pod("a", 6))))

        assert self.watched(kube, 1) == [("ADDED", "a")]


def test_log_is_read_as_far_as_wanted(api: ApiServer, kube: RealKube) -> None:
    api.on("GET", f"{PATH}/p/log", b"x" * 1_000)

    assert kube.log("p", namespace="mdc", limit=10) == b"x" * 10
    assert api.requests[0][2] == {"limitBytes": "10"}


def test_change_types_are_the_apis_own() -> None:
    assert [kind.value for kind in ChangeType] == ["ADDED", "MODIFIED", "DELETED"]
