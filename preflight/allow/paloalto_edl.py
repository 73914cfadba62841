"""Palo Alto Networks: an external dynamic list of type URL, one entry a line.

`*.x/` stands for one or more labels before x and not for x itself, `x/` for that host alone; without the slash at the end an entry may match
more than it seems to ("Guidelines for URL Category Exceptions"). A list is of one type, and one of type URL holds no comments, so what
each entry is for is only in the remarks.
"""

from collections.abc import Iterable, Sequence

from preflight.allow.names import by_domain, is_address
from preflight.allow.words import each, fqdns, listed
from preflight.model.endpoint import Protocol
from preflight.model.request import Inspection, Rendered, Request, Rule

WEB = (Protocol.HTTPS, Protocol.HTTP)


def render(request: Request) -> Rendered:
    """The list; empty where no entry can be written."""
    held = [rule for rule in request.rules if _is_held(rule)]
    names = sorted(set(fqdns(held)), key=by_domain)
    return Rendered(
        text="".join(f"{name}/\n" for name in names), remarks=tuple(_remarks(request, held))
    )


def _is_held(rule: Rule) -> bool:
    """Whether a URL entry can say it: a wildcard has to be a label of its own."""
    is_whole = rule.suffix is not None or not rule.is_wildcard
    return rule.protocol in WEB and is_whole and not is_address(rule.fqdn)


def _remarks(request: Request, held: Sequence[Rule]) -> Iterable[str]:
    closed = [rule for rule in request.rules if rule not in held]
    if closed:
        yield f"Left out, because a URL entry cannot say it: {each(closed)}; that needs an address object or a rule of its own."
    ports = sorted({(rule.transfer.value, rule.port) for rule in held})
    if held:
        services = ", ".join(f"{transfer} {port}" for transfer, port in ports)
        source = ", ".join(request.source) or "the nodes' subnets"
        yield (
            f"Use it as URL category of a security policy rule with action allow, source {source}, service {services}. A list holds no "
            "ports: with several services every name is open on each of them."
        )
        yield (
            "A rule by URL category lets the first packets through to see the name; an address that nothing else allows may still be "
            "dropped by an earlier rule."
        )
    plain = [rule for rule in held if rule.protocol is Protocol.HTTP]
    if plain:
        yield f"Needed over HTTP too or alone: {listed(fqdns(plain), 8)}."
    kept = [rule for rule in held if rule.inspection is Inspection.BYPASS]
    if kept:
        yield f"To be left out of decryption (a decryption policy rule with action no-decrypt): {listed(fqdns(kept), 8)}."
