"""What a rule of Calico asks of its destination: networks, selectors, ports, service accounts, services and domains, all together.

Selectors speak of pods and of network sets, never of plain addresses. In a namespaced policy they stay inside its namespace, unless
`namespaceSelector` leads elsewhere; `global()` there means global network sets.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from preflight.model.document import Document
from preflight.model.flow import Transfer
from preflight.policies.kubernetes.calico import labelled
from preflight.policies.kubernetes.calico.selector import Asked, parse
from preflight.policies.kubernetes.fields import (
    Fields,
    Malformed,
    fields,
    items,
    named,
    number,
    only,
    optional_text,
    texts,
)
from preflight.policies.kubernetes.inventory import Inventory, labels_of
from preflight.policies.kubernetes.labels import NAME_LABEL, Labelled
from preflight.policies.kubernetes.names import deep
from preflight.policies.kubernetes.networks import Block, Range, cidrs
from preflight.policies.kubernetes.ports import LAST, Named, Ports, Span, among, span
from preflight.policies.kubernetes.target import Pod, Target, no_pod, within
from preflight.policies.kubernetes.truth import (
    NO,
    YES,
    Truth,
    every,
    missing,
    opposite,
    some,
    truth,
    unsupported,
)
from preflight.policies.kubernetes.wording import quoted

KEYS = frozenset(
    {
        "nets", "notNets", "selector", "notSelector", "namespaceSelector", "ports", "notPorts",
        "services", "serviceAccounts", "domains",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NetworkSet:
    """A NetworkSet or GlobalNetworkSet."""

    namespace: str | None
    """None for a global one."""
    labels: Labelled
    nets: tuple[Range, ...]
    domains: tuple[str, ...]
    trouble: str = ""

    def holds(self, target: Target) -> Truth:
        """Whether the target belongs to the set."""
        if self.trouble:
            return unsupported(f"{self.labels.whose} cannot be read: {self.trouble}")
        if target.host is not None and any(deep(one, target.host) for one in self.domains):
            return missing("whether domains of network sets count depends on Calico's edition")
        return some(within(Block(one), target) for one in self.nets)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a rule's meaning depends on beside the rule."""

    namespace: str | None
    """The policy's; None for a global one."""
    sets: tuple[NetworkSet, ...]
    inventory: Inventory


@dataclass(frozen=True, slots=True)
class Selected:
    """Endpoints by their own labels, by those of their namespace, and by their service account."""

    own: Asked
    namespaces: Asked | None
    """None: the policy's own namespace, or all of them for a global policy."""
    only_global: bool
    service_accounts: frozenset[str] | None
    around: Surroundings

    def holds(self, target: Target) -> Truth:
        """Whether the target is one of them, or belongs to a network set that is."""
        if target.pod is not None and not target.pod.workload.host_network:
            return self.selects(target.pod)
        if self.service_accounts is not None or target.may_be_pod:
            return no_pod(target)
        if not self.around.sets:
            return missing("it is not known which network sets there are; none is given")
        return some(every((self._selects_set(one), one.holds(target))) for one in self.around.sets)

    def selects(self, pod: Pod) -> Truth:
        """Whether the pod is one of them."""
        if self.only_global or not self._at_home(pod.workload.namespace):
            return NO
        home = YES if self.namespaces is None else self.namespaces(labelled.namespace(pod))
        return every((home, self.own(labelled.endpoint(pod)), self._account(pod)))

    def _account(self, pod: Pod) -> Truth:
        if self.service_accounts is None:
            return YES
        if pod.workload.service_account is None:
            return missing(f"the service account of {pod.own.whose} is not known")
        return truth(pod.workload.service_account in self.service_accounts)

    def _at_home(self, namespace: str | None) -> bool:
        """Whether the namespace is not ruled out by the policy's own."""
        if self.namespaces is not None or self.around.namespace is None:
            return True
        return namespace == self.around.namespace

    def _selects_set(self, one: NetworkSet) -> Truth:
        if self.only_global:
            return NO if one.namespace is not None else self.own(one.labels)
        if not self._at_home(one.namespace):
            return NO
        home = YES
        if self.namespaces is not None:
            home = NO if one.namespace is None else self.namespaces(self._labels_of(one.namespace))
        return every((home, self.own(one.labels)))

    def _labels_of(self, namespace: str) -> Labelled:
        found = self.around.inventory.namespaces.get(namespace)
        labels = dict(found or ((NAME_LABEL, namespace),))
        labels[labelled.NAME] = namespace
        return Labelled(labels, known=found is not None, whose=f"the namespace {namespace}")


@dataclass(frozen=True, slots=True)
class Entity:
    """Everything that a rule asks of one end; what is None is not asked."""

    nets: tuple[Range, ...] | None
    not_nets: tuple[Range, ...] | None
    selected: Selected | None
    not_selected: Selected | None
    ports: Ports | None
    not_ports: Ports | None
    domains: tuple[str, ...] | None
    services: bool

    def leads_to(self, target: Target) -> Truth:
        """Whether the destination fits, whatever the port."""
        return every(self._conditions(target))

    def at_port(self, target: Target) -> Truth:
        """Whether the port fits."""
        has_ports = target.transfer is not Transfer.ICMP
        if not has_ports and (self.ports is not None or self.not_ports is not None):
            return NO
        inside = YES if self.ports is None else among(self.ports, target)
        return (
            inside
            if self.not_ports is None
            else every((inside, opposite(among(self.not_ports, target))))
        )

    def _conditions(self, target: Target) -> Iterator[Truth]:
        """Each condition; the cheap ones first, since the first that fails ends it."""
        if self.nets is not None:
            yield some(within(Block(one), target) for one in self.nets)
        if self.not_nets is not None:
            yield opposite(some(within(Block(one), target) for one in self.not_nets))
        if self.domains is not None:
            yield self._named(target)
        if self.selected is not None:
            yield self.selected.holds(target)
        if self.not_selected is not None:
            yield opposite(self.not_selected.holds(target))
        if self.services:
            yield missing("the endpoints of its service are not given")

    def _named(self, target: Target) -> Truth:
        if target.host is None or not any(deep(one, target.host) for one in self.domains or ()):
            return (
                NO
                if target.host or target.pod
                else missing("the name of the destination is not given")
            )
        return missing("whether domains count depends on Calico's edition")


def entity(value: object, path: str, around: Surroundings) -> Entity:
    """What stands under `destination`. Raises Malformed."""
    found = fields(value, path)
    only(found, KEYS, path)
    inverse = _text(found, "notSelector", path)
    return Entity(
        nets=_nets(found, "nets", path),
        not_nets=_nets(found, "notNets", path),
        selected=_selected(found, path, around),
        not_selected=Selected(
            parse(inverse),
            None,
            False,  # noqa: FBT003 - no namespaceSelector stands beside it
            None,
            Surroundings(None, around.sets, around.inventory),
        )
        if inverse
        else None,
        ports=_ports(found, "ports", path),
        not_ports=_ports(found, "notPorts", path),
        domains=texts(found["domains"], f"{path}.domains") if found.get("domains") else None,
        services=bool(found.get("services")),
    )


def source_selected(value: object, path: str, around: Surroundings) -> Selected | None:
    """Which sources a rule speaks of; None for all. Raises Malformed for what only a running cluster can tell."""
    found = fields(value, path)
    only(found, frozenset({"selector", "namespaceSelector", "serviceAccounts"}), path)
    return _selected(found, path, around)


def _selected(found: Fields, path: str, around: Surroundings) -> Selected | None:
    own = _text(found, "selector", path)
    namespaces = _text(found, "namespaceSelector", path)
    accounts = fields(found.get("serviceAccounts"), f"{path}.serviceAccounts")
    if not (own or namespaces or accounts):
        return None
    if accounts.get("selector"):
        raise Malformed(
            f"{path}.serviceAccounts.selector asks for labels of service accounts, which are not read here"
        )
    names = texts(accounts.get("names"), f"{path}.serviceAccounts.names")
    only_global = namespaces.replace(" ", "") == "global()"
    return Selected(
        parse(own),
        parse(namespaces) if namespaces and not only_global else None,
        only_global,
        frozenset(names) if names else None,
        around,
    )


def _text(found: Fields, key: str, path: str) -> str:
    return (optional_text(found.get(key), f"{path}.{key}") or "").strip()


def _nets(found: Fields, key: str, path: str) -> tuple[Range, ...] | None:
    return cidrs(found[key], f"{path}.{key}") if found.get(key) else None


def _ports(found: Fields, key: str, path: str) -> Ports | None:
    if not found.get(key):
        return None
    where = f"{path}.{key}"
    return tuple(
        _port(one, f"{where}[{place}]") for place, one in enumerate(items(found[key], where))
    )


def _port(value: object, path: str) -> Span | Named:
    """`443`, `8000:8100` or the name of a port."""
    if not isinstance(value, str):
        first = number(value, path, least=0, most=LAST)
        return Span(None, first, first)
    first_text, colon, last_text = value.partition(":")
    if not first_text.isdecimal():
        return Named(None, value)
    if len(first_text) > 5 or len(last_text) > 5 or (colon and not last_text.isdecimal()):
        raise Malformed(f"{path} is no range of ports")
    first = int(first_text)
    return span(max(first, 1), int(last_text) if colon else None, None, path)


def network_sets(
    documents: Sequence[Document], namespaced: Mapping[str, bool]
) -> Iterator[NetworkSet]:
    """The network sets among the documents."""
    for document in documents:
        kind = str(document.body.get("kind"))
        if kind in namespaced:
            namespace, name = named(document.body)
            yield _network_set(
                document.body, (namespace or "default") if namespaced[kind] else None, name
            )


def _network_set(body: Fields, namespace: str | None, name: str) -> NetworkSet:
    labels = dict(labels_of(body))
    if namespace is not None:
        labels[labelled.NAMESPACE] = namespace
    labelled_as = Labelled(labels, known=True, whose=f"the network set {quoted(name)}")
    try:
        spec = fields(body.get("spec"), "spec")
        nets = cidrs(spec.get("nets"), "spec.nets")
        domains = texts(spec.get("allowedEgressDomains"), "spec.allowedEgressDomains")
    except Malformed as wrong:
        return NetworkSet(namespace, labelled_as, (), (), str(wrong))
    return NetworkSet(namespace, labelled_as, nets, domains)
