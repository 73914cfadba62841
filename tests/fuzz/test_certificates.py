"""Certificates: those of a chain that is only looked at, with DER nodes bent, and those that verify and are strange all the same."""

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from preflight.model.evidence import Certificate
from preflight.wire.certificates import CHAIN_LIMIT, NAMES_LIMIT, TEXT_LIMIT, presented
from tests.budget import examples
from tests.factories import check
from tests.fakes.authority import Authority, Identity
from tests.fuzz.memory import Network, says, within_tls
from tests.fuzz.mutations import bent_der
from tests.fuzz.whole import survives
from tests.probes.looking import vantage

HOST = "api.example.test"
AT = vantage({HOST: ["203.0.113.1"]})


class Presenting:
    """Stands for a TLS connection whose peer presented `chain`."""

    def __init__(self, chain: list[bytes]) -> None:
        self._chain = chain

    def get_unverified_chain(self) -> list[bytes]:
        return self._chain


@cache
def leaf() -> bytes:
    """A valid one, with names of every kind."""
    pem = Authority("Microsoft Corporation").chained(HOST, "*.example.test", "192.0.2.1").chain[0]
    return ssl.PEM_cert_to_DER_cert(pem.decode("ascii"))


def is_bounded(seen: Certificate) -> bool:
    organizations = (seen.subject_organization or "", seen.issuer_organization or "")
    return (
        len(seen.names) <= NAMES_LIMIT
        and all(len(name) <= TEXT_LIMIT for name in (*seen.names, *organizations))
        and seen.not_before.tzinfo is UTC
        and seen.not_after.tzinfo is UTC
    )


@examples(250)
@given(st.builds(leaf).flatmap(bent_der), st.integers(1, 12))
def test_a_presented_certificate_is_read_or_left_out(der: bytes, length: int) -> None:
    found = presented(cast("ssl.SSLObject", Presenting([der] * length)))
    assert len(found) in {0, min(length, CHAIN_LIMIT)}
    assert all(map(is_bounded, found))


TEXTS = st.sampled_from(
    (
        HOST,
        "Microsoft Corporation",
        "\x1b[31mred\x1b]0;title\x07",
        "Microsoft\u202e Corporation",
        "Zscaler Inc.\x00",
        "O=Microsoft Corporation, CN=x",
        "\u2028<b>|`*_",
        "x" * 5000,
        "\U0001f525",
    )
)
KINDS = st.sampled_from(
    (
        NameOID.COMMON_NAME,
        NameOID.ORGANIZATION_NAME,
        NameOID.ORGANIZATIONAL_UNIT_NAME,
        NameOID.EMAIL_ADDRESS,
        x509.ObjectIdentifier("1.2.3.4.5"),
    )
)
NAMES = st.lists(st.tuples(KINDS, TEXTS), max_size=4)
ALTERNATIVES = st.lists(
    st.one_of(
        st.sampled_from((HOST, "*.example.test", "*", "xn--", "y" * 5000, "\x1b")).map(
            x509.DNSName._init_without_validation
        ),
        st.sampled_from(("a@b", "\x1b")).map(x509.RFC822Name._init_without_validation),
        st.sampled_from(("http://[", "\x1b")).map(
            x509.UniformResourceIdentifier._init_without_validation
        ),
        st.just(x509.RegisteredID(x509.ObjectIdentifier("1.2.3"))),
        st.just(x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x0c\x02\xff\xfe")),
        st.just(x509.IPAddress(ip_address("203.0.113.1"))),
    ),
    max_size=3,
)
MOMENTS = st.sampled_from(
    (
        datetime(1950, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2050, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    )
)


@cache
def own_root() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """An authority that this host trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Microsoft Corporation")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - DAY, now + DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return built, key


DAY = timedelta(days=1)


@st.composite
def identities(draw: st.DrawFn) -> Identity:
    """What OpenSSL is ready to present: issued by the trusted authority, or by one with a name of its own."""
    root, root_key = own_root()
    key = ec.generate_private_key(ec.SECP256R1())
    begin, end = sorted((draw(MOMENTS), draw(MOMENTS)))
    is_trusted = draw(st.booleans())
    alternatives = [*draw(ALTERNATIVES), *([x509.DNSName(HOST)] if draw(st.booleans()) else [])]
    builder = x509.CertificateBuilder(
        root.subject if is_trusted else _name(draw(NAMES)),
        _name(draw(NAMES)),
        key.public_key(),
        draw(st.integers(1, 2**150)),
        begin,
        end,
    )
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    made = builder.sign(root_key if is_trusted else key, hashes.SHA256())
    return Identity(
        (
            made.public_bytes(Encoding.PEM),
            *([root.public_bytes(Encoding.PEM)] if draw(st.booleans()) else []),
        ),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def _name(attributes: list[tuple[x509.ObjectIdentifier, str]]) -> x509.Name:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # longer than X.520 allows is the point
        return x509.Name(
            [x509.NameAttribute(kind, text, _validate=False) for kind, text in attributes]
        )


@examples(60)
@given(identities())
def test_a_check_that_meets_a_strange_certificate_ends_with_a_report_fit_to_print(
    identity: Identity,
) -> None:
    try:
        context = identity.context()
    except ssl.SSLError:
        return  # no server can present it
    answer = within_tls(context, says([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]))
    anchors = own_root()[0].public_bytes(Encoding.PEM).decode()
    survives(check(HOST), Network(answer, anchors=anchors), AT)
