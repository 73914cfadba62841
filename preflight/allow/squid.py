"""Squid: access lists for an explicit proxy (squid.conf).

A proxy carries CONNECT for HTTPS, and HTTP; nothing else. `.x` in `dstdomain` stands for x itself and every name below it, which is more
than the documented `*.x` by one name. Lines are read top-down, so these belong above the line that denies.
"""

from collections.abc import Iterable, Iterator, Sequence

from preflight.allow.names import is_address
from preflight.allow.objects import identifier
from preflight.allow.words import about, each, fqdns, listed, preamble
from preflight.model.endpoint import Protocol
from preflight.model.request import Inspection, Rendered, Request, Rule

GAP = "SOURCE_CIDR"
"""Squid refuses to start with it, so nothing is opened by mistake."""
WEB = (Protocol.HTTPS, Protocol.HTTP)


def render(request: Request) -> Rendered:
    """The lines to include; empty where a proxy can carry nothing of it."""
    carried = [rule for rule in request.rules if rule.protocol in WEB]
    remarks = tuple(_remarks(request, carried))
    if not carried:
        return Rendered(text="", remarks=remarks)
    prefix = identifier(request.name)
    source = " ".join(request.source) or GAP
    lines = [
        *(f"# {line}" for line in preamble(request, remarks)),
        "",
        f"acl {prefix}_source src {source}",
        "acl CONNECT method CONNECT",
    ]
    for (protocol, port), rules in _groups(carried).items():
        lines += ["", *_list(f"{prefix}_{protocol.value}_{port}", port, rules)]
        lines += list(_access(prefix, protocol, port, rules))
    lines += ["", *_spliced(prefix, carried)]
    return Rendered(text="\n".join(lines).rstrip("\n") + "\n", remarks=remarks)


def domain(rule: Rule) -> str:
    """The name as `dstdomain` spells it."""
    return f".{rule.suffix}" if rule.suffix else rule.fqdn


def _groups(rules: Iterable[Rule]) -> dict[tuple[Protocol, int], list[Rule]]:
    groups: dict[tuple[Protocol, int], list[Rule]] = {}
    for rule in rules:
        groups.setdefault((rule.protocol, rule.port), []).append(rule)
    return groups


def _kinds(rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    """The rules by the kind of list that can hold them, in the order in which they are written; without the empty ones."""
    kinds: dict[str, list[Rule]] = {"dstdomain": [], "dstdom_regex": [], "dst": []}
    for rule in rules:
        if is_address(rule.fqdn):
            kinds["dst"].append(rule)
        else:
            is_partial = rule.is_wildcard and rule.suffix is None
            kinds["dstdom_regex" if is_partial else "dstdomain"].append(rule)
    return {kind: found for kind, found in kinds.items() if found}


def _list(name: str, port: int, rules: Sequence[Rule]) -> Iterator[str]:
    for kind, found in _kinds(rules).items():
        for rule in found:
            yield f"# {rule.fqdn}: {about(rule)}"
            yield f"acl {name}_{_suffix(kind)} {kind} {_value(kind, rule)}"
    yield f"acl {name}_port port {port}"


def _suffix(kind: str) -> str:
    return {"dstdomain": "names", "dstdom_regex": "patterns", "dst": "addresses"}[kind]


def _value(kind: str, rule: Rule) -> str:
    match kind:
        case "dstdomain":
            return domain(rule)
        case "dstdom_regex":
            head, _, tail = rule.fqdn.partition("*")
            return f"-i ^{_escaped(head)}[a-z0-9._-]+{_escaped(tail)}$"
        case _:
            return rule.fqdn


def _escaped(text: str) -> str:
    return text.replace(".", r"\.")


def _access(prefix: str, protocol: Protocol, port: int, rules: Sequence[Rule]) -> Iterator[str]:
    name = f"{prefix}_{protocol.value}_{port}"
    method = "CONNECT" if protocol is Protocol.HTTPS else "!CONNECT"
    for kind in _kinds(rules):
        yield f"http_access allow {method} {prefix}_source {name}_port {name}_{_suffix(kind)}"


def _spliced(prefix: str, rules: Sequence[Rule]) -> Iterator[str]:
    """How a proxy that decrypts leaves these alone, as comments: one that does not would refuse the lines."""
    kept = [r for r in rules if r.inspection is Inspection.BYPASS and not is_address(r.fqdn)]
    named = [rule for rule in kept if rule.suffix or not rule.is_wildcard]
    if not named:
        return
    yield "# Only where this proxy decrypts (ssl_bump): after the line that peeks, before the one that bumps."
    for rule in named:
        yield f"# acl {prefix}_spliced ssl::server_name {domain(rule)}"
    yield f"# ssl_bump splice {prefix}_spliced"


def _remarks(request: Request, carried: Sequence[Rule]) -> Iterable[str]:
    closed = [rule for rule in request.rules if rule.protocol not in WEB]
    if closed:
        yield f"Left out, because a proxy carries HTTPS and HTTP alone: {each(closed)}; that needs a firewall rule of its own."
    wild = [domain(rule) for rule in carried if rule.suffix]
    if wild:
        yield f"A leading dot also stands for the name itself without a label before it: {listed(wild)}."
    if any(rule.inspection is Inspection.BYPASS for rule in carried):
        kept = fqdns([rule for rule in carried if rule.inspection is Inspection.BYPASS])
        yield f"To be left out of decryption, where there is any: {listed(kept)}."
    if carried:
        yield "The lines belong above the http_access line that denies."
    if carried and not request.source:
        yield f"The source is not known: replace {GAP} by the CIDRs of the nodes, or give --source CIDR."
