"""The way not taken: what it shows of a failure, and which clients would take it."""

from collections.abc import Iterable
from dataclasses import replace

from preflight.diagnosis.case import Case
from preflight.diagnosis.quote import plain, quoted
from preflight.diagnosis.verdicts import WORKING
from preflight.model.diagnosis import Cause, Diagnosis, Verdict
from preflight.model.evidence import (
    Attempt,
    Connect,
    Evidence,
    Exchange,
    Experiment,
    Handshake,
    Lookup,
    Observation,
    PathStep,
    Tunnel,
)
from preflight.model.plan import Check, Direct, Exemption, Stage, ViaProxy
from preflight.model.vantage import Address

CLOSED_AT = frozenset({Stage.DNS, Stage.TCP})
"""Where a way that leads nowhere ends. Where the proxy does not get through either, it may be the host that is down."""
SHOWN = 60
"""Characters of a token."""


def over_other_way(case: Case) -> Case | None:
    """The same check over the way not taken, as far as it was tried; None where it was not."""
    check = case.evidence.check
    if check.alternative is None:
        return None
    seen = [
        step
        for control in case.evidence.controls
        if control.name is Experiment.OTHER_ROUTE
        for step in control.observations
    ]
    if not seen:
        return None
    tried = Evidence(
        check=replace(check, route=check.alternative, alternative=None, exemptions=()),
        lookups=tuple(step for step in seen if isinstance(step, Lookup)),
        attempts=_attempts(seen),
    )
    return replace(case, evidence=tried)


def on_ways(whole: Diagnosis, other: Diagnosis | None, case: Case) -> str:
    """Sentences, each with a space before it, on what the other way shows, and on clients that would take it; empty without a proxy."""
    check = case.evidence.check
    compared = _compared(whole, other, check) if whole.verdict is Verdict.BLOCKED else ""
    return compared + _read_otherwise(check.exemptions)


def _compared(whole: Diagnosis, other: Diagnosis | None, check: Check) -> str:
    match check.route, check.alternative:
        case ViaProxy(), Direct() if whole.stage is Stage.PROXY:
            return _past_proxy(whole, other, check)
        case Direct(), ViaProxy(proxy=proxy):
            return _through_proxy(other, check, plain(str(proxy)))
        case _:
            return ""


def _past_proxy(whole: Diagnosis, other: Diagnosis | None, check: Check) -> str:
    if other is None:
        return ""
    if other.verdict in WORKING:
        return f" Without the proxy, {plain(check.host)} answers directly: what is in the way is the proxy, or on the way to it."
    if other.verdict is Verdict.BLOCKED:
        is_closed = other.stage in CLOSED_AT and whole.cause is not Cause.PROXY_UPSTREAM_FAILED
        only = ": the proxy is the only way out" if is_closed else ""
        return f" Without the proxy it fails too ({other.cause}){only}."
    return ""


def _through_proxy(other: Diagnosis | None, check: Check, proxy: str) -> str:
    token = check.exemptions[0].token if check.exemptions else None
    sent = f" NO_PROXY sends it past the proxy {proxy}" + (f" ({_shown(token)})" if token else "")
    if other is None or other.verdict is Verdict.INCONCLUSIVE:
        return f"{sent}."
    if other.verdict in WORKING:
        return f"{sent}, and through the proxy it answers: take that out of NO_PROXY, or open the direct way."
    return f"{sent}; through the proxy it fails too ({other.cause})."


def _read_otherwise(exemptions: tuple[Exemption, ...]) -> str:
    """A sentence on client libraries that read NO_PROXY in another way than the check does."""
    if len({each.token is None for each in exemptions}) < 2:
        return ""
    past = [each for each in exemptions if each.token is not None]
    through = _runtimes(each for each in exemptions if each.token is None)
    tokens = " or ".join(dict.fromkeys(_shown(each.token or "") for each in past))
    go = "goes" if len(past) == 1 else "go"
    return f" Clients differ here: by {tokens} in NO_PROXY, {_runtimes(past)} {go} past the proxy, {through} through it."


def _runtimes(exemptions: Iterable[Exemption]) -> str:
    *names, last = [each.runtime.value for each in exemptions]
    return " and ".join(filter(None, (", ".join(names), last)))


def _attempts(seen: Iterable[Observation]) -> tuple[Attempt, ...]:
    """Each attempt begins with a connection."""
    lines: list[tuple[Address, list[PathStep]]] = []
    for step in seen:
        if isinstance(step, Connect) and step.destination is not None:
            lines.append((step.destination.address, [step]))
        elif lines and isinstance(step, Tunnel | Handshake | Exchange):
            lines[-1][1].append(step)
    return tuple(Attempt(address=address, steps=tuple(steps)) for address, steps in lines)


def _shown(token: str) -> str:
    return quoted(token, SHOWN)
