"""tls.sni_dropped: the ClientHello that names the host is swallowed.

Seen: TCP connects; after a ClientHello with this server name nothing comes back. The same address answers a handshake with another
name.

Means: A device on the way reads the server name (SNI) and drops silently what it does not allow. Firewalls with FQDN rules or
URL filters whose action is "drop" behave so. The service was not reached.

Ask for: An FQDN rule (application rule) for the documented name on port 443 from this source.

Confidence: likely; the contrast between two names at one address is strong, but silence alone is never proof. Possible when it
stayed silent only once, as on a lossy link, and when alerts are the only answers to other names: they are small, and a path that loses
large packets lets them pass.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: ok
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: dropped after 5.0 s
    handshake 10.244.1.7:40002 -> 203.0.113.10:443 mcr.microsoft.com: ok
"""

from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.contrast import compared, contrast
from preflight.diagnosis.path import answering
from preflight.diagnosis.quote import plain
from preflight.diagnosis.steps import failed_handshake
from preflight.model.diagnosis import Cause, Diagnosis
from preflight.model.evidence import Attempt, Outcome


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when this name meets silence where another one is answered."""
    shaken = failed_handshake(attempt, case, Outcome.DROPPED)
    found = contrast(attempt, shaken, case) if shaken else None
    if shaken is None or found is None:
        return None
    return blocked(
        Cause.TLS_SNI_DROPPED,
        found.confidence,
        f"{shaken.destination} stays silent after a ClientHello for {plain(case.host)}, but answers {found.words}: a device on the way"
        f" filters by server name.{compared(attempt, found, case)}{answering(attempt, case)}",
        found.answered[0],
        *attempt.steps,
    )
