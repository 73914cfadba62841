"""AWS route tables: where packets leave to, and which ones nobody carries on.

    aws ec2 describe-route-tables --filters Name=association.subnet-id,Values=subnet-…

The longest prefix decides, and between equal ones a configured route goes before a propagated one. A route in the state blackhole drops
the packet, and so does having none: a table holds every route of its subnet. What goes to a NAT gateway, an appliance, an endpoint of a
firewall, a transit gateway or a peering is to be asked there next: the route itself allows. Of several tables one applies, by its subnet or
as the VPC's main one.

Not covered: which subnet the node stands in, prefix lists that are not given (unknown), whether the next hop works and has a way out itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Origin, Reason, Ruling
from preflight.model.report import Engine
from preflight.policies.addresses import network_of
from preflight.policies.answers import Condition, Doubt
from preflight.policies.aws_prefixes import PrefixLists, destination, members, prefix_lists
from preflight.policies.combining import Alternatives
from preflight.policies.index import Index, Keys
from preflight.policies.packet import Packet
from preflight.policies.parts import Part
from preflight.policies.wording import quoted

ADVICE = "give the route table of the node's subnet alone"
TARGETS = {
    "NatGatewayId": "a NAT gateway",
    "TransitGatewayId": "a transit gateway, whose own routes decide",
    "VpcPeeringConnectionId": "a peered VPC",
    "EgressOnlyInternetGatewayId": "an egress-only internet gateway",
    "CarrierGatewayId": "a carrier gateway",
    "LocalGatewayId": "a local gateway",
    "CoreNetworkArn": "a core network, whose own routes decide",
    "NetworkInterfaceId": "an appliance, whose own rules decide",
    "InstanceId": "an appliance, whose own rules decide",
    "VpcEndpointId": "an endpoint, whose own rules decide",
}
GATEWAYS = {
    "local": "the VPC itself",
    "igw-": "the internet gateway, for which the node needs a public address",
    "vgw-": "the virtual private gateway, so what is behind it decides",
    "vpce-": "an endpoint, whose own rules decide",
}
"""What `GatewayId` begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route."""

    prefix: str
    length: int
    """Of the prefix; a prefix list's is not known, and counts as the longest."""
    holds: Condition
    keys: Keys | None
    is_blackhole: bool
    is_propagated: bool
    target: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One route table."""

    name: str
    origin: Origin
    routes: tuple[Route, ...]
    """The preferred first."""
    index: Index

    def decide(self, packet: Packet) -> Ruling:
        """Where a packet goes."""
        found = self.index.candidates(packet)
        certain = (
            self.routes[at] for at in found if packet.destination or not self.index.is_narrow(at)
        )
        best = next((route for route in certain if route.holds(packet) is True), None)
        drops = best is None or best.is_blackhole
        for route in (self.routes[at] for at in found):
            answer = route.holds(packet) if route.is_blackhole is not drops else False
            if isinstance(answer, Doubt) and (best is None or route.length > best.length):
                sentence = f"Cannot tell whether the route to {quoted(route.prefix)} leads to {packet.target}, because {answer.why}."
                return self._ruling(FlowVerdict.UNKNOWN, answer.reason, sentence, route)
        if best is None:
            sentence = f"No route leads to {packet.target}: the packet is dropped. A route to it has to be added."
            return self._ruling(FlowVerdict.DENIED, Reason.DEFAULT_DENY, sentence)
        way = f"{packet.target} takes the route to {quoted(best.prefix)}"
        if best.is_blackhole:
            sentence = f"{way}, which leads to {best.target} that is gone (blackhole): the packet is dropped. The route needs a target that exists."
            return self._ruling(FlowVerdict.DENIED, Reason.NEXT_HOP_NONE, sentence, best)
        sentence = f"{way}, to {best.target}."
        return self._ruling(FlowVerdict.ALLOWED, Reason.EXPLICIT_ALLOW, sentence, best)

    def _ruling(
        self, verdict: FlowVerdict, reason: Reason, sentence: str, route: Route | None = None
    ) -> Ruling:
        return Ruling(
            engine=Engine.UNKNOWN,  # the contract has no word for AWS's routes yet
            verdict=verdict,
            reason=reason,
            name=self.name,
            rule=route.prefix if route else None,
            origin=route.origin if route else self.origin,
            explanation=sentence,
        )


def load(documents: Sequence[Document]) -> Alternatives | None:
    """Every route table among the documents."""
    lists = prefix_lists(documents)
    parts = [part for part in members(documents, "RouteTables", "RouteTableId") if "Routes" in part]
    tables = sorted((_table(part, lists) for part in parts), key=lambda table: table.name)
    return Alternatives(advice=ADVICE, judges=tuple(tables)) if tables else None


def _table(part: Part, lists: PrefixLists) -> Table:
    routes = [_route(each, lists) for each in part.items("Routes")]
    routes.sort(key=lambda route: (-route.length, route.is_propagated, route.prefix))
    return Table(
        name=part.text("RouteTableId") or "route table",
        origin=part.origin,
        routes=tuple(routes),
        index=Index([route.keys for route in routes]),
    )


def _route(part: Part, lists: PrefixLists) -> Route:
    block = part.text("DestinationCidrBlock", "DestinationIpv6CidrBlock")
    named = part.text("DestinationPrefixListId")
    network = network_of(block) if block else None
    condition, keys = destination([block] if block else (), [named] if named else (), (), lists)
    return Route(
        prefix=block or named,
        length=network.prefixlen if network else 129,
        holds=condition,
        keys=keys,
        is_blackhole=part.text("State") == "blackhole",
        is_propagated=part.text("Origin") == "EnableVgwRoutePropagation",
        target=_target(part),
        origin=part.origin,
    )


def _target(part: Part) -> str:
    gateway = part.text("GatewayId")
    for start, words in GATEWAYS.items():
        if gateway.startswith(start):
            return f"{words} ({quoted(gateway)})" if gateway != start else words
    for key, words in TARGETS.items():
        if part.text(key):
            return f"{words} ({quoted(part.text(key))})"
    return quoted(gateway or "an unknown target")
