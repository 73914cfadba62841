"""Certificates as values: from what a verified handshake gives, and from the DER form of a chain that was only looked at."""

import hashlib
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from preflight.model.evidence import Certificate

CHAIN_LIMIT = 10
"""Certificates kept of a presented chain."""
NAMES_LIMIT = 100
"""Names kept of one certificate."""
TEXT_LIMIT = 200
"""Characters kept of one name."""
EARLIEST = datetime.min.replace(tzinfo=UTC)
"""Stands for what was before it, or in years that are not written as years are."""

SHORT = {
    "commonName": "CN",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "stateOrProvinceName": "ST",
    "localityName": "L",
    "common_name": "CN",
    "organization_name": "O",
    "organizational_unit_name": "OU",
    "country_name": "C",
    "state_or_province_name": "ST",
    "locality_name": "L",
}
"""Attribute names of OpenSSL and of asn1crypto, as RFC 4514 §3 abbreviates them."""

Pairs = tuple[tuple[str, str], ...]


def verified(sslobject: ssl.SSLObject) -> tuple[Certificate, ...]:
    """The leaf of a verified handshake; empty when the peer showed none."""
    leaf: dict[str, Any] | None = sslobject.getpeercert()
    der = sslobject.getpeercert(binary_form=True)
    if not leaf or der is None:
        return ()
    subject, issuer = _flat(leaf["subject"]), _flat(leaf["issuer"])
    return (
        Certificate(
            subject=_text(subject),
            issuer=_text(issuer),
            subject_organization=_organization(subject),
            issuer_organization=_organization(issuer),
            names=tuple(
                str(value)[:TEXT_LIMIT] for _, value in leaf.get("subjectAltName", ())[:NAMES_LIMIT]
            ),
            not_before=_instant(leaf["notBefore"]),
            not_after=_instant(leaf["notAfter"]),
            sha256=hashlib.sha256(der).hexdigest(),
        ),
    )


def presented(sslobject: ssl.SSLObject) -> tuple[Certificate, ...]:
    """The chain as presented, leaf first, without any judgement; certificates that cannot be read are left out."""
    return tuple(c for c in map(_read, _der_chain(sslobject)[:CHAIN_LIMIT]) if c is not None)


def _der_chain(sslobject: ssl.SSLObject) -> list[bytes]:
    if hasattr(sslobject, "get_unverified_chain"):  # Python 3.13
        return list(sslobject.get_unverified_chain())
    # Before 3.13 the same call exists only on the wrapped object; without it the leaf alone is known.
    inner = getattr(sslobject, "_sslobj", None)
    if inner is not None and hasattr(inner, "get_unverified_chain"):
        return [
            ssl.PEM_cert_to_DER_cert(c.public_bytes()) for c in inner.get_unverified_chain() or ()
        ]
    leaf = sslobject.getpeercert(binary_form=True)
    return [leaf] if leaf else []


def _read(der: bytes) -> Certificate | None:
    from asn1crypto import x509

    try:
        certificate = x509.Certificate.load(der)
        subject, issuer = _pairs(certificate.subject), _pairs(certificate.issuer)
        return Certificate(
            subject=_text(subject),
            issuer=_text(issuer),
            subject_organization=_organization(subject),
            issuer_organization=_organization(issuer),
            names=_names(certificate),
            not_before=_aware(certificate.not_valid_before),
            not_after=_aware(certificate.not_valid_after),
            sha256=hashlib.sha256(der).hexdigest(),
        )
    except Exception:
        return None


def _names(certificate: Any) -> tuple[str, ...]:
    extension = certificate.subject_alt_name_value
    if extension is None:
        return ()
    return tuple(str(general.native)[:TEXT_LIMIT] for general in list(extension)[:NAMES_LIMIT])


def _pairs(name: Any) -> Pairs:
    return tuple(
        (
            SHORT.get(attribute["type"].native, attribute["type"].native),
            str(attribute["value"].native)[:TEXT_LIMIT],
        )
        for rdn in name.chosen
        for attribute in rdn
    )


def _flat(name: Iterable[Iterable[tuple[str, str]]]) -> Pairs:
    return tuple((SHORT.get(kind, kind), value[:TEXT_LIMIT]) for rdn in name for kind, value in rdn)


def _text(pairs: Pairs) -> str:
    return ", ".join(f"{kind}={value}" for kind, value in pairs)


def _organization(pairs: Pairs) -> str | None:
    return next((value for kind, value in pairs if kind == "O"), None)


def _instant(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)
    except ValueError:  # OpenSSL writes the years before 1000 without leading zeros
        return EARLIEST


def _aware(moment: object) -> datetime:
    """The moment in UTC; for the year 0, asn1crypto gives a stand-in that is no datetime."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) else EARLIEST
