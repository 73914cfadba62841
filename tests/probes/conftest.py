"""What the tests of probes share."""

from pathlib import Path

import pytest

from preflight.wire.host import RealNetwork


@pytest.fixture
def network(ca_file: Path) -> RealNetwork:
    """The real network of this host, which trusts the services' authority alone."""
    return RealNetwork(ca_file=str(ca_file))
