"""What a Suricata rule matches, for the subset that egress rules are written in; anything else is a doubt with its keyword.

TLS is taken to be what a client speaks on every TCP port but 80, and HTTP there. `$HOME_NET` is the firewall's own VPC unless the rule
group or the policy sets it, and is then taken to hold the source.
"""

from collections.abc import Callable, Mapping

from preflight.model.flow import Reason, Transfer
from preflight.model.vantage import Address
from preflight.policies.addresses import addresses
from preflight.policies.answers import (
    Answer,
    Condition,
    Doubt,
    all_of,
    always,
    any_of,
    doubting,
    opposite,
)
from preflight.policies.aws_network_firewall.signature import Signature
from preflight.policies.packet import Packet
from preflight.policies.ports import ANY_PORT, Ports, ports
from preflight.policies.wording import quoted

Variables = Mapping[str, tuple[str, ...]]
"""Definitions by name, without the dollar sign."""

HOME, EXTERNAL = "HOME_NET", "EXTERNAL_NET"
TLS, HTTP = "tls", "http"
NETWORK_PROTOCOLS = {
    "ip": None,
    "tcp": Transfer.TCP,
    "tcp-pkt": Transfer.TCP,
    "tcp-stream": Transfer.TCP,
    "udp": Transfer.UDP,
    "icmp": Transfer.ICMP,
    "sctp": Transfer.SCTP,
}
"""Protocols that are known from the first packet on."""
USUAL_PORTS = {"dns": 53, "ntp": 123, "ssh": 22, "smtp": 25, "ftp": 21, "smb": 445}
BUFFERS = {"tls.sni": TLS, "http.host": HTTP, "tls_sni": TLS, "http_host": HTTP}
NO_NAME = Doubt("the name that the client asks for is not known")
DEPTH = 4
"""How deep lists may be nested."""


def speaks(packet: Packet) -> str:
    """The application protocol that a client is taken to speak; empty where it is neither TLS nor HTTP."""
    if packet.transfer is not Transfer.TCP:
        return ""
    return HTTP if packet.port == 80 else TLS


def protocol(rule: Signature) -> Condition:
    """Whether the header's protocol is the packet's."""
    word = rule.protocol
    if word in NETWORK_PROTOCOLS:
        wanted = NETWORK_PROTOCOLS[word]
        return always if wanted is None else lambda packet: packet.transfer is wanted
    if word in {TLS, HTTP, "http1", "http2"}:
        return lambda packet: speaks(packet) == (TLS if word == TLS else HTTP)
    usual = USUAL_PORTS.get(word)
    doubt = Doubt(f"the protocol {quoted(word)} is not evaluated here", Reason.UNSUPPORTED)
    return lambda packet: doubt if packet.port == usual or packet.port not in {80, 443} else False


def is_early(rule: Signature) -> bool:
    """Whether it can match the first packet of a connection, before any name is sent."""
    if rule.protocol not in NETWORK_PROTOCOLS:
        return False
    if "established" in rule.option("flow").replace("not_established", ""):
        return False
    return not any(key in BUFFERS or key == "app-layer-protocol" for key, _ in rule.options)


def passes_connection(rule: Signature) -> bool:
    """Whether it passes all of a connection with its first packet, of which the rest is not looked at then."""
    is_first_alone = "not_established" in rule.option("flow")
    return rule.action == "pass" and is_early(rule) and not is_first_alone


def numbers(text: str, variables: Variables) -> Condition:
    """Whether the destination port is among those of a header's field."""
    return _field(text, variables, _port_set)


def destinations(text: str, variables: Variables) -> Condition:
    """Whether the destination is among the addresses of a header's field."""
    return _field(text, variables, lambda written: _address_set(written, variables, "destination"))


def sources(text: str, variables: Variables) -> Condition:
    """Whether the source is."""
    return _field(text, variables, lambda written: _address_set(written, variables, "source"))


def assumes_home(rule: Signature, variables: Variables) -> bool:
    """Whether it rests on what `$HOME_NET` is by default."""
    return f"${HOME}" in rule.source and HOME not in variables


Leaf = Callable[[str], Condition]


def _field(text: str, variables: Variables, leaf: Leaf, depth: int = 0) -> Condition:
    """A header's field: `any`, one value, `!value`, or a list of them; what is negated in a list is taken out of the rest."""
    text = text.strip()
    if text.lower() == "any":
        return always
    if depth > DEPTH or not text:
        return doubting(Doubt(f"{quoted(text)} cannot be read", Reason.UNSUPPORTED))
    if text.startswith("!"):
        inner = _field(text[1:], variables, leaf, depth + 1)
        return lambda packet: opposite(inner(packet))
    if text.startswith("[") and text.endswith("]"):
        parts = _members(text[1:-1])
        wanted = [_field(part, variables, leaf, depth + 1) for part in parts if part[:1] != "!"]
        taken = [_field(part, variables, leaf, depth + 1) for part in parts if part[:1] == "!"]
        return all_of([any_of(wanted) if wanted else always, *taken])
    name = text[1:]
    if text.startswith("$") and name in variables:
        return any_of(_field(each, variables, leaf, depth + 1) for each in variables[name])
    return leaf(text)


def _members(text: str) -> list[str]:
    """Split at commas outside brackets."""
    found, level, start = [], 0, 0
    for position, character in enumerate(text):
        level += {"[": 1, "]": -1}.get(character, 0)
        if character == "," and not level:
            found.append(text[start:position].strip())
            start = position + 1
    return [*found, text[start:].strip()]


def _port_set(text: str) -> Condition:
    if text.startswith("$"):
        return doubting(Doubt(f"the variable {quoted(text)} is not in the input"))
    first, colon, last = text.partition(":")
    read = ports([f"{first or 0}-{last or 65535}" if colon else text])
    return always if read == ANY_PORT else lambda packet: _port(read, packet)


def _port(read: Ports, packet: Packet) -> Answer:
    return packet.transfer is Transfer.ICMP or read.holds(packet.port)


def _address_set(text: str, variables: Variables, end: str) -> Condition:
    if text == f"${HOME}":
        return always if end == "source" else lambda packet: not packet.is_public
    if text == f"${EXTERNAL}":
        if HOME in variables:
            home = _field(f"${HOME}", variables, lambda each: _address_set(each, {}, end))
            return lambda packet: opposite(home(packet))
        return (lambda packet: packet.is_public) if end == "destination" else lambda _packet: False
    known, unread = addresses([text])
    if unread:
        return doubting(Doubt(f"what {quoted(text)} stands for is not in the input"))
    return lambda packet: _holds(known.holds_source, known.holds_destination, packet, end)


def _holds(
    source: Callable[[Address | None], Answer],
    destination: Callable[[Address | None], Answer],
    packet: Packet,
    end: str,
) -> Answer:
    return source(packet.source) if end == "source" else destination(packet.destination)
