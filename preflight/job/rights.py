"""What the user must be allowed to do, asked before anything is made."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from preflight.errors import ClusterError
from preflight.kube import (
    CONFIG_MAPS,
    EVENTS,
    JOBS,
    NODES,
    PODS,
    SECRETS,
    Kube,
    Resource,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One thing to be allowed."""

    verb: str
    resource: Resource
    subresource: str = ""
    needed_for: str

    @property
    def words(self) -> str:
        """As `kubectl auth can-i` takes it."""
        kind = self.resource.kind + (f"/{self.subresource}" if self.subresource else "")
        return f"{self.verb} {kind}"


def required(*, config_maps: bool, secret: bool) -> Iterator[Right]:
    """Without these nothing can be done."""
    for verb in ("create", "get", "delete"):
        yield Right(verb=verb, resource=JOBS, needed_for="the check itself")
    for verb in ("list", "watch"):
        yield Right(verb=verb, resource=PODS, needed_for="seeing how far it is")
    if config_maps:
        for verb in ("create", "delete"):
            yield Right(verb=verb, resource=CONFIG_MAPS, needed_for="bringing the program")
    if secret:
        for verb in ("create", "delete"):
            yield Right(verb=verb, resource=SECRETS, needed_for="the proxy's credentials")


LIST_NODES = Right(verb="list", resource=NODES, needed_for="choosing nodes")
READ_LOG = Right(verb="get", resource=PODS, subresource="log", needed_for="the evidence")
LIST_EVENTS = Right(
    verb="list", resource=EVENTS, needed_for="the reasons of pods that do not start"
)
USEFUL = {
    READ_LOG: "without the right to `get pods/log` only the compact form of each report can be read: no evidence",
    LIST_EVENTS: "without the right to `list events` it cannot be said why a pod does not start",
}
"""Rights that can be done without, and what is lost then."""


class MissingRightsError(ClusterError):
    """The user may not do what is needed."""

    def __init__(self, missing: tuple[Right, ...], *, context: str, namespace: str) -> None:
        listed = ", ".join(right.words for right in missing)
        super().__init__(
            f"missing rights in namespace {namespace!r} of {context!r}: {listed} "
            f"(kubectl --context {context} --namespace {namespace} auth can-i {missing[0].words})"
        )
        self.missing = missing


def check(kube: Kube, namespace: str, rights: tuple[Right, ...]) -> None:
    """Return when all of them are there; MissingRightsError names every one that is not."""
    missing = _missing(kube, namespace, rights)
    if missing:
        raise MissingRightsError(missing, context=kube.context, namespace=namespace)


def lost(kube: Kube, namespace: str) -> tuple[str, ...]:
    """Remarks about useful rights that are not there."""
    return tuple(USEFUL[right] for right in _missing(kube, namespace, tuple(USEFUL)))


def has(kube: Kube, right: Right) -> bool:
    """Whether the user has this right in the whole cluster."""
    return kube.allowed(right.verb, right.resource, subresource=right.subresource).allowed


def _missing(kube: Kube, namespace: str, rights: tuple[Right, ...]) -> tuple[Right, ...]:
    def allowed(right: Right) -> bool:
        return kube.allowed(
            right.verb, right.resource, namespace=namespace, subresource=right.subresource
        ).allowed

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(allowed, rights))
    return tuple(right for right, yes in zip(rights, answers, strict=True) if not yes)
