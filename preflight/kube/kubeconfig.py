"""Which clusters the user has, and the connection to one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from preflight.errors import KubeconfigError
from preflight.kube.client import RealKube

IN_CLUSTER = "in-cluster"
"""The name of the context that a pod's own service account is."""


def connect(
    *, kubeconfig: str | None = None, context: str | None = None, connections: int = 32
) -> RealKube:
    """The cluster of that context; without one, of the current context, or of the pod that this runs in.

    Raises KubeconfigError when there is no such context, or its credentials cannot be had.
    """
    client = _imported("client")
    configuration = client.Configuration()
    name = _load(configuration, kubeconfig, context)
    configuration.connection_pool_maxsize = connections
    configuration.retries = _retries()
    return RealKube(client.ApiClient(configuration), name)


def contexts(kubeconfig: str | None = None) -> tuple[tuple[str, ...], str]:
    """The names of all contexts, and of the current one. Raises KubeconfigError."""
    config = _imported("config")
    with _explained(kubeconfig):
        known, current = config.list_kube_config_contexts(kubeconfig)
        return tuple(str(one["name"]) for one in known), str(current["name"])


def namespace_of(kubeconfig: str | None = None, context: str | None = None) -> str:
    """The namespace that the context is set to, as kubectl takes it; `default` where it says none."""
    config = _imported("config")
    with _explained(kubeconfig):
        known, current = config.list_kube_config_contexts(kubeconfig)
        chosen = next((one for one in known if one["name"] == context), current)
        return str(chosen["context"].get("namespace") or "default")


def _load(configuration: Any, kubeconfig: str | None, context: str | None) -> str:
    config = _imported("config")
    if kubeconfig is None and context is None and not _has_kubeconfig() and _in_pod():
        config.load_incluster_config(client_configuration=configuration)
        return IN_CLUSTER
    names, current = contexts(kubeconfig)
    if context is not None and context not in names:
        raise KubeconfigError(
            f"--context {context!r} is unknown; the contexts are {', '.join(names) or 'none'}"
        )
    with _explained(kubeconfig):
        config.load_kube_config(
            kubeconfig, context, client_configuration=configuration, persist_config=False
        )
    return context or current


def _has_kubeconfig(kubeconfig: str | None = None) -> bool:
    import os
    from pathlib import Path

    parts = [kubeconfig] if kubeconfig else _given().split(os.pathsep)
    return any(Path(part).expanduser().exists() for part in parts if part)


def _given() -> str:
    """Where kubectl looks."""
    import os

    return os.environ.get("KUBECONFIG") or "~/.kube/config"


def _in_pod() -> bool:
    from pathlib import Path

    return Path("/var/run/secrets/kubernetes.io/serviceaccount/token").is_file()


def _imported(part: str) -> Any:
    """A part of the official client, which takes 0.3 s to import and declares types for some of its functions only."""
    try:
        return import_module(f"kubernetes.{part}")
    except ImportError:
        raise KubeconfigError(
            "the Kubernetes client is not installed: pip install 'defender-preflight[cluster]'"
        ) from None


def _retries() -> Any:
    """A connection that never came to be, and 'too many requests', are tried again; what may have been done is not."""
    import urllib3

    return urllib3.Retry(
        total=4,
        connect=2,
        read=0,
        redirect=0,
        status=4,
        other=0,
        status_forcelist=[429],
        allowed_methods=None,
        backoff_factor=0.3,
        raise_on_status=False,
    )


@contextmanager
def _explained(kubeconfig: str | None) -> Iterator[None]:
    """Turns what the client raises for a kubeconfig into one line."""
    from yaml import YAMLError

    file = kubeconfig or _given()
    if not _has_kubeconfig(kubeconfig):
        raise KubeconfigError(
            f"{file}: there is no such kubeconfig; name one with --kubeconfig FILE or in KUBECONFIG"
        )
    try:
        yield
    except YAMLError:
        raise KubeconfigError(f"{file}: it is not YAML") from None
    except OSError as error:
        raise KubeconfigError(f"{file}: cannot be read: {error.strerror or error}") from None
    except (AttributeError, KeyError, TypeError):
        raise KubeconfigError(f"{file}: it is not a kubeconfig") from None
    except (_imported("config").ConfigException, ValueError) as error:
        raise KubeconfigError(f"{file}: {error}") from None
