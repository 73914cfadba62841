"""What a finding's rules are for: opened where it stopped, exempted, allowed at the proxy, or only needed once the rest is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from preflight.model.diagnosis import BY_RESOLVER, Cause
from preflight.model.names import SPOKEN, transport
from preflight.model.plan import Stage
from preflight.model.report import Allow, Finding, Report
from preflight.report.words import own_addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """The words before a finding's rules."""

    label: str
    """A verb for the rules, at most ten columns."""
    where: str
    """Where they belong and for whom; goes on with the rules' names."""
    is_network: bool = True
    """Whether it is a network that opens them, for which service tags stand for addresses."""


def mend(finding: Finding, report: Report, source: str = "") -> Mend:
    """Return what the finding's rules are for. The finding's own words say what to ask for; this says what the rules add to it.

    `source` names for whom they are to be opened; without it that is the report's own vantage.
    """
    own = own_addresses(report.vantage) if report.vantage.addresses else "this host"
    source = source or own
    match finding.cause:
        case cause if cause in BY_RESOLVER:
            where = f"once the name resolves, if not open yet: outbound from {source} to"
            return Mend(label="Then open", where=where)
        case Cause.TLS_INTERCEPTED:
            where = f"from TLS inspection, for connections from {source} to"
            return Mend(label="Exempt", where=where, is_network=False)
        case Cause.PROXY_DENIED:
            where = f"in the proxy's access list, for requests from {source} to"
            return Mend(label="Allow", where=where, is_network=False)
        case Cause.PROXY_AUTH_REQUIRED:
            where = f"from authentication at the proxy, for requests from {source} to"
            return Mend(label="Exempt", where=where, is_network=False)
        case Cause.PROXY_DROPPED:
            where = f"once the proxy answers, if not allowed yet: for requests from {source} to"
            return Mend(label="Then allow", where=where, is_network=False)
        case Cause.PROXY_UPSTREAM_FAILED:
            return Mend(label="Open", where="outbound from the proxy's own address to")
        case _ if _is_by_proxy(finding, report):
            where = "at the proxy, and outbound from the proxy's own address to"
            return Mend(label="Open", where=where)
        case _:
            return Mend(label="Open", where=f"outbound from {source} to")


def _is_by_proxy(finding: Finding, report: Report) -> bool:
    """Whether the proxy let everything through that stops here, so that the way out is the proxy's own and not this host's."""
    if finding.cause is Cause.PROXY_UNREACHABLE:
        return False
    stopped = [endpoint for endpoint in report.endpoints if endpoint.id in finding.endpoints]
    return bool(stopped) and all(
        any(line.stage is Stage.PROXY for line in endpoint.main_line) for endpoint in stopped
    )


def by_name(rules: Sequence[Allow]) -> list[tuple[Allow, tuple[str, ...]]]:
    """Return each rule once, with all its service tags: two tags of one name are one rule."""
    tags: dict[tuple[str, int, str], list[str]] = {}
    first: dict[tuple[str, int, str], Allow] = {}
    for rule in rules:
        key = (rule.fqdn, rule.port, rule.protocol.value)
        first.setdefault(key, rule)
        tags.setdefault(key, []).extend([rule.service_tag] if rule.service_tag else [])
    return [(rule, tuple(dict.fromkeys(tags[key]))) for key, rule in first.items()]


def rule_text(rule: Allow, tags: Sequence[str] = ()) -> str:
    """Return the rule, as in `*.example.com, TCP 443 (HTTPS); by address: Azure service tag AzureMonitor`."""
    spoken = f" ({SPOKEN[rule.protocol]})" if SPOKEN[rule.protocol] else ""
    plural = "s" if len(tags) > 1 else ""
    tagged = f"; by address: Azure service tag{plural} {' and '.join(tags)}" if tags else ""
    return f"{rule.fqdn}, {transport(rule.protocol)} {rule.port}{spoken}{tagged}"
