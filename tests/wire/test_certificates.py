"""Certificates as values, whatever a hostile peer puts into them."""

import hashlib
import ssl
import warnings
from datetime import UTC, datetime
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from preflight.wire.certificates import CHAIN_LIMIT, TEXT_LIMIT, presented, verified

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def certificate(
    *attributes: tuple[x509.ObjectIdentifier, str],
    names: tuple[str, ...] = (),
    end: datetime = END,
) -> bytes:
    """A self-signed certificate in DER form, with no regard for what is sensible."""
    key = ec.generate_private_key(ec.SECP256R1())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # names longer than X.520 allows are the point
        subject = x509.Name(
            [x509.NameAttribute(kind, value, _validate=False) for kind, value in attributes]
        )
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, BEGIN, end)
    if names:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


class Presenting:
    """Stands for a TLS connection whose peer presented `chain`."""

    def __init__(self, *chain: bytes) -> None:
        self._chain = list(chain)

    def get_unverified_chain(self) -> list[bytes]:
        return self._chain


class PresentingLeafOnly:
    """The same, on a Python that shows only the leaf."""

    def __init__(self, leaf: bytes | None) -> None:
        self._leaf = leaf

    def getpeercert(self, *, binary_form: bool) -> bytes | None:
        return self._leaf


def look(connection: object) -> tuple[str, ...]:
    return tuple(found.sha256 for found in presented(cast("ssl.SSLObject", connection)))


def digest(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()


PLAIN = certificate((NameOID.COMMON_NAME, "plain.test"))


def test_an_unreadable_certificate_is_left_out_and_the_rest_kept() -> None:
    assert look(Presenting(b"junk", PLAIN, PLAIN[:40], b"")) == (digest(PLAIN),)


def test_of_a_long_chain_a_bounded_part_is_read() -> None:
    assert len(look(Presenting(*[PLAIN] * 1000))) == CHAIN_LIMIT


def test_where_only_the_leaf_can_be_seen_it_is_the_chain() -> None:
    assert look(PresentingLeafOnly(PLAIN)) == (digest(PLAIN),)
    assert look(PresentingLeafOnly(None)) == ()


def test_names_are_cut_and_kept_as_they_are() -> None:
    escape = "\x1b[31mred"
    der = certificate(
        (NameOID.ORGANIZATION_NAME, escape), (NameOID.COMMON_NAME, "x" * 5000), names=("y" * 5000,)
    )
    (seen,) = presented(cast("ssl.SSLObject", Presenting(der)))
    assert seen.subject_organization == escape
    assert seen.subject == f"O={escape}, CN={'x' * TEXT_LIMIT}"
    assert seen.names == ("y" * TEXT_LIMIT,)


def test_a_certificate_without_any_name_is_still_one() -> None:
    (seen,) = presented(cast("ssl.SSLObject", Presenting(certificate())))
    assert (seen.subject, seen.issuer, seen.issuer_organization, seen.names) == ("", "", None, ())
    assert (seen.not_before, seen.not_after) == (BEGIN, END)


@pytest.mark.parametrize("year", ["0000", "0001", "9999"])
def test_a_date_beyond_sense_is_still_a_date(year: str) -> None:
    """For the year 0, asn1crypto gives a stand-in that is no datetime."""
    der = certificate((NameOID.COMMON_NAME, "old.test"), end=datetime(2050, 1, 1, tzinfo=UTC))
    (seen,) = presented(
        cast("ssl.SSLObject", Presenting(der.replace(b"20500101", year.encode() + b"0101")))
    )
    assert seen.not_after == datetime(max(int(year), 1), 1, 1, tzinfo=UTC)


class Verified:
    """Stands for a verified connection, with what OpenSSL says of the leaf."""

    def __init__(self, begin: str) -> None:
        self._begin = begin

    def getpeercert(self, *, binary_form: bool = False) -> object:
        name = ((("commonName", "old.test"),),)
        dates = {"notBefore": self._begin, "notAfter": "Dec 31 23:59:59 9999 GMT"}
        return PLAIN if binary_form else {"subject": name, "issuer": name, **dates}


@pytest.mark.parametrize("begin", ["Jan  1 00:00:00 0 GMT", "Jan  1 00:00:00 1 GMT", "Bad time"])
def test_a_verified_certificate_may_be_valid_since_for_ever(begin: str) -> None:
    (seen,) = verified(cast("ssl.SSLObject", Verified(begin)))
    assert seen.not_before == datetime.min.replace(tzinfo=UTC)
    assert seen.not_after == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
