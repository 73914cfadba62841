"""Places, endpoints, moments and culprits in plain words, the same in every format."""

from datetime import UTC, datetime
from typing import assert_never

from preflight.model.diagnosis import Cause
from preflight.model.endpoint import Protocol
from preflight.model.evidence import Outcome
from preflight.model.names import CLOUDS, ENVIRONMENTS
from preflight.model.profile import Profile
from preflight.model.report import BlockedBy, EndpointResult, Engine, EvidenceLine, ReportVantage
from preflight.model.vantage import VantageKind
from preflight.report.terms import (
    COMPONENTS,
    ENGINES,
    HOSTS_FILE,
    STOPPED,
)

TRACE = "hop"
"""The operation that only asks how far the path answers."""


def about_profile(profile: Profile) -> str:
    """Return the profile in one line; holds what the user typed."""
    environment = (
        ENVIRONMENTS[profile.environment] if profile.environment else "endpoints named by hand"
    )
    parts = [environment, CLOUDS[profile.cloud]]
    if profile.region:
        parts.append(f"region {profile.region}")
    if profile.workspace_id:
        parts.append(f"workspace {profile.workspace_id}")
    if profile.components:
        parts.append(f"only {', '.join(profile.components)}")
    return ", ".join([*parts, f"catalogue of {profile.catalog_version.isoformat()}"])


def about_vantage(vantage: ReportVantage) -> str:
    """Return where it was seen from in one line, own addresses included; holds names the host gave itself."""
    node = f", node {vantage.node}" if vantage.node else ""
    return f"{_place(vantage)}{node}, {_sources(vantage)}"


def _place(vantage: ReportVantage) -> str:
    match vantage.kind:
        case VantageKind.LOCAL:
            return f"host {vantage.host}"
        case VantageKind.POD:
            return f"pod {_pod(vantage)}, in the cluster's pod network"
        case VantageKind.HOST_NETWORK_POD:
            return f"pod {_pod(vantage)}, in its node's own network"
        case unexpected:
            assert_never(unexpected)


def _pod(vantage: ReportVantage) -> str:
    name = vantage.pod or vantage.host
    return f"{vantage.namespace}/{name}" if vantage.namespace else name


def _sources(vantage: ReportVantage) -> str:
    if not vantage.addresses:
        return "own address unknown"
    return f"source address{'' if len(vantage.addresses) == 1 else 'es'} {own_addresses(vantage)}"


def own_addresses(vantage: ReportVantage) -> str:
    """Return the addresses from which packets leave; empty where they are not known."""
    return ", ".join(str(address) for address in vantage.addresses)


def target(endpoint: EndpointResult) -> str:
    """Return `host:port`, with brackets around IPv6 and `/UDP` where it is not TCP; the id where nothing but that came home."""
    if not endpoint.port:
        return endpoint.id
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return f"{host}:{endpoint.port}{'/UDP' if endpoint.protocol is Protocol.UDP else ''}"


def component_of(endpoint: EndpointResult) -> str:
    """Return the component as people call it."""
    return COMPONENTS.get(endpoint.component, endpoint.component)


def standing(endpoint: EndpointResult) -> str:
    """Return how much it is needed, and its id where that says more than the host, as in `required, mcr-rest`."""
    is_told = endpoint.id in {endpoint.host, f"{endpoint.host}:{endpoint.port}", target(endpoint)}
    parts = (
        endpoint.requirement.value,
        "" if is_told else endpoint.id,
        "waived" if endpoint.waived else "",
    )
    return ", ".join(filter(None, parts))


def whose(rule: BlockedBy, cause: Cause) -> str:
    """Return who blocks, as in `the resolver 10.0.0.10:53`; empty where nothing is known."""
    if rule.engine is Engine.UNKNOWN:
        return _by_its_looks(rule.name, cause) if rule.name else ""
    if rule.engine is Engine.DNS and rule.name == HOSTS_FILE:
        return "this host's hosts file"
    if rule.is_suspected:
        return "a Kubernetes NetworkPolicy that selects these pods; none was looked at, rules explain does"
    who = " ".join(filter(None, (ENGINES[rule.engine], rule.name)))
    which = rule.rule and (f": {rule.rule}" if rule.is_by_default else f" rule {rule.rule}")
    where = rule.source and f" ({rule.source})"
    sure = rule.confidence and f", {rule.confidence.value}"
    return "".join(filter(None, (who, which, where, sure)))


def _by_its_looks(name: str, cause: Cause) -> str:
    if cause is Cause.TLS_INTERCEPTED:
        return f'a device whose certificates say "{name}"'
    return f"a device that answers like {name}"


def ended(endpoint: EndpointResult) -> str:
    """Return the verdict and where it stopped, as in `blocked at TLS`."""
    where = f" {STOPPED[endpoint.stage]}" if endpoint.stage else ""
    return f"{endpoint.verdict.value}{where}"


def packets(lines: tuple[EvidenceLine, ...], limit: int) -> tuple[EvidenceLine, ...]:
    """Return the observations to look for in a firewall's log, at most `limit`: failed ones first, one per destination.

    What a follow-up experiment sent counts where the main line did not fail; what only traces the path, where nothing else was sent.
    """
    sent = [line for line in lines if line.destination]
    asked = [line for line in sent if line.action != TRACE] or sent
    main = [line for line in asked if not line.is_control]
    failed = [line for line in main if line.outcome != Outcome.OK]
    failed = failed or [line for line in asked if line.outcome != Outcome.OK]
    chosen = {line.destination: line for line in failed or (main or asked)[-limit:]}
    return tuple(chosen.values())[:limit]


def decisive(endpoint: EndpointResult) -> EvidenceLine | None:
    """Return the observation that shows best how far an endpoint got: what failed where it stopped, else the last that was answered.

    None where nothing was sent.
    """
    sent = [line for line in endpoint.main_line if line.destination]
    failed = [line for line in sent if line.outcome != Outcome.OK]
    answered = [line for line in sent if line.outcome == Outcome.OK]
    if endpoint.stage is not None:
        stopped = [line for line in failed if line.stage is endpoint.stage]
        # The last one: before it the name of a proxy may have had no IPv6 address, which stopped nothing.
        return next(iter((*stopped[-1:], *packets(endpoint.evidence, 1))), None)
    return next(reversed(answered or sent), None)


def moment(at: datetime) -> str:
    """Return an instant for people, in UTC to the millisecond, without the zone's name."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")


def day_and_time(at: datetime) -> str:
    """Return an instant for people, in UTC, without the zone's name: to the minute where it is a whole one, else to the second."""
    precision = "seconds" if at.second else "minutes"
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec=precision)
