"""What the options of a Suricata rule match: the server name or the Host header by content, the flow, the application protocol.

Keywords that do not bear on a client's first request are passed over; any other is a doubt, with its name.
"""

import re
from dataclasses import dataclass, replace

from preflight.model.flow import Reason
from preflight.policies.answers import (
    Answer,
    Condition,
    Doubt,
    all_of,
    always,
    doubting,
    never,
    opposite,
)
from preflight.policies.aws_network_firewall.matching import BUFFERS, HTTP, NO_NAME, TLS, speaks
from preflight.policies.aws_network_firewall.signature import Signature
from preflight.policies.packet import Packet
from preflight.policies.wording import quoted

SILENT = {
    "msg", "sid", "rev", "gid", "classtype", "reference", "metadata", "priority", "noalert",
    "fast_pattern", "ssl_state", "target",
}  # fmt: skip
MODIFIERS = {"nocase", "startswith", "endswith"}
NEVER_ASKED = frozenset({"to_client", "from_server"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One `content` with what came before and after it."""

    buffer: str
    """Keyword that says where to look; empty for the packet itself."""
    value: str
    is_dotted: bool
    """Whether a dot is put before the name."""
    modifiers: frozenset[str] = frozenset()

    def condition(self) -> Condition:
        """Whether the name that the client asks for has it."""
        if self.buffer not in BUFFERS:
            why = "it looks for content outside the server name and the Host header"
            return doubting(Doubt(why, Reason.UNSUPPORTED))
        is_negated = self.value.startswith("!")
        wanted = _decoded(self.value.lstrip("!").strip().strip('"'))
        wanted = wanted.lower() if "nocase" in self.modifiers else wanted

        def holds(packet: Packet) -> Answer:
            if speaks(packet) != BUFFERS[self.buffer]:
                return False
            if packet.host is None:
                return NO_NAME
            found = self._finds(f".{packet.host}" if self.is_dotted else packet.host, wanted)
            return opposite(found) if is_negated else found

        return holds

    def _finds(self, name: str, wanted: str) -> bool:
        match "startswith" in self.modifiers, "endswith" in self.modifiers:
            case True, True:
                return name == wanted
            case True, False:
                return name.startswith(wanted)
            case False, True:
                return name.endswith(wanted)
            case _:
                return wanted in name


def names(rule: Signature) -> tuple[str, ...]:
    """Domains of which one holds every name that the rule can match; empty where any name may."""
    for each in _contents(rule)[0]:
        wanted = _decoded(each.value.strip().strip('"')).lower()
        is_whole = {"startswith", "endswith"} <= each.modifiers or wanted.startswith(".")
        domain = wanted.lstrip(".") if is_whole else wanted.partition(".")[2]
        if each.buffer in BUFFERS and "endswith" in each.modifiers and domain:
            return () if each.value.startswith("!") else (domain,)
    return ()


def options(rule: Signature) -> Condition:
    """Whether everything that the options ask for holds."""
    contents, unknown = _contents(rule)
    conditions = [each.condition() for each in contents]
    for keyword, value in rule.options:
        if keyword == "flow":
            words = {word.strip() for word in value.split(",")}
            conditions.append(never if words & NEVER_ASKED else always)
        elif keyword == "app-layer-protocol":
            conditions.append(_application(value))
    if unknown:
        why = f"its keyword {quoted(unknown)} is not evaluated here"
        conditions.append(doubting(Doubt(why, Reason.UNSUPPORTED)))
    return all_of(conditions)


def _contents(rule: Signature) -> tuple[list[Content], str]:
    """The contents, and the first keyword that is not known."""
    found: list[Content] = []
    buffer, is_dotted, unknown = "", False, ""
    for keyword, value in rule.options:
        if keyword in BUFFERS:
            buffer, is_dotted = keyword, False
        elif keyword == "dotprefix":
            is_dotted = True
        elif keyword == "content":
            found.append(Content(buffer=buffer, value=value, is_dotted=is_dotted))
        elif keyword in MODIFIERS and found:
            found[-1] = replace(found[-1], modifiers=found[-1].modifiers | {keyword})
        elif keyword not in SILENT | {"flow", "app-layer-protocol"}:
            unknown = unknown or keyword
    return found, unknown


def _application(value: str) -> Condition:
    wanted = value.strip().lower().lstrip("!")
    if wanted not in {TLS, HTTP}:
        return doubting(Doubt(f"whether the client speaks {quoted(wanted)} is not known"))
    is_other = value.strip().startswith("!")
    return lambda packet: (speaks(packet) == wanted) is not is_other


def _decoded(text: str) -> str:
    """Content with its hexadecimal parts (`|2e 63|`) and its escapes written out."""

    def hexadecimal(found: re.Match[str]) -> str:
        digits = re.sub(r"[^0-9a-fA-F]", "", found[1])
        return bytes.fromhex(digits).decode("latin-1") if len(digits) % 2 == 0 else found[0]

    return re.sub(r"\\(.)", r"\1", re.sub(r"\|([0-9a-fA-F ]*)\|", hexadecimal, text))
