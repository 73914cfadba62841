"""Azure route tables: where packets leave to, and which ones nobody carries on.

Give one of these; the first holds every route that the interface uses, the others only those that somebody configured:

    az network nic show-effective-route-table --resource-group GROUP --name NIC -o json
    az network route-table show --resource-group GROUP --name TABLE -o json      (also `list`, `route list`, `az rest`, an ARM template)

The longest prefix decides; between equal ones a user's route goes before BGP's and BGP's before the system's. Next hop None drops the
packet. A virtual appliance gets it, and is to be asked next: the route itself allows. Without effective routes, what no configured route
holds follows the system's: public addresses leave directly, and for private ones the answer is unknown. Of several tables one applies.

Not covered: service tags as prefixes that are not given (unknown where they could change the answer), routes learnt by BGP that are not in the
export, whether the next hop is alive.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Origin, Reason, Ruling
from preflight.model.report import Engine
from preflight.policies.addresses import Addresses, Network, addresses, network_of
from preflight.policies.answers import Condition, Doubt
from preflight.policies.azure_prefixes import Known, destination, service_tags
from preflight.policies.combining import Alternatives
from preflight.policies.index import Index, Keys
from preflight.policies.packet import Packet
from preflight.policies.parts import Part, roots, segment_after
from preflight.policies.wording import quoted, shown

ADVICE = "give the effective routes of the node's interface"
RANKS = {"user": 0, "virtualnetworkgateway": 1, "default": 2}
"""Sources of routes, the preferred first; a route table's own routes are a user's."""
DROPPED = "none"
LEAVES = {
    "internet": "leaves to the internet directly",
    "virtualappliance": "goes to the appliance {hop}, whose own rules decide what leaves: look there next",
    "virtualnetworkgateway": "goes to the virtual network gateway, so what is behind it decides: look there next",
    "virtualnetworkserviceendpoint": "leaves through a service endpoint, past any appliance",
    "vnetlocal": "stays in the virtual network",
    "virtualnetwork": "stays in the virtual network",
    "vnetpeering": "goes to a peered virtual network",
    "vnetglobalpeering": "goes to a peered virtual network",
    "interfaceendpoint": "goes to a private endpoint",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route."""

    label: str
    prefix: str
    network: Network | None
    """None for a service tag."""
    hop_type: str
    hop: str
    rank: int
    origin: Origin
    holds: Condition
    """Whether it leads to a destination."""

    @property
    def is_dropping(self) -> bool:
        """Whether it leads nowhere."""
        return self.hop_type.lower() == DROPPED

    def doubt(self, packet: Packet) -> Doubt | None:
        """Why it may lead there, where that cannot be told."""
        answer = self.holds(packet)
        return answer if isinstance(answer, Doubt) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One route table, or the effective routes of one interface."""

    name: str
    origin: Origin
    routes: tuple[Route, ...]
    """The preferred first: longer prefixes, then the source's rank."""
    is_effective: bool
    index: Index

    def decide(self, packet: Packet) -> Ruling:
        """Where a packet goes."""
        found = self.index.candidates(packet)
        certain = (
            self.routes[at] for at in found if packet.destination or not self.index.is_narrow(at)
        )
        best = next((route for route in certain if route.holds(packet) is True), None)
        drops = best is not None and best.is_dropping
        for route in (self.routes[at] for at in found):
            doubt = route.doubt(packet) if route.is_dropping is not drops else None
            if doubt is not None:
                sentence = f"Cannot tell whether route {quoted(route.label)} leads to {packet.target}, because {doubt.why}."
                return self._ruling(
                    FlowVerdict.UNKNOWN, doubt.reason, sentence, route.label, route.origin
                )
        return self._by_system(packet) if best is None else self._by_route(packet, best)

    def _by_route(self, packet: Packet, route: Route) -> Ruling:
        way = f"{packet.target} takes route {quoted(route.label)} ({shown(route.prefix)})"
        if route.is_dropping:
            sentence = f"{way}, whose next hop is None: the packet is dropped. To open it, the route has to lead to a firewall or to the internet."
            return self._ruling(
                FlowVerdict.DENIED, Reason.NEXT_HOP_NONE, sentence, route.label, route.origin
            )
        said = LEAVES.get(route.hop_type.lower())
        if said is None:
            sentence = f"{way}, whose next hop type {quoted(route.hop_type)} is not known here."
            return self._ruling(
                FlowVerdict.UNKNOWN, Reason.UNSUPPORTED, sentence, route.label, route.origin
            )
        told = said.format(hop=quoted(route.hop) if route.hop else "that it names")
        sentence = f"{way} and {told}.{self._passed_by(route)}"
        return self._ruling(
            FlowVerdict.ALLOWED, Reason.EXPLICIT_ALLOW, sentence, route.label, route.origin
        )

    def _by_system(self, packet: Packet) -> Ruling:
        if self.is_effective:
            sentence = f"No effective route leads to {packet.target}: the packet is dropped. A route to it has to be added."
            return self._ruling(FlowVerdict.DENIED, Reason.DEFAULT_DENY, sentence)
        if packet.is_public:
            sentence = f"No configured route leads to {packet.target}; the system's own sends it to the internet directly."
            return self._ruling(FlowVerdict.ALLOWED, Reason.DEFAULT_ALLOW, sentence)
        sentence = f"No configured route leads to {packet.target}, which is private; whether the virtual network holds it is not in the input: give the effective routes."
        return self._ruling(FlowVerdict.UNKNOWN, Reason.NEEDS_LIVE_DATA, sentence)

    def _passed_by(self, route: Route) -> str:
        """Which appliance a more specific direct route goes past."""
        if route.hop_type.lower() not in {"internet", "virtualnetworkserviceendpoint"}:
            return ""
        appliance = next(
            (
                each
                for each in self.routes
                if each.hop_type.lower() == "virtualappliance"
                and each is not route
                and each.network is not None
                and not each.network.prefixlen
            ),
            None,
        )
        if appliance is None or route.network is None or not route.network.prefixlen:
            return ""
        return f" It is more specific than route {quoted(appliance.label)}, so the appliance never sees the packet."

    def _ruling(
        self,
        verdict: FlowVerdict,
        reason: Reason,
        sentence: str,
        rule: str | None = None,
        origin: Origin | None = None,
    ) -> Ruling:
        return Ruling(
            engine=Engine.AZURE_ROUTE,
            verdict=verdict,
            reason=reason,
            name=self.name,
            rule=rule,
            origin=origin or self.origin,
            explanation=sentence,
        )


def load(documents: Sequence[Document]) -> Alternatives | None:
    """Every route table among the documents; effective routes alone where there are any."""
    known = Known(tags=service_tags(documents))
    tables = sorted(_tables(documents, known), key=lambda table: table.name)
    effective = [table for table in tables if table.is_effective]
    return Alternatives(advice=ADVICE, judges=tuple(effective or tables)) if tables else None


def user_routes(documents: Sequence[Document]) -> Addresses | None:
    """The prefixes of users' routes; None where no route table is given."""
    tables = list(_tables(documents, Known()))
    if not tables:
        return None
    return addresses(route.prefix for table in tables for route in table.routes if route.rank == 0)[
        0
    ]


def _tables(documents: Sequence[Document], known: Known) -> Iterator[Table]:
    loose: dict[str, list[Part]] = {}
    effective: dict[str, list[Part]] = {}
    for document in documents:
        for part in roots(document):
            flat = part.flat()
            if _is_table(part, flat):
                yield _table(part.text("name"), part.origin, flat.items("routes"), known)
            elif "nextHopType" in flat and "addressPrefix" in flat:
                kept = effective if "source" in flat or "state" in flat else loose
                kept.setdefault(_table_of(part), []).append(part)
    for name, parts in loose.items():
        yield _table(name, parts[0].origin, parts, known)
    for parts in effective.values():
        yield _table("effective routes", parts[0].origin, parts, known, is_effective=True)


def _is_table(part: Part, flat: Part) -> bool:
    if part.text("type").lower().endswith("/routetables"):
        return True
    return any("nextHopType" in route.flat() for route in flat.items("routes"))


def _table_of(part: Part) -> str:
    """The table that a route by itself belongs to; effective routes belong to their file."""
    named = segment_after(part.text("id"), "routeTables")
    if named or "source" in part or "state" in part:
        return named or f"{part.document.origin.file}"
    return part.text("name").partition("/")[0] or "route table"


def _table(
    name: str, origin: Origin, parts: Sequence[Part], known: Known, *, is_effective: bool = False
) -> Table:
    routes = [route for part in parts for route in _routes(part, known)]
    routes.sort(
        key=lambda route: (
            -(route.network.prefixlen if route.network else -1),
            route.rank,
            route.label,
        )
    )
    keys = [Keys(networks=(route.network,)) if route.network else None for route in routes]
    return Table(
        name=name,
        origin=origin,
        routes=tuple(routes),
        is_effective=is_effective,
        index=Index(keys),
    )


def _routes(part: Part, known: Known) -> Iterator[Route]:
    """One for each prefix; what Azure marks invalid is not in force."""
    flat = part.flat()
    if flat.text("state").lower() == "invalid":
        return
    for prefix in known.expanded(flat.texts("addressPrefix", "addressPrefixes")):
        yield Route(
            label=part.text("name") or prefix,
            prefix=prefix,
            network=network_of(prefix),
            hop_type=flat.text("nextHopType"),
            hop=", ".join(flat.texts("nextHopIpAddress")),
            rank=RANKS.get(flat.text("source").lower() or "user", 2),
            origin=part.origin,
            holds=destination([prefix]).condition,
        )
