"""A flow's destination as rules see it: one address at a time, since every one has to be allowed."""

from dataclasses import dataclass
from functools import lru_cache

from preflight.addresses import is_private
from preflight.model.flow import Destination, Transfer, Workload
from preflight.model.vantage import Address
from preflight.policies.kubernetes.labels import NAME_LABEL, Labelled
from preflight.policies.kubernetes.networks import Block
from preflight.policies.kubernetes.truth import NO, YES, Truth, missing, truth
from preflight.policies.kubernetes.wording import quoted


@dataclass(frozen=True, slots=True, eq=False)
class Pod:
    """A workload with its labels ready to be looked up."""

    workload: Workload
    own: Labelled
    namespace: Labelled


@lru_cache(maxsize=4096)
def pod(workload: Workload) -> Pod:
    """The workload as selectors see it."""
    labels = dict(workload.namespace_labels)
    labels.setdefault(NAME_LABEL, workload.namespace)
    return Pod(
        workload,
        Labelled(dict(workload.labels), workload.labels_known, _whose(workload)),
        Labelled(
            labels,
            workload.namespace_labels_known,
            f"the namespace {quoted(workload.namespace)}",
        ),
    )


def _whose(workload: Workload) -> str:
    """The pod by its name, or by what else is known of it."""
    if workload.pod:
        return f"the pod {quoted(f'{workload.namespace}/{workload.pod}')}"
    labels = ",".join(f"{key}={value}" for key, value in workload.labels[:2])
    return f"the pod {f'{quoted(labels)} ' if labels else ''}of {quoted(workload.namespace)}"


@dataclass(frozen=True, slots=True)
class Target:
    """One address of a destination, or its name alone where it was not resolved."""

    host: str | None
    address: Address | None
    pod: Pod | None
    """None for what is outside the cluster, or on its nodes."""
    port: int
    transfer: Transfer
    query: str | None = None
    """The name that is asked for, where the target is a resolver."""
    may_be_pod: bool = False
    """Whether the address could be a pod's or a Service's, for all that is known of the cluster."""

    def __str__(self) -> str:
        return f"{self.place}, port {self.port}/{self.transfer}"

    @property
    def place(self) -> str:
        """Where it leads, for people."""
        if self.pod is not None:
            return self.pod.own.whose.removeprefix("the ")
        if self.host is not None and self.address is not None:
            return f"{self.host} ({self.address})"
        return self.host or str(self.address)


def targets(destination: Destination, *, pods_known: bool) -> tuple[Target, ...]:
    """One for each address; one without where none is known.

    Where no pod is given, a bare private address may be one.
    """
    if destination.workload is not None:
        own = pod(destination.workload)
        address = destination.workload.address or next(iter(destination.addresses), None)
        return (Target(destination.host, address, own, destination.port, destination.transfer),)
    bare = destination.host is None and not pods_known
    return tuple(
        Target(
            destination.host,
            address,
            None,
            destination.port,
            destination.transfer,
            may_be_pod=bare and address is not None and is_private(address),
        )
        for address in destination.addresses or (None,)
    )


def no_pod(target: Target) -> Truth:
    """What selectors of pods say of a target that is not given as a pod."""
    if target.may_be_pod:
        return missing(f"no pods are given, so {target.address} may be one, or a Service")
    return NO


def within(block: Block, target: Target) -> Truth:
    """Whether the target's address lies in the block.

    A name that was not resolved has some IPv4 address, so the whole of IPv4 holds it; of anything smaller that cannot be told.
    """
    if target.address is not None:
        return truth(block.holds(target.address))
    if target.pod is None and block.within.is_whole and not block.without:
        if block.within.version == 4:
            return YES
        return missing(f"it is not known whether {target.place} has an IPv6 address")
    return missing(f"the addresses of {target.place} are not given")
