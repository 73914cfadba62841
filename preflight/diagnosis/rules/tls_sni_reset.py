"""tls.sni_reset: the connection is reset as soon as the ClientHello names the host.

Seen: TCP connects; after a ClientHello with this server name an RST comes. The same address answers a handshake with another name.

Means: A device on the way reads the server name (SNI) and has no rule that allows it. Firewalls with FQDN or application rules
behave so: they complete TCP themselves, wait for the name, and reset what is not allowed. The service was not reached.

Ask for: An FQDN rule (application rule) for the documented name on port 443 from this source.

Confidence: confirmed when the name was reset at least twice and answered nowhere, while another name was answered; likely when it was
tried once, when it is answered at another address, or when the plan has no other name and a ClientHello without any was answered.

Example:
    connect 10.244.1.7:40001 -> 203.0.113.10:443: ok
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: reset
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
    """Speak when this name is reset where another one is answered."""
    shaken = failed_handshake(attempt, case, Outcome.RESET)
    found = contrast(attempt, shaken, case) if shaken else None
    if shaken is None or found is None:
        return None
    return blocked(
        Cause.TLS_SNI_RESET,
        found.confidence,
        f"{shaken.destination} resets the connection after a ClientHello for {plain(case.host)}, but answers {found.words}: a device"
        f" on the way filters by server name.{compared(attempt, found, case)}{answering(attempt, case)}",
        found.answered[0],
        *attempt.steps,
    )
