"""Certificates for tests: an authority with an organisation of choice, and what servers present of it."""

import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import NamedTemporaryFile

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
LAST_YEARS = datetime(2020, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2999, 1, 1, tzinfo=UTC)
LEGACY_CIPHERS = "ALL:@SECLEVEL=0"
"""OpenSSL 3 speaks TLS 1.1 only below its default security level."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a server presents (PEM, leaf first) and the key that proves it."""

    chain: tuple[bytes, ...]
    key: bytes

    def without_intermediates(self) -> "Identity":
        """The same leaf alone, as a server presents it that was set up carelessly."""
        return Identity(self.chain[:1], self.key)

    def padded(self, length: int) -> "Identity":
        """The same leaf and a chain of `length` certificates, most of them beside the point."""
        return Identity(self.chain + (self.chain[-1],) * (length - len(self.chain)), self.key)

    def context(
        self,
        *,
        minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
        maximum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ) -> ssl.SSLContext:
        """A server's context that presents this identity."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # TLS 1.1 is asked for to be turned down
            context.minimum_version, context.maximum_version = minimum, maximum
        if maximum < ssl.TLSVersion.TLSv1_2:
            context.set_ciphers(LEGACY_CIPHERS)
        with NamedTemporaryFile() as file:
            file.write(self.key + b"".join(self.chain))
            file.flush()
            context.load_cert_chain(file.name)
        return context


class Authority:
    """A certificate authority; `organization` is what its certificates name as their issuer's."""

    def __init__(
        self, organization: str = "Microsoft Corporation", *, root: trustme.CA | None = None
    ) -> None:
        self.organization = organization
        self._root = root or trustme.CA(organization_name=organization)
        # A child made by CA.create_child_ca() could not be given an organisation.
        self._intermediate = trustme.CA(
            parent_cert=self._root, path_length=0, organization_name=organization
        )

    @property
    def pem(self) -> bytes:
        """The root, as a CA file holds it."""
        return self._root.cert_pem.bytes()

    @property
    def key_pem(self) -> bytes:
        """The root's key, for a program that signs by itself."""
        return self._root.private_key_pem.bytes()

    def identity(self, *names: str) -> Identity:
        """A valid leaf, issued by the root itself."""
        return _identity(self._root.issue_cert, *names)

    def chained(self, *names: str) -> Identity:
        """A valid leaf, issued by an intermediate that is presented with it."""
        return _identity(self._intermediate.issue_cert, *names)

    def self_signed(self, *names: str) -> Identity:
        """A certificate that vouches for itself; its issuer is this authority in name only."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.organization)])
        alternatives = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(LAST_YEARS)
            .not_valid_after(FAR_AHEAD)
            .add_extension(alternatives, critical=False)
            .sign(key, hashes.SHA256())
        )
        return Identity(
            (certificate.public_bytes(Encoding.PEM),),
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )

    def expired(self, *names: str) -> Identity:
        """A leaf whose validity ended years ago."""
        return _identity(self._root.issue_cert, *names, not_before=LONG_AGO, not_after=LAST_YEARS)

    def valid_between(self, *names: str, start: datetime, end: datetime) -> Identity:
        """A leaf with a validity of choice."""
        return _identity(self._root.issue_cert, *names, not_before=start, not_after=end)

    def not_yet_valid(self, *names: str) -> Identity:
        """A leaf whose validity has not begun."""
        later = FAR_AHEAD.replace(year=FAR_AHEAD.year + 1)
        return _identity(self._root.issue_cert, *names, not_before=FAR_AHEAD, not_after=later)


def _identity(
    issue: Callable[..., trustme.LeafCert], *names: str, **validity: datetime
) -> Identity:
    leaf = issue(*names, common_name=names[0][:64], organization_name="Example Service", **validity)
    return Identity(
        tuple(pem.bytes() for pem in leaf.cert_chain_pems), leaf.private_key_pem.bytes()
    )
