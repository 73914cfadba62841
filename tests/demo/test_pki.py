"""The certificates that ship with the demo. To make them anew: python tools/make_demo_pki.py."""

import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from asn1crypto import pem as pem_form
from asn1crypto import x509

from preflight.demo.identities import CLUSTER_ROOT, FIREWALL_ROOT, ROOT, pem
from preflight.demo.world import Identity, Web
from preflight.demo.worlds import WORLDS

PACKAGE = Path(str(files("preflight")))
LONG = timedelta(days=365 * 20)
ISSUERS = {
    Identity.MICROSOFT: "Microsoft Corporation",
    Identity.DIGICERT: "DigiCert Inc",
    Identity.LETS_ENCRYPT: "Let's Encrypt",
    Identity.FIREWALL: "Contoso Firewall",
    Identity.CLUSTER: "Contoso cluster",
}
FILES = (ROOT, FIREWALL_ROOT, CLUSTER_ROOT, *(f"{identity}.pem" for identity in Identity))


def certificates(name: str) -> list[x509.Certificate]:
    found = pem_form.unarmor(pem(name).encode(), multiple=True)
    return [x509.Certificate.load(der) for kind, _, der in found if kind == "CERTIFICATE"]


@pytest.mark.parametrize("name", FILES)
def test_every_certificate_is_valid_for_many_years(name: str) -> None:
    now = datetime.now(UTC)
    assert certificates(name)
    for certificate in certificates(name):
        assert certificate.not_valid_before < now < certificate.not_valid_after - LONG


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_that_nobody_trusts_it(name: str) -> None:
    assert pem(name).startswith("For the simulated network of `defender-preflight demo` only.")
    for certificate in certificates(name):
        assert "trusted nowhere" in certificate.subject.human_friendly


@pytest.mark.parametrize("identity", Identity)
def test_every_identity_is_issued_by_its_organisation(identity: Identity) -> None:
    leaf = certificates(f"{identity}.pem")[0]
    assert leaf.issuer.native["organization_name"] == ISSUERS[identity]


@pytest.mark.parametrize("identity", Identity)
def test_every_identity_covers_every_name_of_the_worlds(identity: Identity) -> None:
    services = [s for world in WORLDS.values() for host in world.hosts for s in host.services]
    names = {site.name for s in services if isinstance(s, Web) for site in s.sites}
    assert names <= set(certificates(f"{identity}.pem")[0].valid_domains)


def test_no_authority_s_key_ships() -> None:
    """Otherwise whoever installs the package could sign in the names of the demo's authorities."""
    for name in (ROOT, FIREWALL_ROOT, CLUSTER_ROOT):
        assert "PRIVATE KEY" not in pem(name)
    for identity in Identity:
        assert pem(f"{identity}.pem").count("BEGIN PRIVATE KEY") == 1


def test_there_is_no_file_that_nobody_uses() -> None:
    assert {file.name for file in (PACKAGE / "demo" / "pki").iterdir()} == set(FILES)


def test_certificates_load_from_an_archive(tmp_path: Path) -> None:
    archive = tmp_path / "preflight.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for file in PACKAGE.rglob("*"):
            if file.suffix in {".py", ".pem"}:
                opened.write(file, Path("preflight") / file.relative_to(PACKAGE))
    program = (
        "from preflight.demo import identities, world\n"
        "print(identities.__file__)\n"
        "for identity in world.Identity: identities.server_context(identity)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(archive)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""
    assert ended.stdout.startswith(str(archive))
