"""Whether what answered is the service itself: certificate, issuing organisation, and the service's own fingerprint."""

from enum import StrEnum, unique

from preflight.diagnosis.case import Case
from preflight.diagnosis.makers import maker_of_certificate
from preflight.diagnosis.names import organization_key
from preflight.diagnosis.steps import handshake_of, leaf_of
from preflight.model.endpoint import Endpoint, Trust
from preflight.model.evidence import Attempt, Certificate, Exchange, Outcome


@unique
class Channel(StrEnum):
    """What the connection itself proves about its other end."""

    AUTHENTIC = "authentic"
    """Verified, and issued by an organisation that issues for the service (or by the cluster's own CA)."""
    VERIFIED = "verified"
    """Verified by this host's trust store; who issues for the service is not known."""
    FOREIGN = "foreign"
    """Verified by this host's trust store, but issued by an organisation that does not issue for the service."""
    UNPROVEN = "unproven"
    """TLS whose other end was not verified."""
    CLEAR = "clear"
    """No TLS."""


def channel_of(attempt: Attempt, case: Case) -> Channel:
    """What the attempt's connection proves about its other end."""
    shaken = handshake_of(attempt, case)
    if shaken is None:
        return Channel.CLEAR
    leaf = leaf_of(attempt, case)
    is_verified = shaken.verified and not shaken.ignores_dates
    if not is_verified or shaken.outcome is not Outcome.OK or leaf is None:
        return Channel.UNPROVEN
    if case.endpoint.trust is Trust.CLUSTER:
        return Channel.AUTHENTIC
    if is_foreign(leaf, case.endpoint):
        return Channel.FOREIGN
    return Channel.AUTHENTIC if case.endpoint.issuers else Channel.VERIFIED


def is_foreign(leaf: Certificate, endpoint: Endpoint) -> bool:
    """Whether the certificate's issuer is known not to issue for the service.

    A leaf that is its own issuer is foreign whatever organisation it claims. Where the catalogue does not know the issuers, only
    a maker of interceptors is.
    """
    if endpoint.trust is Trust.CLUSTER:
        return False
    if not endpoint.issuers:
        return maker_of_certificate(leaf) is not None
    expected = {organization_key(issuer) for issuer in endpoint.issuers}
    return (
        leaf.subject == leaf.issuer
        or organization_key(leaf.issuer_organization or "") not in expected
    )


def has_fingerprint(exchange: Exchange, endpoint: Endpoint) -> bool | None:
    """Whether the answer carries what the catalogue knows of the service's own; None where it knows nothing to look for."""
    answer = endpoint.answer
    if answer.header is not None:
        return any(name == answer.header for name, _ in exchange.headers)
    is_plain = not any(name == "content-encoding" for name, _ in exchange.headers)
    if answer.body is not None and is_plain and is_documented(exchange, endpoint):
        return exchange.body.startswith(answer.body.encode())
    return None


def is_documented(exchange: Exchange, endpoint: Endpoint) -> bool:
    """Whether the status is one that the open path is documented to answer."""
    ranges = endpoint.answer.statuses
    return not ranges or any(low <= (exchange.status or 0) <= high for low, high in ranges)
