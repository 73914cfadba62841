"""The Protocol over the official client, of which only its kubeconfig, credentials and connections are used: JSON stays JSON."""

import json
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from preflight.errors import RefusedError, UnreachableError
from preflight.kube.fields import items, mapping, text
from preflight.kube.protocol import READABLE_KEYS, Change, ChangeType, Object, Permission
from preflight.kube.resource import SECRETS, Resource

CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 30.0
"""Seconds; an API server that says nothing for so long is taken to be unreachable."""
PAGE = 250
"""Objects of one answer; a node has some 20 KiB of JSON."""
BODY_LIMIT = 64 * 1024 * 1024
"""Bytes of one answer."""
LINE_LIMIT = 4 * 1024 * 1024
"""Bytes of one event of a watch; etcd holds no object above 1.5 MiB."""
MESSAGE_LIMIT = 2_000
"""Characters that are kept of the API server's words."""
WATCH_SPAN = 20.0
"""Seconds after which a watch is asked for anew: an API server that hangs is noticed no sooner."""
GIVE_UP = 45.0
"""Seconds for which a watch goes on trying to reach an API server that does not answer."""
PAUSE = 0.5
"""Seconds between two attempts to watch."""

METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
GONE = 410
"""HTTP status: the version to watch from is too old; list again."""


class RealKube:
    """A cluster behind the connections of an `ApiClient` of the official client."""

    def __init__(self, client: Any, context: str) -> None:
        self._client = client
        self._context = context
        self._closed = False

    @property
    def context(self) -> str:
        """The name of the kubeconfig's context."""
        return self._context

    def server_version(self) -> str:
        """As `/version` states it."""
        return text(self._json("GET", "/version"), "gitVersion") or "unknown"

    def serves(self, resource: Resource) -> bool:
        """As the list of the group and version says."""
        try:
            served = self._json("GET", resource.api)
        except RefusedError as error:
            if error.status == 404:
                return False
            raise
        return any(text(item, "name") == resource.plural for item in items(served, "resources"))

    def allowed(
        self, verb: str, resource: Resource, *, namespace: str | None = None, subresource: str = ""
    ) -> Permission:
        """By a SelfSubjectAccessReview, which every authenticated user may create."""
        attributes = {"verb": verb, "group": resource.group, "resource": resource.plural}
        if subresource:
            attributes["subresource"] = subresource
        if namespace is not None and resource.namespaced:
            attributes["namespace"] = namespace
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        status = mapping(self._json("POST", path, body=review), "status")
        return Permission(allowed=status.get("allowed") is True, reason=text(status, "reason"))

    def list(
        self,
        resource: Resource,
        *,
        namespace: str | None = None,
        labels: str = "",
        fields: str = "",
    ) -> Iterator[Object]:
        """A page at a time, so that a thousand nodes are never in memory together unless the caller keeps them."""
        query = {"limit": str(PAGE)} | _selectors(labels, fields)
        accept = METADATA_ONLY if resource == SECRETS else "application/json"
        path = resource.path(namespace=namespace)
        while True:
            page = self._json("GET", path, query=query, accept=accept)
            yield from map(_trimmed, items(page, "items"))
            following = text(page, "metadata", "continue")
            if not following:
                return
            query["continue"] = following

    def get(self, resource: Resource, name: str, *, namespace: str | None = None) -> Object | None:
        """The object, or None; never a secret."""
        if resource == SECRETS:
            raise ValueError("a secret is not read whole: see secret_value")
        return self._get(resource, name, namespace)

    def secret_value(self, name: str, key: str, *, namespace: str) -> str | None:
        """Only the value of that key leaves this function."""
        if key not in READABLE_KEYS:
            raise ValueError(f"the key {key!r} of a secret is not ours to read")
        encoded = text(self._get(SECRETS, name, namespace), "data", key)
        try:
            return b64decode(encoded).decode() if encoded else None
        except ValueError:
            return None

    def create(
        self, resource: Resource, manifest: Object, *, namespace: str | None = None
    ) -> Object:
        """As the API server answers."""
        return self._json("POST", resource.path(namespace=namespace), body=manifest)

    def delete(self, resource: Resource, name: str, *, namespace: str | None = None) -> bool:
        """In the background: the garbage collector takes what the object owns."""
        try:
            path = resource.path(namespace=namespace, name=name)
            self._json("DELETE", path, body={"propagationPolicy": "Background"})
        except RefusedError as error:
            if error.status == 404:
                return False
            raise
        return True

    def watch(
        self, resource: Resource, *, namespace: str, labels: str, seconds: float
    ) -> Iterator[Change]:
        """List, then watch from there; and again when the connection ends or the version is too old."""
        end = time.monotonic() + seconds
        known: dict[str, Object] = {}
        version, heard = "", time.monotonic()
        while not self._closed and time.monotonic() < end:
            try:
                if not version:
                    changes, version = self._current(resource, namespace, labels, known)
                    yield from changes
                for change in self._events(resource, namespace, labels, version, end):
                    version = text(change.object, "metadata", "resourceVersion") or version
                    _note(known, change)
                    yield change
                heard = time.monotonic()
            except RefusedError as error:
                if error.status not in {GONE, 429} and error.status < 500:
                    raise
                version, heard = "", time.monotonic()
                time.sleep(PAUSE)
            except UnreachableError:
                # Taken up again from the same version, as long as there is hope.
                if time.monotonic() - heard > GIVE_UP:
                    raise
                time.sleep(PAUSE)

    def log(self, pod: str, *, namespace: str, limit: int) -> bytes:
        """Through the API server, which asks the node's kubelet."""
        from preflight.kube.resource import PODS

        path = f"{PODS.path(namespace=namespace, name=pod)}/log"
        return self._answer("GET", path, query={"limitBytes": str(limit)}, accept="*/*", most=limit)

    def close(self) -> None:
        """No new requests; connections that are idle are closed."""
        self._closed = True
        self._client.rest_client.pool_manager.clear()

    def _get(self, resource: Resource, name: str, namespace: str | None) -> Object | None:
        try:
            return _trimmed(self._json("GET", resource.path(namespace=namespace, name=name)))
        except RefusedError as error:
            if error.status == 404:
                return None
            raise

    def _current(
        self, resource: Resource, namespace: str, labels: str, known: dict[str, Object]
    ) -> tuple[tuple[Change, ...], str]:
        """What exists now, as changes against what is known, and the version that this is."""
        path = resource.path(namespace=namespace)
        page = self._json("GET", path, query=_selectors(labels, ""))
        now = {_uid(found): found for found in map(_trimmed, items(page, "items"))}
        gone = (known[uid] for uid in known.keys() - now.keys())
        changes = (
            *(Change(type=ChangeType.DELETED, object=found) for found in gone),
            *(Change(type=ChangeType.ADDED, object=found) for found in now.values()),
        )
        known.clear()
        known.update(now)
        return changes, text(page, "metadata", "resourceVersion")

    def _events(
        self, resource: Resource, namespace: str, labels: str, version: str, end: float
    ) -> Iterator[Change]:
        span = max(1.0, min(WATCH_SPAN, end - time.monotonic()))
        query = _selectors(labels, "") | {
            "watch": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(int(span) or 1),
        }
        path = resource.path(namespace=namespace)
        request = f"watch {resource.kind} in {namespace}"
        for line in self._lines(path, query, span + CONNECT_TIMEOUT):
            event = _parsed(line, request)
            if text(event, "type") == "ERROR":
                raise _refused(request, mapping(event, "object"), 500)
            if text(event, "type") in set(ChangeType):
                yield Change(
                    type=ChangeType(text(event, "type")), object=_trimmed(mapping(event, "object"))
                )

    def _lines(self, path: str, query: Mapping[str, str], patience: float) -> Iterator[bytes]:
        response = self._send("GET", path, query, None, "application/json", patience)
        try:
            if response.status >= 300:
                raise _refused(f"watch {path}", _status(response.read(BODY_LIMIT)), response.status)
            yield from _split(response)
        except _transport_errors() as error:
            raise _unreachable(self._context, error) from None
        finally:
            response.close()  # nothing more is read of it, so the connection cannot be used again

    def _json(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Object | None = None,
        accept: str = "application/json",
    ) -> Mapping[str, Any]:
        answer = self._answer(method, path, query=query or {}, body=body, accept=accept)
        return _parsed(answer, f"{method} {path}")

    def _answer(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str],
        accept: str,
        body: Object | None = None,
        most: int = BODY_LIMIT,
    ) -> bytes:
        response = self._send(method, path, query, body, accept, READ_TIMEOUT)
        try:
            data: bytes = response.read(most + 1 if most == BODY_LIMIT else most)
            if response.status >= 300:
                raise _refused(f"{method} {path}", _status(data), response.status)
            if len(data) > BODY_LIMIT:
                raise UnreachableError(
                    f"{self._context}: the answer to {method} {path} is too long"
                )
        except _transport_errors() as error:
            raise _unreachable(self._context, error) from None
        else:
            return data
        finally:
            response.release_conn()

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Object | None,
        accept: str,
        patience: float,
    ) -> Any:
        """The response, its body unread."""
        import urllib3

        configuration = self._client.configuration
        headers = {"Accept": accept, "User-Agent": _user_agent()}
        # Calls the client's own hook, which renews a token that is about to expire.
        bearer = configuration.auth_settings().get("BearerToken")
        if bearer:
            headers["Authorization"] = bearer["value"]
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            return self._client.rest_client.pool_manager.request(
                method,
                f"{configuration.host}{path}{'?' + urlencode(query) if query else ''}",
                body=None if body is None else json.dumps(body, separators=(",", ":")).encode(),
                headers=headers,
                timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT, read=patience),
                redirect=False,
                preload_content=False,
            )
        except _transport_errors() as error:
            raise _unreachable(self._context, error) from None


def _selectors(labels: str, fields: str) -> dict[str, str]:
    given = {"labelSelector": labels, "fieldSelector": fields}
    return {name: selector for name, selector in given.items() if selector}


def _trimmed(found: Mapping[str, Any]) -> Object:
    """The object without the bookkeeping of field managers, which is often half of it, and the images that a node holds."""
    metadata = found.get("metadata")
    if isinstance(metadata, dict):
        metadata.pop("managedFields", None)
    status = found.get("status")
    if isinstance(status, dict):
        status.pop("images", None)
    return found


def _uid(found: Object) -> str:
    return text(found, "metadata", "uid")


def _note(known: dict[str, Object], change: Change) -> None:
    if change.type is ChangeType.DELETED:
        known.pop(_uid(change.object), None)
    else:
        known[_uid(change.object)] = change.object


def _split(response: Any) -> Iterator[bytes]:
    """The lines of a stream, each as soon as it is there."""
    rest = b""
    for piece in response.stream(65_536, decode_content=True):
        *lines, rest = (rest + piece).split(b"\n")
        yield from (line for line in lines if line.strip())
        if len(rest) > LINE_LIMIT:
            raise UnreachableError("an event of the watch is too long")


def _parsed(data: bytes, request: str) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise UnreachableError(f"{request}: the answer is not that of a Kubernetes API")
    return value


def _status(data: bytes) -> Mapping[str, Any]:
    """The Status object of a refusal; what a proxy or gateway wrote instead becomes its message."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return value
    return {"message": data[:MESSAGE_LIMIT].decode("utf-8", "replace").strip()}


def _refused(request: str, status: Mapping[str, Any], code: int) -> RefusedError:
    stated = status.get("code")
    return RefusedError(
        request=request,
        status=stated if isinstance(stated, int) else code,
        reason=text(status, "reason")[:MESSAGE_LIMIT],
        message=text(status, "message")[:MESSAGE_LIMIT],
    )


def _unreachable(context: str, error: Exception) -> UnreachableError:
    """Names the innermost reason: urllib3 wraps it in the URL and the number of attempts."""
    reason = getattr(error, "reason", None) or error
    said = str(reason).partition(": ")[2] or str(reason)
    return UnreachableError(f"the API server of {context!r} cannot be reached: {said}")


def _transport_errors() -> tuple[type[Exception], ...]:
    from urllib3.exceptions import HTTPError

    return (HTTPError, OSError)


def _user_agent() -> str:
    from preflight import __version__

    return f"defender-preflight/{__version__}"
