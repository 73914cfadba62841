"""What tests of several rooms share: authorities, and the loopback addresses of this host."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fakes.authority import Authority
from tests.netns.path import Path as NetworkPath
from tests.netns.path import path as network_path
from tests.netns.world import why_not

settings.register_profile(
    "suite",
    deadline=None,  # a busy machine is no failure
    derandomize="CI" in os.environ,  # the same examples for everybody who proposes a change
)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def authority() -> Authority:
    """The services' own authority, of an organisation that the catalogue expects."""
    return Authority("Microsoft Corporation")


@pytest.fixture(scope="session")
def firewall_authority() -> Authority:
    """The authority with which an interceptor signs."""
    return Authority("Example Firewall Ltd")


@pytest.fixture(scope="session")
def ca_file(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PEM file that trusts `authority` alone."""
    return _written(tmp_path_factory.mktemp("trust") / "services.pem", authority)


@pytest.fixture(scope="session")
def both_ca_file(
    authority: Authority, firewall_authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A PEM file that trusts the services' authority and the interceptor's: a managed host behind interception."""
    return _written(tmp_path_factory.mktemp("trust") / "both.pem", authority, firewall_authority)


@pytest.fixture(params=["127.0.0.1", "::1"], ids=["ipv4", "ipv6"])
def loopback(request: pytest.FixtureRequest) -> str:
    """Each loopback address in turn."""
    address: str = request.param
    if address == "::1" and not _has_ipv6_loopback():
        pytest.skip("this host has no ::1")
    return address


@pytest.fixture(scope="session")
def hops() -> Iterator[NetworkPath]:
    """A path of four hops with a firewall on it, once for all tests; its servers speak TLS."""
    if reason := why_not():
        pytest.skip(reason)
    with network_path("tests.netns.tls_ends") as running:
        yield running


@pytest.fixture
def open_descriptors() -> Callable[[], int]:
    """Counts the file descriptors that this process has open."""
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("counting descriptors needs /proc")
    return lambda: len(list(folder.iterdir()))


def _written(file: Path, *authorities: Authority) -> Path:
    file.write_bytes(b"".join(authority.pem for authority in authorities))
    return file


def _has_ipv6_loopback() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
