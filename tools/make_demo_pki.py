"""Makes the certificates of the demo's simulated network anew.

    PYTHONPATH=. python tools/make_demo_pki.py

Their keys are published with the package and protect nothing: no machine trusts these authorities, whose own keys are thrown away
as soon as they have signed. To be run when a world gains a name.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from preflight.demo.identities import CLUSTER_ROOT, FIREWALL_ROOT, ROOT
from preflight.demo.world import Identity, Web
from preflight.demo.worlds import WORLDS

FOLDER = Path(__file__).parent.parent / "preflight" / "demo" / "pki"
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
END = datetime(2125, 1, 1, tzinfo=UTC)
WARNING = "For the simulated network of `defender-preflight demo` only. Trusted nowhere; the key is no secret.\n"

PUBLIC = {
    Identity.MICROSOFT: "Microsoft Corporation",
    Identity.DIGICERT: "DigiCert Inc",
    Identity.LETS_ENCRYPT: "Let's Encrypt",
}
"""Issuing organisations beneath the root that stands in for the public authorities."""


class Authority(NamedTuple):
    """A certificate and the key that signs with it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def main() -> None:
    """Write every file of the folder."""
    FOLDER.mkdir(exist_ok=True)
    root = authority("defender-preflight demo")
    write(ROOT, root.certificate)
    for identity, organization in PUBLIC.items():
        write_identity(identity, authority(organization, parent=root), is_sent=True)
    for identity, organization, file in (
        (Identity.FIREWALL, "Contoso Firewall", FIREWALL_ROOT),
        (Identity.CLUSTER, "Contoso cluster", CLUSTER_ROOT),
    ):
        own = authority(organization)
        write(file, own.certificate)
        write_identity(identity, own, is_sent=False)


def authority(organization: str, *, parent: Authority | None = None) -> Authority:
    """An authority of an organisation: a root, or beneath `parent`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = named("Demo authority, trusted nowhere", organization)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        begun(name, key, parent)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    return Authority(builder.sign((parent.key if parent else key), hashes.SHA256()), key)


def write_identity(identity: Identity, issuer: Authority, *, is_sent: bool) -> None:
    """A leaf for every name of the worlds with its key, and its issuer where servers send that too."""
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = (
        begun(named("Demo service", "Demo only, trusted nowhere"), key, issuer)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([*map(x509.DNSName, names())]), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )
    write(f"{identity}.pem", *([leaf, issuer.certificate] if is_sent else [leaf]), key=key)


def begun(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, issuer: Authority | None
) -> x509.CertificateBuilder:
    """What authorities and leaves have in common."""
    signing = issuer.key.public_key() if issuer else key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing), critical=False)
    )


def named(common_name: str, organization: str) -> x509.Name:
    """A distinguished name."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
        ]
    )


def names() -> list[str]:
    """Every site of every world, sorted."""
    services = (s for world in WORLDS.values() for host in world.hosts for s in host.services)
    return sorted({site.name for s in services if isinstance(s, Web) for site in s.sites})


def write(
    name: str, *certificates: x509.Certificate, key: ec.EllipticCurvePrivateKey | None = None
) -> None:
    """A PEM file with a warning above: the key, if any, then the certificates."""
    parts = [c.public_bytes(serialization.Encoding.PEM) for c in certificates]
    if key is not None:
        parts.insert(
            0,
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
    (FOLDER / name).write_text(WARNING + b"".join(parts).decode("ascii"), "ascii")


if __name__ == "__main__":
    main()
