"""Access lists of squid: what each type matches, of a client that asks by CONNECT, or by plain HTTP on port 80.

Values of one list are alternatives. Types that depend on who asks, when, or on the answer are doubts.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from preflight.model.flow import Reason
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
from preflight.policies.names import dotted
from preflight.policies.packet import Packet
from preflight.policies.ports import ports
from preflight.policies.wording import quoted

PLAIN_PORT = 80
"""On which a client asks the proxy for a URL; on any other it asks for a tunnel."""
NO_NAME = Doubt("the name that the client asks for is not known")
WAYS = 600_000
"""In which a regular expression may fit one place of a text: each is tried before it is said not to match, and nobody waits for more."""
LONGEST_NAME = 255
"""Characters that one unbounded repetition may take, each of which is another way (RFC 1035 §2.3.4)."""
NEVER_ASKED = {"cache_object", "ftp", "gopher", "urn", "whois", "icp", "htcp", "coap", "coaps"}
LIVE = {
    "proxy_auth": "who asks is not known",
    "proxy_auth_regex": "who asks is not known",
    "external": "an external program decides",
    "time": "it depends on the time of day",
    "random": "it depends on chance",
    "maxconn": "it depends on how many connections there are",
    "max_user_ip": "it depends on how many connections there are",
    "note": "it depends on annotations",
}
"""Types that no file settles, and why."""
DEPTH = 50
"""How deep lists may name other lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessList:
    """One `acl` line."""

    kind: str
    values: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it holds values alone, and neither flags nor files."""
        return not any(value.startswith(("-", "+", '"', "parameters(")) for value in self.values)


DOMAIN_KINDS = {"dstdomain", "ssl::server_name"}
BUILT_IN = {
    "all": (AccessList(kind="src", values=("all",)),),
    "localhost": (AccessList(kind="src", values=("127.0.0.1/32", "::1")),),
    "to_localhost": (AccessList(kind="dst", values=("127.0.0.0/8", "0.0.0.0/32", "::1")),),
    "to_linklocal": (AccessList(kind="dst", values=("169.254.0.0/16", "fe80::/10")),),
    "manager": (AccessList(kind="proto", values=("cache_object",)),),
    "CONNECT": (AccessList(kind="method", values=("CONNECT",)),),
}
"""Lists that squid defines by itself (squid-cache.org/Doc/config/acl, read 2026-11)."""


def is_tunnel(packet: Packet) -> bool:
    """Whether the client asks by CONNECT."""
    return packet.port != PLAIN_PORT


@unique
class Role(StrEnum):
    """What of a request a list is about."""

    SOURCE = "source"
    DESTINATION = "destination"
    SERVICE = "service"
    """Port, method, and whatever else."""


DESTINATIONS = {
    "dst",
    "dstdomain",
    "dstdom_regex",
    "url_regex",
    "ssl::server_name",
    "ssl::server_name_regex",
}


def _role_of(lists: Sequence[AccessList]) -> Role:
    kinds = {each.kind for each in lists}
    if kinds <= DESTINATIONS:
        return Role.DESTINATION
    return Role.SOURCE if kinds == {"src"} else Role.SERVICE


class AccessLists:
    """Every list of a configuration. Each is asked once for a packet, however often others name it."""

    def __init__(self, lists: Mapping[str, Sequence[AccessList]]) -> None:
        self._roles = {name: _role_of(found) for name, found in lists.items()}
        self._conditions = {
            name: any_of([self._list(each) for each in found]) for name, found in lists.items()
        }
        self._domains = {
            name: tuple(dotted(value for each in found for value in each.values).exact)
            for name, found in lists.items()
            if all(each.kind in DOMAIN_KINDS and each.is_plain for each in found)
        }
        self._packet: Packet | None = None
        self._answers: dict[str, Answer] = {}
        self._depth = 0

    def every(self, words: Sequence[str], role: Role | None = None) -> Condition:
        """Whether every list that a line names matches, of one role where that is given; `!` negates one."""
        return all_of([self._named(word) for word in words if role in {None, self._role(word)}])

    def names(self, words: Sequence[str]) -> tuple[str, ...]:
        """Domains of which one holds every name that a line can match; empty where any name may."""
        return next((self._domains[word] for word in words if word in self._domains), ())

    def _role(self, word: str) -> Role:
        return self._roles.get(word.removeprefix("!"), Role.SERVICE)

    def _named(self, word: str) -> Condition:
        name = word.removeprefix("!")
        if name == word:
            return lambda packet: self._answer(name, packet)
        return lambda packet: opposite(self._answer(name, packet))

    def _answer(self, name: str, packet: Packet) -> Answer:
        if packet is not self._packet:
            self._packet, self._answers, self._depth = packet, {}, 0
        if name not in self._conditions or self._depth > DEPTH:
            return Doubt(f"the list {quoted(name)} is not defined", Reason.UNSUPPORTED)
        if name not in self._answers:
            # Stays for a list that comes back to itself.
            why = f"the list {quoted(name)} is defined by itself"
            self._answers[name] = Doubt(why, Reason.UNSUPPORTED)
            self._depth += 1
            self._answers[name] = self._conditions[name](packet)
            self._depth -= 1
        return self._answers[name]

    def _list(self, acl: AccessList) -> Condition:
        flags = {value for value in acl.values if value in {"-i", "+i", "-n", "--"}}
        values = tuple(value for value in acl.values if value not in flags)
        if acl.kind == "any-of":
            return any_of([self._named(value) for value in values])
        if acl.kind == "all-of":
            return self.every(values)
        return _settled(acl.kind, values, flags)


def _settled(kind: str, values: tuple[str, ...], flags: "Flags") -> Condition:
    """A list that names no others."""
    missing = next((value for value in values if value.startswith(('"', "parameters("))), None)
    if missing is not None:
        return doubting(Doubt(f"the file {quoted(missing.strip(chr(34)))} is not in the input"))
    made = KINDS.get(kind)
    if made is not None:
        return made(values, flags)
    if kind in LIVE:
        return doubting(Doubt(LIVE[kind]))
    why = f"lists of the type {quoted(kind)} are not evaluated here"
    return doubting(Doubt(why, Reason.UNSUPPORTED))


Flags = set[str]


def _source(values: tuple[str, ...], _flags: Flags) -> Condition:
    if "all" in values:
        return always
    known, unread = addresses(values)
    more = [doubting(Doubt(f"{quoted(each)} cannot be read as an address")) for each in unread]
    return any_of([lambda packet: known.holds_source(packet.source), *more])


def _destination(values: tuple[str, ...], _flags: Flags) -> Condition:
    if "all" in values:
        return always
    known, unread = addresses(values)
    more = [doubting(Doubt(f"{quoted(each)} cannot be read as an address")) for each in unread]
    return any_of([lambda packet: known.holds_destination(packet.destination), *more])


def _domain(values: tuple[str, ...], flags: Flags) -> Condition:
    names = dotted(values)

    def holds(packet: Packet) -> Answer:
        if packet.host is not None:
            return names.holds(packet.host)
        if str(packet.destination) in names.exact:
            return True
        return "-n" not in flags and NO_NAME

    return holds


def _domain_regex(values: tuple[str, ...], flags: Flags) -> Condition:
    def subject(packet: Packet) -> str | None:
        return packet.host

    return any_of([_regex(value, flags, subject) for value in values])


def _url_regex(values: tuple[str, ...], flags: Flags) -> Condition:
    """A tunnel's URL is host and port; of a plain one the path is not known."""

    def subject(packet: Packet) -> str | None:
        shown = packet.host or str(packet.destination)
        return f"{shown}:{packet.port}" if is_tunnel(packet) else None

    return any_of([_regex(value, flags, subject) for value in values])


def _regex(pattern: str, flags: Flags, subject: Callable[[Packet], str | None]) -> Condition:
    compiled = _compiled(pattern, re.IGNORECASE if "-i" in flags else re.NOFLAG)
    if compiled is None:
        why = f"the expression {quoted(pattern)} is not evaluated here"
        return doubting(Doubt(why, Reason.UNSUPPORTED))
    unknown = Doubt("which name or URL the client asks for is not known")

    def holds(packet: Packet) -> Answer:
        text = subject(packet)
        return unknown if text is None else compiled.search(text) is not None

    return holds


def _compiled(pattern: str, flag: re.RegexFlag) -> re.Pattern[str] | None:
    """The expression, where Python reads it as POSIX does and it cannot run for long; None otherwise."""
    is_strange = re.search(r"\[\[|--|&&|\|\||~~|\)[*+{]|\(\?|\\[0-9]", pattern)
    if is_strange or len(pattern) > 1000 or _ways(pattern) > WAYS:
        return None
    try:
        return re.compile(pattern, flag | re.ASCII)
    except re.error:
        return None


def _ways(pattern: str) -> int:
    """At most so many ways to fit one place: what may be there or not doubles them, and so do alternatives inside brackets."""
    bare = re.sub(r"\\.|\[\^?\]?[^\]]*\]", "x", pattern)
    repeats = len(re.findall(r"[*+{]", bare))
    choices, alternatives = bare.count("?"), 1
    inside: list[int] = []
    for sign in bare:
        if sign == "(":
            inside.append(1)
        elif sign == "|" and inside:
            inside[-1] += 1
        elif sign == ")" and inside:
            alternatives *= inside.pop()
    return int(LONGEST_NAME**repeats * 2**choices * alternatives)


def _port(values: tuple[str, ...], _flags: Flags) -> Condition:
    numbers = ports(values)
    return lambda packet: numbers.holds(packet.port)


def _method(values: tuple[str, ...], _flags: Flags) -> Condition:
    wanted = {value.upper() for value in values}
    unknown = Doubt("which method the client asks with is not known")

    def holds(packet: Packet) -> Answer:
        if is_tunnel(packet):
            return "CONNECT" in wanted
        return unknown if wanted - {"CONNECT"} else False

    return holds


def _proto(values: tuple[str, ...], _flags: Flags) -> Condition:
    wanted = {value.lower() for value in values} - NEVER_ASKED
    unknown = Doubt("which protocol squid sees in a tunnel depends on its version")

    def holds(packet: Packet) -> Answer:
        if not wanted:
            return False
        return unknown if is_tunnel(packet) else "http" in wanted

    return holds


KINDS: dict[str, Callable[[tuple[str, ...], Flags], Condition]] = {
    "src": _source,
    "dst": _destination,
    "dstdomain": _domain,
    "dstdom_regex": _domain_regex,
    "ssl::server_name": _domain,
    "ssl::server_name_regex": _domain_regex,
    "url_regex": _url_regex,
    "port": _port,
    "method": _method,
    "proto": _proto,
    "at_step": lambda _values, _flags: always,
}
"""Types that are evaluated; steps of `ssl_bump` are all reached."""
