"""A namespace of its own for each test, on the cluster of KUBECONFIG, and a service in the cluster's internet."""

import json
import os
import secrets
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.e2e.cluster import CLUSTER, HOST, ROOT, eventually, kubectl, net

ADDRESS = "20.50.0.10"
SERVER = """
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404); self.send_header("Content-Length", "0"); self.end_headers()
    do_HEAD = do_POST = do_GET
    def log_message(self, *words): pass
server = http.server.ThreadingHTTPServer((sys.argv[1], 443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""


@pytest.fixture(scope="session")
def _cluster() -> None:
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("needs a cluster: KUBECONFIG names none")


@pytest.fixture(scope="session")
def _own_internet(_cluster: None) -> None:
    if not (CLUSTER / "net").exists() or os.geteuid() != 0:
        pytest.skip("needs root and the cluster of ../shared/cluster, whose network can be cut")


@pytest.fixture
def namespace(_cluster: None) -> Iterator[str]:
    """An empty namespace."""
    name = f"preflight-{secrets.token_hex(3)}"
    kubectl("create", "namespace", name)
    yield name
    kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture(scope="session")
def service(_own_internet: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The authority of a service at api.example.test in the cluster's internet."""
    folder = tmp_path_factory.mktemp("service")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    chain = folder / "service.pem"
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(chain)
    net("serve", "e2e-service", sys.executable, "-c", SERVER, ADDRESS, str(chain))
    net("dns", "add", HOST, ADDRESS)
    yield folder / "ca.pem"
    net("dns", "del", HOST)
    net("stop", "e2e-service")


@pytest.fixture
def look(service: Path, namespace: str) -> tuple[str, ...]:
    """The options of a run that looks at that service alone."""
    return (
        *("--namespace", namespace, "--environment", "aks", "--only-endpoint", HOST),
        *("--ca-file", str(service), "--timeout", "2", "--output", "json"),
    )


@pytest.fixture
def _cut(_own_internet: None) -> Iterator[None]:
    """Whatever a test cuts is mended."""
    yield
    net("unblock", "all")


@pytest.fixture(scope="session")
def own_image(_own_internet: None) -> str:
    """The project's own image, built from this tree and in every node."""
    name = "localhost/defender-preflight:test"
    python = "PYTHON=docker.io/library/python:3.11-slim-bookworm"
    files = ("--file", "job/Dockerfile", "--ignorefile", "job/Dockerfile.dockerignore")
    build = ("--quiet", "--build-arg", python, *files, "--tag", name, ".")
    for command in (
        [str(CLUSTER / "build-image"), *build],
        [str(CLUSTER / "load-image"), name],
    ):
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return name


def _account(namespace: str, name: str, rules: list[dict[str, list[str]]], folder: Path) -> str:
    """A kubeconfig of a service account that may do just this, everywhere."""
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": f"{namespace}-{name}"},
        "rules": rules,
    }
    kubectl("create", "serviceaccount", name, "-n", namespace)
    kubectl("apply", "-f", "-", given=json.dumps(role))
    binding = ("--clusterrole", f"{namespace}-{name}", "--serviceaccount", f"{namespace}:{name}")
    kubectl("create", "clusterrolebinding", f"{namespace}-{name}", *binding)
    secret = eventually(
        lambda: kubectl(
            *("get", "serviceaccount", name, "-n", namespace, "-o", "jsonpath={.secrets[0].name}")
        )
    )
    coded = kubectl("get", "secret", secret, "-n", namespace, "-o", "jsonpath={.data.token}")
    config = json.loads(kubectl("config", "view", "--raw", "--minify", "-o", "json"))
    config["users"] = [{"name": name, "user": {"token": b64decode(coded).decode()}}]
    config["contexts"][0]["context"]["user"] = name
    file = folder / name
    file.write_text(json.dumps(config))
    return str(file)


def _forget(namespace: str, name: str) -> None:
    kubectl("delete", "clusterrolebinding,clusterrole", f"{namespace}-{name}")


@pytest.fixture
def nobody(namespace: str, tmp_path: Path) -> Iterator[str]:
    """A user who may see pods and nodes, and nothing else."""
    rules = [{"apiGroups": [""], "resources": ["pods", "nodes"], "verbs": ["get", "list"]}]
    yield _account(namespace, "nobody", rules, tmp_path)
    _forget(namespace, "nobody")


@pytest.fixture
def reader(namespace: str, tmp_path: Path) -> Iterator[str]:
    """A user who may do everything that README lists, but not read logs."""
    rules = [
        {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create", "get", "delete"]},
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create", "delete"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "watch"]},
        {"apiGroups": [""], "resources": ["nodes", "events"], "verbs": ["list"]},
    ]
    yield _account(namespace, "reader", rules, tmp_path)
    _forget(namespace, "reader")


WEBHOOK = """
import http.server, json, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["request"]
        denied = bool(review["object"]["spec"].get("hostNetwork"))
        answer = {"uid": review["uid"], "allowed": not denied, "status": {"message": "no host network here"}}
        body = json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": answer}).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
server = http.server.ThreadingHTTPServer((sys.argv[1], 8443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""


@pytest.fixture
def webhook(_own_internet: None, namespace: str, tmp_path: Path) -> Iterator[str]:
    """The name of a webhook that denies pods in the node's network in this namespace."""
    authority, address = trustme.CA(), "20.50.0.20"
    chain = tmp_path / "webhook.pem"
    authority.issue_cert(address).private_key_and_cert_chain_pem.write_to_path(chain)
    net("serve", "e2e-webhook", sys.executable, "-c", WEBHOOK, address, str(chain))
    name = f"{namespace}.policy.example"
    one = {
        "name": name,
        "clientConfig": {
            "url": f"https://{address}:8443/",
            "caBundle": b64encode(authority.cert_pem.bytes()).decode(),
        },
        "rules": [
            {
                "apiGroups": [""],
                "apiVersions": ["v1"],
                "operations": ["CREATE"],
                "resources": ["pods"],
            }
        ],
        "namespaceSelector": {"matchLabels": {"e2e": namespace}},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }
    configuration = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": name},
        "webhooks": [one],
    }
    kubectl("label", "namespace", namespace, f"e2e={namespace}")
    kubectl("apply", "-f", "-", given=json.dumps(configuration))
    yield name
    kubectl("delete", "validatingwebhookconfiguration", name)
    net("stop", "e2e-webhook")
