"""What every dialect says in the same words, in one line that is fit to stand in a comment."""

from collections.abc import Iterable, Sequence

from preflight.model.endpoint import Protocol
from preflight.model.names import CLOUDS, ENVIRONMENTS, SPOKEN, transport
from preflight.model.profile import Profile
from preflight.model.request import Request, Rule

LIMIT = 240
"""Characters of one piece of text that came from a file."""
SHOWN = 4
"""Names that a sentence lists before it counts the rest."""


def printable(text: str, limit: int = LIMIT) -> str:
    """The text in one line, with everything invisible or active written as a backslash escape, cut to `limit`.

    It does not end with a backslash, which would join a comment with the line below it.
    """
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode()
        for char in text[:limit]
    )
    return f"{shown}..." if len(text) > limit else shown.strip().rstrip("\\ ")


def listed(names: Iterable[str], shown: int = SHOWN) -> str:
    """The names with commas, the rest as a number; `each` is for what nobody must overlook."""
    every = list(dict.fromkeys(names))
    rest = len(every) - shown
    if rest <= 1:
        return ", ".join(every)
    return f"{', '.join(every[:shown])} and {rest} more"


def each(rules: Iterable[Rule]) -> str:
    """Every one of the rules, as in `*.example.com:443, ntp.example.com:123/UDP`."""
    return ", ".join(dict.fromkeys(map(target, rules)))


def target(rule: Rule) -> str:
    """Where the rule leads, with brackets around IPv6 and `/UDP` where it is not TCP."""
    host = f"[{rule.fqdn}]" if ":" in rule.fqdn else rule.fqdn
    return f"{host}:{rule.port}{'/UDP' if rule.protocol is Protocol.UDP else ''}"


def at_port(rule: Rule) -> str:
    """The port and what is spoken there, as in `TCP 443 (HTTPS)`."""
    spoken = f" ({SPOKEN[rule.protocol]})" if SPOKEN[rule.protocol] else ""
    return f"{transport(rule.protocol)} {rule.port}{spoken}"


def about(rule: Rule) -> str:
    """Why it is asked for, as in `defender-sensor, required: Sensor backend`."""
    parts = f"{', '.join(map(printable, rule.components))}, {rule.requirement.value}"
    purposes = "; ".join(filter(None, map(printable, rule.purposes)))
    upgrade = " (with the upgrade to WebSocket)" if rule.is_websocket else ""
    return f"{parts}: {purposes}{upgrade}" if purposes else f"{parts}{upgrade}"


def about_profile(profile: Profile) -> str:
    """The profile in one line."""
    where = ENVIRONMENTS[profile.environment] if profile.environment else "hosts named by hand"
    parts = [where, CLOUDS[profile.cloud]]
    if profile.region:
        parts.append(f"region {printable(profile.region)}")
    if profile.components:
        parts.append(f"only {', '.join(map(printable, profile.components))}")
    return ", ".join(parts)


def preamble(request: Request, remarks: Iterable[str]) -> tuple[str, ...]:
    """Everything that stands above the rules where a format has comments."""
    return (*heading(request), *request.remarks, *remarks)


def heading(request: Request) -> tuple[str, ...]:
    """What the rules are for, where they come from, and why there are no more of them."""
    return (
        "Egress of Microsoft Defender for Containers and its companions.",
        f"Profile: {about_profile(request.profile)}; catalogue of {request.profile.catalog_version.isoformat()}.",
        *_occasion(request),
        "Minimal: one entry per name, port and protocol; a name that a documented wildcard covers is not repeated.",
    )


def _occasion(request: Request) -> tuple[str, ...]:
    occasion = request.occasion
    if occasion is None:
        return ()
    moment = occasion.started_at.strftime("%Y-%m-%d %H:%M:%S")
    return (
        f"Only what a report found stopped: seen from {printable(occasion.place)} at {moment} UTC.",
    )


def fqdns(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Their names, each once."""
    return tuple(dict.fromkeys(rule.fqdn for rule in rules))
