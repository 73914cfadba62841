"""What the application rules of Azure Firewall match: target FQDNs, target URLs, FQDN tags and web categories.

HTTPS is judged by the server name of the ClientHello, HTTP by its Host header. URLs need TLS inspection, and of a URL with a path only the
host is known beforehand. Tags and categories are lists of Microsoft's that no export holds.
"""

from preflight.model.flow import Reason
from preflight.policies.answers import Answer, Condition, Doubt, any_of, doubting
from preflight.policies.azure_prefixes import expression, is_expression
from preflight.policies.index import Keys
from preflight.policies.packet import Packet
from preflight.policies.parts import Part
from preflight.policies.wildcards import canonical, matches_in_azure_firewall
from preflight.policies.wording import listed, quoted

NO_NAME = Doubt("the name that the client asks for is not known")


def targets(rule: Part) -> tuple[Condition, Keys | None]:
    """Whether an application rule names the host, and where to look for it; None where only asking tells."""
    names, urls = rule.texts("targetFqdns"), rule.texts("targetUrls")
    others = [*_lists(rule), *(_url(text) for text in urls)]
    condition = any_of([*(_name(text) for text in names), *others])
    return condition, None if others else _keys(names)


def shown(rule: Part) -> str:
    """The targets of an application rule for people."""
    written = rule.texts("targetFqdns", "targetUrls", "fqdnTags", "webCategories")
    return listed(written) or "nothing"


def _name(pattern: str) -> Condition:
    if is_expression(pattern):
        return doubting(expression(pattern))
    wanted = canonical(pattern)
    if "*" in wanted[1:]:
        why = f"{quoted(pattern)} has a wildcard where Azure Firewall supports none"
        return doubting(Doubt(why, Reason.UNSUPPORTED))

    def holds(packet: Packet) -> Answer:
        return NO_NAME if packet.host is None else matches_in_azure_firewall(wanted, packet.host)

    return holds


def _url(pattern: str) -> Condition:
    if is_expression(pattern):
        return doubting(expression(pattern))
    host, slash, path = (
        pattern.partition("://")[2].partition("/") if "://" in pattern else pattern.partition("/")
    )
    named = _name(host)
    if (host == "*" and not slash) or path == "*":
        return named
    doubt = Doubt(
        f"{quoted(pattern)} holds for one path, and which paths the client asks for is not known"
    )

    def holds(packet: Packet) -> Answer:
        answer = named(packet)
        return doubt if answer is True else answer

    return holds


def _lists(rule: Part) -> list[Condition]:
    """Conditions on lists that are Microsoft's own."""
    what = {"fqdnTags": "FQDN tag", "webCategories": "web category"}
    return [
        doubting(
            expression(name)
            if is_expression(name)
            else Doubt(f"what the {word} {quoted(name)} holds is not in the input")
        )
        for key, word in what.items()
        for name in rule.texts(key)
    ]


def _keys(names: tuple[str, ...]) -> Keys | None:
    """Names for the index; None where a pattern has no whole label at its end to be found by."""
    plain = []
    for name in map(canonical, names):
        bare = name.removeprefix("*.")
        if "*" in bare or not bare or is_expression(name):
            return None
        plain.append(bare)
    return Keys(names=tuple(plain))


def network_targets(rule: Part) -> tuple[Condition, ...]:
    """The names of a network rule, which the firewall resolves by itself and compares by address; it takes no wildcards."""
    names = rule.texts("destinationFqdns")
    if not names:
        return ()
    unknown = [doubting(expression(name)) for name in names if is_expression(name)]
    wanted = frozenset(map(canonical, names))
    no_name = Doubt(f"the addresses of {listed(names)} are not in the input")

    def holds(packet: Packet) -> Answer:
        return no_name if packet.host is None else packet.host in wanted

    return (holds, *unknown)
