"""tls.intercepted: a device on the way answers TLS with a certificate of its own making.

Seen: The certificate is for the right name, but the organisation that issued it is none of those that issue for the service, or the
certificate issued itself.

Means: TLS inspection: a firewall or proxy ends the connection, reads it, and signs certificates with its own authority. Where this
host trusts that authority everything seems to work here, while the Defender sensor does not support a proxy that expects trusted
certificates (support matrix, 2026-06-12).

Ask for: The documented names to be exempt from TLS inspection.

Confidence: confirmed; likely where the certificate issued itself; possible where the issuer is a well-known public authority, which
the service may have changed to.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: untrusted
    presented: api.cloud.defender.microsoft.com, issued by "Contoso Network Security"
"""

from preflight.diagnosis.authenticity import is_foreign
from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked, degraded, unjudged
from preflight.diagnosis.makers import maker_of_certificate
from preflight.diagnosis.names import is_for, organization_key
from preflight.diagnosis.path import answering
from preflight.diagnosis.quote import plain
from preflight.diagnosis.steps import exchange_of, handshake_of, is_finished, leaf_of
from preflight.diagnosis.wording import counted, issuer_of
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Certificate, Handshake, Outcome

REJECTED = frozenset({Outcome.UNTRUSTED, Outcome.EXPIRED, Outcome.NOT_YET_VALID})
SELF_SIGNED = "a self-signed certificate"
PUBLIC_AUTHORITIES = frozenset(
    {
        "amazon",
        "cloudflare",
        "digicert",
        "entrust",
        "globalsign nv sa",
        "google trust services",
        "lets encrypt",
        "microsoft",
        "sectigo",
        "ssl",
    }
)
"""Public authorities, which never issue for interceptors (CA/Browser Forum baseline requirements), in comparable form."""


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the right name carries a certificate that none of the service's issuers made."""
    shaken, leaf = handshake_of(attempt, case), leaf_of(attempt, case)
    if (
        shaken is None
        or leaf is None
        or not is_for(leaf, case.host)
        or not is_foreign(leaf, case.endpoint)
    ):
        return None
    if shaken.outcome in REJECTED:
        text = f"{_what(leaf, case)} {_rejected(shaken)}{answering(attempt, case)}"
        return blocked(
            Cause.TLS_INTERCEPTED, _confidence(leaf), text, *attempt.steps, scope=_scope(leaf)
        )
    if not shaken.verified or shaken.outcome is not Outcome.OK:
        return None
    return _trusted(attempt, shaken, leaf, case)


def _trusted(attempt: Attempt, shaken: Handshake, leaf: Certificate, case: Case) -> Diagnosis:
    """The chain is trusted here: what follows says whether anything works through the device."""
    confidence, scope = _confidence(leaf), _scope(leaf)
    if exchange_of(attempt):
        text = (
            f"{_what(leaf, case)} This host trusts it, so requests pass here; the Defender sensor does not support TLS inspection,"
            " so exempt the name from it."
        )
        return degraded(
            Cause.TLS_INTERCEPTED,
            confidence,
            text,
            *(step for step in attempt.steps if step is not shaken),
            shaken,
            scope=scope,
        )
    if is_finished(attempt, case):
        text = f"{_what(leaf, case)} This host trusts it, but no answer came through."
        return blocked(Cause.TLS_INTERCEPTED, Confidence.LIKELY, text, *attempt.steps, scope=scope)
    text = f"{_what(leaf, case)} This host trusts it; the request behind was not measured."
    return unjudged(Cause.TLS_INTERCEPTED, confidence, text, *attempt.steps, scope=scope)


def _rejected(shaken: Handshake) -> str:
    if shaken.outcome is Outcome.UNTRUSTED:
        return "This host does not trust it."
    return f"It is outside its validity by this host's clock, {shaken.at:%Y-%m-%d %H:%M} UTC."


def _what(leaf: Certificate, case: Case) -> str:
    if leaf.subject == leaf.issuer:
        return f"The certificate shown for {plain(case.host)} is self-signed; the service's own never is."
    maker = maker_of_certificate(leaf)
    by = f" (a certificate as {maker.name} makes them)" if maker else ""
    others = len(case.surroundings.issued.get(_key(leaf), frozenset()) - {case.host})
    again = f" The same issuer was seen on {counted(others, 'other host')}." if others else ""
    return f"The certificate for {plain(case.host)} was issued by {issuer_of(leaf)}{by}, which does not issue for this service.{again}"


def _confidence(leaf: Certificate) -> Confidence:
    if leaf.subject == leaf.issuer:
        return Confidence.LIKELY
    return Confidence.POSSIBLE if _key(leaf) in PUBLIC_AUTHORITIES else Confidence.CONFIRMED


def _scope(leaf: Certificate) -> str:
    """One finding for each issuing organisation; what a self-signed certificate claims names nobody."""
    if leaf.subject == leaf.issuer:
        return SELF_SIGNED
    return plain(leaf.issuer_organization or leaf.issuer)


def _key(leaf: Certificate) -> str:
    return organization_key(leaf.issuer_organization or leaf.issuer)
