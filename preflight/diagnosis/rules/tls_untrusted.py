"""tls.untrusted: no chain leads from the certificate to an authority that this host trusts.

Seen: Verification failed for want of a trusted chain. Either the presented chain was not looked at, or its issuer is one of the
service's own, or nothing is known of the service's issuers.

Means: When the issuer is the service's own, the chain is incomplete or this host's trust store is old: some Microsoft front ends
leave out the cross-signed Microsoft TLS RSA Root G2, and a host without that root cannot complete the chain. That is not
interception. When the presented chain was not seen, interception cannot be told apart from it.

Ask for: A current trust store on this host (ca-certificates); and, where interception is possible, whether TLS inspection applies to
these names.

Confidence: likely where the presented chain shows the service's own issuer, else possible.

Example:
    handshake 10.244.1.7:40001 -> 203.0.113.10:443 api.cloud.defender.microsoft.com: untrusted (code 20)
    presented: api.cloud.defender.microsoft.com, issued by "Microsoft Corporation"
"""

from preflight.diagnosis.authenticity import is_foreign
from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked, degraded
from preflight.diagnosis.names import is_for
from preflight.diagnosis.steps import failed_handshake, leaf_of, presented_at
from preflight.diagnosis.wording import at, issuer_of
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.endpoint import Trust
from preflight.model.evidence import Attempt, Certificate, Handshake, Outcome

MISSING_ISSUER = frozenset({2, 20, 21, 27})
"""X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, …_LOCALLY, UNABLE_TO_VERIFY_LEAF_SIGNATURE, CERT_UNTRUSTED (OpenSSL x509_vfy.h)."""
NEW_ROOTS = frozenset({"6a170583db584151e1c454eeca2a64cc5d8e484a5bd1156e720b4458654ee9e5"})
"""SHA-256 of genuine roots that trust stores got late: Microsoft TLS RSA Root G2, valid to 2040."""


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when no trusted chain was found."""
    shaken = failed_handshake(attempt, case, Outcome.UNTRUSTED)
    if shaken is None:
        return None
    leaf = leaf_of(attempt, case)
    if leaf is not None and _is_incomplete(shaken, attempt, leaf, case):
        return degraded(
            Cause.TLS_UNTRUSTED,
            Confidence.LIKELY,
            f"The certificate of {at(shaken, case)} is issued by {issuer_of(leaf)}, as it should be, but the chain to a root that"
            " this host trusts is incomplete, for instance because Microsoft TLS RSA Root G2 is missing here."
            " This is not interception; update this host's trust store.",
            *attempt.steps,
        )
    return blocked(
        Cause.TLS_UNTRUSTED, Confidence.POSSIBLE, _unknown(shaken, leaf, case), *attempt.steps
    )


def _is_incomplete(shaken: Handshake, attempt: Attempt, leaf: Certificate, case: Case) -> bool:
    """Whether the service's own issuer signed the leaf and only the way up from there is missing."""
    is_public = case.endpoint.trust is Trust.PUBLIC and case.endpoint.issuers
    if not is_public or is_foreign(leaf, case.endpoint) or not is_for(leaf, case.host):
        return False
    has_new_root = any(
        certificate.sha256 in NEW_ROOTS for certificate in presented_at(attempt, case)
    )
    return shaken.verify_code in MISSING_ISSUER or has_new_root


def _unknown(shaken: Handshake, leaf: Certificate | None, case: Case) -> str:
    if leaf is None:
        return (
            f"The certificate of {at(shaken, case)} is not trusted by this host, and the chain was not looked at: interception and"
            " an incomplete chain look the same."
        )
    if case.endpoint.trust is Trust.CLUSTER:
        return f"The certificate of {at(shaken, case)}, issued by {issuer_of(leaf)}, was not signed by the cluster CA that was given."
    return f"The certificate of {at(shaken, case)}, issued by {issuer_of(leaf)}, leads to no root that this host trusts."
