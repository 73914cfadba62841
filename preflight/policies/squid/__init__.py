"""squid as explicit proxy: what its `http_access` lines let through, and where `ssl_bump` ends TLS.

Give squid.conf itself, and the files that it includes; its lines are the rules' lines.

`http_access` lines are read from the top, and the first of which every list matches decides; where none does, the opposite of the last
line; without any line everything is denied. Clients are taken to ask by CONNECT, and by plain HTTP for port 80 alone. Only TCP goes
through a proxy. It speaks for flows that a client sends to this proxy; whether it does is a matter of its proxy settings.

A `bump` allows with the reason `inspected`: the client has to trust the proxy's own authority.

Evaluated: src, dst, dstdomain, dstdom_regex, ssl::server_name, url_regex of tunnels, port, method, proto, any-of, all-of, negation, and the
lists that squid defines by itself. Not covered (unknown, the line named): lists in files of their own, users, times, external helpers,
request headers, files included and not given, expressions that could run for long; cache peers, `adapted_http_access`, access logs.

Sources, read 2026-11: squid-cache.org/Doc/config: acl, http_access, ssl_bump.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from preflight.model.document import Document
from preflight.model.flow import Flow, FlowVerdict, Reason, Ruling, Transfer
from preflight.model.report import Engine
from preflight.policies.answers import Answer, Condition, Doubt, doubting
from preflight.policies.combining import Alternatives
from preflight.policies.first_match import Chain
from preflight.policies.index import Keys
from preflight.policies.packet import Packet
from preflight.policies.rule import Action, Default, Rule
from preflight.policies.squid.acl import BUILT_IN, AccessList, AccessLists, Role, is_tunnel
from preflight.policies.squid.configuration import (
    Directive,
    File,
    directives,
    files,
    is_included,
)
from preflight.policies.wording import quoted

ACTIONS = {"allow": Action.ALLOW, "deny": Action.DENY}
BUMPS = {"bump", "server-first", "client-first"}
SPLICES = {"splice", "none"}
TERMINATE = "terminate"
REMEDY = "an http_access allow line for it has to stand above the line that denies it"
ADVICE = "give the configuration of the proxy that is used"
NO_MATCH = "No http_access line matches {target}, so the opposite of the last one holds."
NO_LINE = "There is no http_access line, and squid denies everything then, also {target}."
INSPECTED = "It ends TLS at the proxy: the client has to trust the proxy's own authority, or the name has to be spliced first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bump:
    """One `ssl_bump` line that ends or passes on TLS."""

    action: str
    holds: Condition
    line: Directive


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """One configuration."""

    access: Chain
    bumps: tuple[Bump, ...]

    def decide(self, packet: Packet) -> Ruling:
        """What it says of one request."""
        ruling = self.access.decide(packet)
        if ruling.verdict is not FlowVerdict.ALLOWED or not is_tunnel(packet):
            return ruling
        for bump in self.bumps:
            answer = bump.holds(packet)
            if answer is not False:
                return self._bumped(ruling, bump, answer)
        return ruling

    def _bumped(self, ruling: Ruling, bump: Bump, answer: Answer) -> Ruling:
        line = quoted(bump.line.text)
        if isinstance(answer, Doubt):
            told = f"{ruling.explanation} Cannot tell whether {line} applies, because {answer.why}."
            if bump.action == TERMINATE:
                return replace(
                    ruling, verdict=FlowVerdict.UNKNOWN, reason=answer.reason, explanation=told
                )
            return replace(ruling, explanation=told)
        if bump.action in BUMPS:
            told = f"{ruling.explanation} Then {line} applies. {INSPECTED}"
            return replace(ruling, reason=Reason.INSPECTED, explanation=told)
        if bump.action == TERMINATE:
            told = f"{ruling.explanation} Then {line} closes the connection. To open it, the name has to be spliced first."
            return replace(
                ruling,
                verdict=FlowVerdict.DENIED,
                reason=Reason.EXPLICIT_DENY,
                rule=bump.line.text,
                origin=bump.line.origin,
                explanation=told,
            )
        return ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """Configurations of which one applies."""

    proxies: Alternatives

    def decide(self, flow: Flow) -> Ruling | None:
        """The ruling on a flow; None for what no proxy carries."""
        is_carried = flow.destination.transfer is Transfer.TCP
        return self.proxies.decide(flow) if is_carried else None


def load(documents: Sequence[Document]) -> Proxies | None:
    """Every squid configuration among the documents."""
    given = files(documents)
    mains = sorted((each for each in given if not is_included(each, given)), key=lambda f: f.name)
    if not mains:
        return None
    proxies = tuple(_proxy(each, list(directives(each, given))) for each in mains)
    return Proxies(proxies=Alternatives(judges=proxies, advice=ADVICE))


def _proxy(file: File, lines: Sequence[Directive]) -> Proxy:
    lists = AccessLists(_lists(lines))
    rules = [
        _access(file.name, line, lists)
        for line in lines
        if line.words[0] in {"http_access", "include"}
    ]
    last = next((rule for rule in reversed(rules) if rule.label.startswith("http_access")), None)
    default = Action.ALLOW if last is not None and last.action is Action.DENY else Action.DENY
    sentence = NO_MATCH if last is not None else NO_LINE
    is_bumping = any("ssl-bump" in line.words for line in lines)
    bumps = (line for line in lines if line.words[0] == "ssl_bump" and len(line.words) > 1)
    return Proxy(
        access=Chain(
            engine=Engine.SQUID,
            name=file.name,
            origin=file.document.at(file.key),
            rules=rules,
            default=Default(action=default, sentence=sentence),
            remedy=REMEDY,
            needs_address=False,
        ),
        bumps=tuple(_bump(line, lists) for line in bumps) if is_bumping else (),
    )


def _lists(lines: Sequence[Directive]) -> dict[str, list[AccessList]]:
    """Every list by name; lines of the same name add to each other."""
    found = {name: list(built_in) for name, built_in in BUILT_IN.items()}
    for line in lines:
        if line.words[0] == "acl" and len(line.words) > 2:
            _, name, kind, *values = line.words
            found.setdefault(name, []).append(AccessList(kind=kind, values=tuple(values)))
    return found


def _access(name: str, line: Directive, lists: AccessLists) -> Rule:
    """The rule of an `http_access` line; an `include` of files that are not given may hold any."""
    if line.words[0] == "include":
        missing = doubting(Doubt("the files that it includes are not in the input"))
        return Rule(
            action=Action.UNKNOWN,
            owner=name,
            label=line.text,
            origin=line.origin,
            destination=missing,
        )
    action = ACTIONS.get(line.words[1] if len(line.words) > 1 else "", Action.UNKNOWN)
    words = line.words[2:]
    domains = lists.names(words)
    return Rule(
        action=action,
        owner=name,
        label=line.text,
        origin=line.origin,
        destination=lists.every(words, Role.DESTINATION),
        service=lists.every(words, Role.SERVICE),
        source=lists.every(words, Role.SOURCE),
        keys=Keys(names=domains) if domains else None,
        note="It neither allows nor denies." if action is Action.UNKNOWN else "",
    )


def _bump(line: Directive, lists: AccessLists) -> Bump:
    _, action, *words = line.words
    holds = lists.every(words) if action in {*BUMPS, *SPLICES, TERMINATE} else _passing
    return Bump(action=action, holds=holds, line=line)


def _passing(_packet: Packet) -> bool:
    """Peeking and staring only look."""
    return False
