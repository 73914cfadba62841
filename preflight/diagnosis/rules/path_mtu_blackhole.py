"""path.mtu_blackhole: full-size packets are lost on the way, small ones arrive.

Seen: TCP connects and the handshake stalls, every time; with segments so small that every link carries them, it completes. Or a
ClientHello of two segments stalls where a small one is answered, and is answered as soon as its segments are small.

Means: A link on the way has a smaller MTU than this host's network, as tunnels, VPNs and overlays do, and the ICMP message that tells
the senders so (fragmentation needed; for IPv6, packet too big) gets lost, most often in a firewall that drops all ICMP. Small
answers come through, so ping and TCP look fine.

Ask for: ICMP type 3 code 4 (for IPv6, ICMPv6 type 2) to be let through to and from this source, the MSS to be clamped on the tunnel,
or the MTU of the nodes to be set to what the path carries.

Confidence: likely when full-size packets were lost at least twice and small ones arrived every time, possible when it was tried once.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: dropped after 5.0 s
    connect 10.244.1.7:40002 -> 203.0.113.10:443 segments of 536 bytes: ok
    handshake 10.244.1.7:40002 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: ok
"""

from collections.abc import Sequence
from dataclasses import replace

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.contrast import answered_instead
from preflight.diagnosis.sizes import SLOWER, is_in_small_segments, is_steady, lost, sizes
from preflight.diagnosis.steps import failed_handshake, handshake_of
from preflight.diagnosis.survey import TLS_ANSWERS
from preflight.diagnosis.wording import at
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import (
    Attempt,
    Connect,
    Experiment,
    Handshake,
    Observation,
    Outcome,
)
from preflight.model.plan import Stage

FULL_SIZE = (Experiment.REPEAT, Experiment.SMALL_SEGMENTS)
"""Experiments that shake hands once more as the main line does; the second, for comparison."""


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when packets are lost that are large, and only those."""
    if case.proxy is not None:
        return None  # the proxy has connections of its own
    found = _of_the_handshake(attempt, case) or _of_the_client_hello(attempt, case)
    return replace(found, stage=Stage.TLS) if found else None


def _of_the_handshake(attempt: Attempt, case: Case) -> Diagnosis | None:
    shaken = failed_handshake(attempt, case, Outcome.DROPPED)
    if shaken is None or answered_instead(shaken, case):
        return None  # a name that is answered in full size: then this one is filtered, and small segments evade the filter
    small, full = _repeated(attempt, case, shaken)
    if not _all_complete(small) or not all(_is_stalled(each, small) for each in (shaken, *full)):
        return None
    times = "again and again" if full else "once"
    return blocked(
        Cause.PATH_MTU_BLACKHOLE,
        Confidence.LIKELY if full else Confidence.POSSIBLE,
        f"The handshake with {at(shaken, case)} stalls {times} with packets of full size and completes with segments of"
        f" {_segment(small[0], case)} bytes: a link on the way loses what is larger than it carries, and nobody is told.",
        *small,
        *full,
        *attempt.steps,
    )


def _repeated(
    attempt: Attempt, case: Case, shaken: Handshake
) -> tuple[list[Handshake], list[Handshake]]:
    """Handshakes like the main line's at this address, in small segments and in full size; none where a connection failed."""
    small: list[Handshake] = []
    full: list[Handshake] = []
    for experiment in FULL_SIZE:
        seen = case.control(experiment, attempt.address)
        if not is_steady(seen):
            return [], []
        for step in seen:
            if isinstance(step, Handshake) and step.destination == shaken.destination:
                (small if is_in_small_segments(step, seen) else full).append(step)
    return small, full


def _all_complete(small: Sequence[Handshake]) -> bool:
    """Whether there is one, and every one got as far as the host's certificates, which fill more than one packet."""
    return bool(small) and all(
        step.outcome in TLS_ANSWERS - {Outcome.ALERT, Outcome.VERSION} for step in small
    )


def _is_stalled(full: Handshake, small: Sequence[Handshake]) -> bool:
    """Whether it was silent for clearly longer than the others took, so that a slow service is no black hole."""
    longest = max(step.elapsed for step in small)
    return full.outcome is Outcome.DROPPED and full.elapsed >= SLOWER * longest


def _segment(small: Handshake, case: Case) -> int | None:
    """The size that was asked for on the handshake's connection."""
    opened = (
        step.mss
        for step in _everything(case)
        if isinstance(step, Connect) and step.source == small.source and step.mss is not None
    )
    return next(opened, None)


def _everything(case: Case) -> Sequence[Observation]:
    return case.evidence.observations


def _of_the_client_hello(attempt: Attempt, case: Case) -> Diagnosis | None:
    main, tried = handshake_of(attempt, case), sizes(attempt, case)
    if main is None or tried is None or main.outcome not in {Outcome.OK, Outcome.DROPPED}:
        return None
    large = [hello for hello in lost(tried, main) if hello.outcome is Outcome.DROPPED]
    small = [hello for hello in tried.in_small_segments if hello.outcome is Outcome.OK]
    if len(large) < len(tried.large) or not large or not small:
        return None
    is_here = tried.address == attempt.address
    where = at(main, case) if is_here else f"{tried.address}, another address of the host,"
    return blocked(
        Cause.PATH_MTU_BLACKHOLE,
        Confidence.LIKELY if is_here else Confidence.POSSIBLE,
        f"A ClientHello of {large[0].size} bytes to {where} stalls with packets of full size, {len(large)} times, and is answered"
        " in small segments: a link on the way loses what is larger than it carries, and nobody is told. Small requests pass;"
        " uploads, and clients that send a large ClientHello, fail.",
        *attempt.steps,
        *tried.classic[:1],
        *small[:1],
        *large,
    )
