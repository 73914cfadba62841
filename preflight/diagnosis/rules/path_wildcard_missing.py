"""path.wildcard_missing: this name passes, others under the same documented wildcard do not.

Seen: The documentation asks for a wildcard. The name that was probed is answered. A ClientHello with another label under the same
wildcard is refused twice at the same address, where the service answers even a name that it does not know.

Means: A rule on the way allows exact names where the wildcard was asked for, as firewalls with FQDN rules (application rules) do. It
works until the service hands out the next name: other workspaces, regions or instances will be blocked. A service that itself refuses
names which it does not know looks the same, so nothing is said unless it was seen to answer one.

Ask for: The wildcard as documented, in place of the single names.

Confidence: likely when the service's certificate covers the refused label too; else possible, because it may mind just its own kind
of names.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 0f1e.ods.opinsights.azure.com: ok
    handshake 10.244.1.7:40002 -> 203.0.113.10:443 preflight-check.ods.opinsights.azure.com: reset
    handshake 10.244.1.7:40003 -> 203.0.113.10:443 mcr.microsoft.com: ok, with a certificate for *.ods.opinsights.azure.com
    handshake 10.244.1.7:40004 -> 203.0.113.10:443 preflight-check.ods.opinsights.azure.com: reset
"""

from preflight.diagnosis import open_path
from preflight.diagnosis.authenticity import is_foreign
from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import degraded
from preflight.diagnosis.names import is_for
from preflight.diagnosis.quote import plain
from preflight.diagnosis.steps import leaf_of
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Experiment, Handshake, Outcome

REFUSED = frozenset({Outcome.RESET, Outcome.DROPPED, Outcome.CLOSED, Outcome.ALERT})
TIMES = 2
"""Refusals without which one may be an accident."""
SLOWER = 3
"""Times what the strange name's answer took, without which silence is only slowness."""


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the wildcard's other label is refused where a strange name is not."""
    wildcard = case.evidence.check.wildcard
    refused, strange = _refused(attempt, case), _strange(attempt, case)
    if wildcard is None or not refused or strange is None:
        return None
    if open_path.explain(attempt, case) is None or not all(_is_over(r, strange) for r in refused):
        return None
    leaf, label = leaf_of(attempt, case), refused[-1].server_name or ""
    return degraded(
        Cause.PATH_WILDCARD_MISSING,
        Confidence.LIKELY if leaf is not None and is_for(leaf, label) else Confidence.POSSIBLE,
        f"{plain(case.host)} passes, but a ClientHello for {plain(label)} at the same address does not ({refused[-1].outcome},"
        f" {len(refused)} times), although the service there answers even {plain(strange.server_name or '')}, which it does not"
        f" know: something on the way allows this one name instead of {plain(wildcard)}.",
        *attempt.steps,
        strange,
        *refused,
    )


def _refused(attempt: Attempt, case: Case) -> tuple[Handshake, ...]:
    """The handshakes under the other label; empty unless it was refused so often, always alike, and never answered."""
    tried = tuple(step for step in _tried(attempt, case) if _is_under_wildcard(step, case))
    is_same = len({step.outcome for step in tried} & REFUSED) == 1
    is_all = all(step.outcome in REFUSED for step in tried)
    return tried if is_same and is_all and len(tried) >= TIMES else ()


def _strange(attempt: Attempt, case: Case) -> Handshake | None:
    """A handshake under a name that the service answered without a certificate for it: it does not mind strange names.

    With a certificate for the name, it may well be one that is at home there; with one of a foreign issuer, a device answered.
    """
    for step in _tried(attempt, case):
        leaf = next(iter(step.certificates), None)
        is_answered = step.outcome is Outcome.OK and not _is_under_wildcard(step, case)
        if leaf is None or not is_answered or is_foreign(leaf, case.endpoint):
            continue
        if not is_for(leaf, step.server_name or ""):
            return step
    return None


def _is_over(refused: Handshake, strange: Handshake) -> bool:
    """Whether silence lasted long enough to be one; every other refusal is an answer."""
    return refused.outcome is not Outcome.DROPPED or refused.elapsed >= SLOWER * strange.elapsed


def _is_under_wildcard(step: Handshake, case: Case) -> bool:
    zone = (case.evidence.check.wildcard or "").removeprefix("*")
    return (step.server_name or "").endswith(zone)


def _tried(attempt: Attempt, case: Case) -> tuple[Handshake, ...]:
    """The experiment's handshakes at this very address, under another name than the host's."""
    return tuple(
        step
        for step in case.control(Experiment.OTHER_LABEL, attempt.address)
        if isinstance(step, Handshake)
        and step.server_name not in {None, case.host}
        and step.destination is not None
        and step.destination.address == attempt.address
    )
