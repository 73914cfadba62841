"""path.partial_addresses: some of the host's addresses work and others do not.

Seen: The name has several addresses; at least one led to the service and at least one failed.

Means: A rule made of addresses that is out of date or covers only a part of the service's range; or one broken front end. Clients
fail now and then, depending on the address they pick.

Ask for: A rule by name (FQDN) or by the documented service tag instead of single addresses.

Confidence: that of the failing addresses: confirmed for an answer such as RST, likely for silence.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: ok
    connect 10.244.1.7:40002 -> 203.0.113.11:443: dropped after 5.0 s
"""

from dataclasses import replace

from preflight.diagnosis.case import Case, Judged
from preflight.diagnosis.conclude import degraded
from preflight.diagnosis.quote import plain
from preflight.diagnosis.verdicts import failing, working
from preflight.diagnosis.wording import listed
from preflight.model.diagnosis import Cause, Diagnosis


def explain(judged: tuple[Judged, ...], case: Case) -> Diagnosis | None:
    """Speak when the addresses differ in whether they work."""
    good, bad = working(judged), failing(judged)
    if not good or not bad:
        return None
    causes = sorted({each.diagnosis.cause or "unexplained" for each in bad})
    found = degraded(
        Cause.PATH_PARTIAL_ADDRESSES,
        bad[0].diagnosis.confidence,
        f"{plain(case.host)} works at {listed([str(each.attempt.address) for each in good])} and fails at"
        f" {listed([str(each.attempt.address) for each in bad])} ({', '.join(causes)}).",
        good[0].attempt.last,
        *(each.attempt.last for each in bad),
    )
    return replace(found, stage=bad[0].diagnosis.stage)
