"""Short ways to say what a rule found."""

from preflight.model.diagnosis import Cause, Confidence, Diagnosis, Verdict
from preflight.model.evidence import Observation
from preflight.model.plan import Stage

STAGES = {
    "dns": Stage.DNS,
    "tcp": Stage.TCP,
    "tls": Stage.TLS,
    "host": Stage.TLS,
    "http": Stage.HTTP,
    "proxy": Stage.PROXY,
}
"""Where a cause stops the connection, by the first word of its code; `path` causes stop at no stage of their own."""


def blocked(
    cause: Cause,
    confidence: Confidence,
    explanation: str,
    *observations: Observation,
    scope: str = "",
) -> Diagnosis:
    """The endpoint cannot be used; the last observation decided."""
    return _say(Verdict.BLOCKED, cause, confidence, explanation, observations, scope)


def degraded(
    cause: Cause,
    confidence: Confidence,
    explanation: str,
    *observations: Observation,
    scope: str = "",
) -> Diagnosis:
    """The endpoint can be used, but something is wrong."""
    return _say(Verdict.DEGRADED, cause, confidence, explanation, observations, scope)


def unjudged(
    cause: Cause,
    confidence: Confidence,
    explanation: str,
    *observations: Observation,
    scope: str = "",
) -> Diagnosis:
    """A cause is known, and because of it the endpoint could not be judged."""
    return _say(Verdict.INCONCLUSIVE, cause, confidence, explanation, observations, scope)


def inconclusive(stage: Stage | None, explanation: str, *observations: Observation) -> Diagnosis:
    """Nothing in the contract fits, or it was not measured."""
    return Diagnosis(
        verdict=Verdict.INCONCLUSIVE,
        stage=stage,
        cause=None,
        confidence=Confidence.POSSIBLE,
        explanation=explanation,
        observations=observations,
    )


def not_judged(why: str, *observations: Observation) -> Diagnosis:
    """Nothing is wrong with the address, but nobody here would use it."""
    return Diagnosis(
        verdict=Verdict.SKIPPED,
        stage=Stage.TCP,
        cause=None,
        confidence=Confidence.POSSIBLE,
        explanation=f"Not judged: {why}",
        observations=observations,
    )


def reachable(confidence: Confidence, explanation: str, *observations: Observation) -> Diagnosis:
    """The path is proven open."""
    return Diagnosis(
        verdict=Verdict.REACHABLE,
        stage=None,
        cause=None,
        confidence=confidence,
        explanation=explanation,
        observations=observations,
    )


def _say(
    verdict: Verdict,
    cause: Cause,
    confidence: Confidence,
    explanation: str,
    observations: tuple[Observation, ...],
    scope: str,
) -> Diagnosis:
    return Diagnosis(
        verdict=verdict,
        stage=STAGES.get(cause.partition(".")[0]),
        cause=cause,
        confidence=confidence,
        explanation=explanation,
        observations=observations,
        scope=scope,
    )
