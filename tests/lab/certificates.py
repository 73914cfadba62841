"""The authorities of a run, and the files that servers present."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from tests.fakes.authority import Authority, Identity
from tests.lab.scenario import Shown

OTHER_NAME = "portal.example.test"
LONG_CHAIN = 8
"""Certificates: some 4 kB."""
SERVICES = "Microsoft Corporation"
"""The organisation that the catalogue expects."""
STRANGERS = "Nobody Knows Us Ltd"


class Authorities:
    """Made once for each run."""

    def __init__(self) -> None:
        self.services = Authority(SERVICES)
        self._strangers = Authority(STRANGERS)
        self._interceptors: dict[str, Authority] = {}

    def interceptor(self, organization: str) -> Authority:
        """The authority of a firewall, always the same one for an organisation."""
        return self._interceptors.setdefault(organization, Authority(organization))

    def write(self, folder: Path, host: str, shown: Shown) -> Path:
        """A PEM file with the chain and the key of what is shown for the host."""
        file = folder / f"{host}.{shown.name.lower()}.pem"
        identity = self.identity(host, shown)
        file.write_bytes(b"".join(identity.chain) + identity.key)
        return file

    def identity(self, host: str, shown: Shown) -> Identity:
        """What is shown for the host."""
        match shown:
            case Shown.GOOD:
                return self.services.chained(host)
            case Shown.BRIEF:
                weeks, now = timedelta(weeks=3), datetime.now(UTC)
                return self.services.valid_between(host, start=now - weeks, end=now + weeks)
            case Shown.STRANGER:
                return self._strangers.identity(host)
            case Shown.OTHER_NAME:
                return self.services.chained(OTHER_NAME)
            case Shown.EXPIRED:
                return self.services.expired(host)
            case Shown.INCOMPLETE:
                return self.services.chained(host).without_intermediates()
            case Shown.HUGE:
                return self.services.chained(host).padded(LONG_CHAIN)

    def write_authority(self, folder: Path) -> Path:
        """A PEM file with the services' root and its key, for whoever issues by itself."""
        file = folder / "services.pem"
        file.write_bytes(self.services.pem + self.services.key_pem)
        return file


def read(file: Path) -> Identity:
    """What `write` wrote."""
    mark = b"-----BEGIN "
    blocks = [mark + block for block in file.read_bytes().split(mark)[1:]]
    return Identity(
        tuple(block for block in blocks if b"CERTIFICATE" in block),
        next(block for block in blocks if b"PRIVATE KEY" in block),
    )


def read_authority(file: Path) -> Authority:
    """What `write_authority` wrote."""
    found = read(file)
    return Authority(SERVICES, root=trustme.CA.from_pem(found.chain[0], found.key))
