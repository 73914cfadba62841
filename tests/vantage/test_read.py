"""The surroundings, in one value."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from preflight.errors import UsageError
from preflight.model.vantage import Address, HostsLine, Peer, Proxy, Vantage, VantageKind
from preflight.vantage import Places, read_vantage
from preflight.vantage.own import leaving_addresses

OWN = (ip_address("10.244.1.7"),)
PROXY = Proxy(scheme="http", host="given.example", port=3128)
POD = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "HOSTNAME": "preflight-x7k2p"}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A machine with one resolver and one line of hosts."""
    (tmp_path / "resolv.conf").write_text("nameserver 10.0.0.10\n")
    (tmp_path / "hosts").write_text("127.0.0.1 localhost\n")
    return Places(
        resolv_conf=tmp_path / "resolv.conf",
        hosts=tmp_path / "hosts",
        service_account=tmp_path / "serviceaccount",
        dmi=tmp_path / "dmi",
    )


def read(environ: dict[str, str], places: Places, **options: object) -> Vantage:
    return read_vantage(environ, places, addresses=lambda: OWN, **options)  # type: ignore[arg-type] # test values


def test_outside_a_cluster_the_vantage_is_local(places: Places) -> None:
    seen = read({"HOSTNAME": "laptop"}, places)
    assert (seen.kind, seen.node, seen.namespace, seen.pod) == (VantageKind.LOCAL, None, None, None)
    assert seen.host
    assert seen.addresses == OWN


def test_resolvers_and_hosts_are_the_files(places: Places) -> None:
    seen = read({}, places)
    assert seen.resolvers == (Peer(address=ip_address("10.0.0.10"), port=53),)
    assert seen.hosts == (HostsLine(name="localhost", address=ip_address("127.0.0.1")),)


def test_a_machine_without_those_files_has_the_local_resolver_and_no_hosts(tmp_path: Path) -> None:
    bare = Places(resolv_conf=tmp_path / "a", hosts=tmp_path / "b", service_account=tmp_path / "c")
    seen = read({}, bare)
    assert [str(peer) for peer in seen.resolvers] == ["127.0.0.1:53"]
    assert seen.hosts == ()


def test_given_resolvers_replace_the_configured_ones(places: Places) -> None:
    given = Peer(address=ip_address("2001:db8::53"), port=5353)
    assert read({}, places, dns_servers=(given,)).resolvers == (given,)


def test_a_pod_is_named_by_its_host_name(places: Places) -> None:
    seen = read(POD, places)
    assert (seen.kind, seen.pod) == (VantageKind.POD, "preflight-x7k2p")


def test_the_namespace_is_the_service_accounts(places: Places) -> None:
    places.service_account.mkdir()
    (places.service_account / "namespace").write_text("mdc")
    assert read(POD, places).namespace == "mdc"


def test_the_job_says_where_its_pod_runs(places: Places) -> None:
    told = {
        "PREFLIGHT_NODE_NAME": "aks-pool-1",
        "PREFLIGHT_POD_NAME": "preflight-abcde",
        "PREFLIGHT_POD_NAMESPACE": "preflight",
    }
    seen = read(POD | told, places)
    assert (seen.node, seen.pod, seen.namespace) == ("aks-pool-1", "preflight-abcde", "preflight")


@pytest.mark.parametrize("said", ["1", "true", "True"])
def test_a_pod_on_the_nodes_network_is_another_vantage(said: str, places: Places) -> None:
    seen = read(POD | {"PREFLIGHT_HOST_NETWORK": said}, places)
    # HOSTNAME is the node's there.
    assert (seen.kind, seen.pod) == (VantageKind.HOST_NETWORK_POD, None)


@pytest.mark.parametrize("said", ["", "0", "false"])
def test_any_other_pod_has_its_own_network(said: str, places: Places) -> None:
    assert read(POD | {"PREFLIGHT_HOST_NETWORK": said}, places).kind is VantageKind.POD


def test_host_network_outside_a_pod_means_nothing(places: Places) -> None:
    assert read({"PREFLIGHT_HOST_NETWORK": "true"}, places).kind is VantageKind.LOCAL


@pytest.mark.parametrize("name", ["\x1b]0;x\x07", "a" * 254, ""])
def test_what_is_no_name_counts_as_absent(name: str, places: Places) -> None:
    assert read(POD | {"PREFLIGHT_NODE_NAME": name}, places).node is None


def test_proxies_come_from_the_environment(places: Places) -> None:
    seen = read({"HTTPS_PROXY": "http://env:1", "NO_PROXY": "a,b"}, places)
    assert (str(seen.https_proxy), seen.http_proxy, seen.no_proxy) == (
        "http://env:1",
        None,
        ("a", "b"),
    )


def test_a_given_proxy_replaces_both_and_leaves_no_proxy(places: Places) -> None:
    seen = read({"HTTPS_PROXY": "socks5://unusable", "NO_PROXY": "a"}, places, proxy=PROXY)
    assert (seen.http_proxy, seen.https_proxy, seen.no_proxy) == (PROXY, PROXY, ("a",))


def test_without_proxy_the_environment_is_not_even_read(places: Places) -> None:
    seen = read({"HTTPS_PROXY": "socks5://unusable", "NO_PROXY": "a"}, places, without_proxy=True)
    assert (seen.http_proxy, seen.https_proxy, seen.no_proxy) == (None, None, ())


def test_an_unusable_proxy_variable_is_a_usage_error(places: Places) -> None:
    with pytest.raises(UsageError, match="HTTP_PROXY"):
        read({"HTTP_PROXY": "http://host/path"}, places)


def test_no_credentials_are_in_the_vantages_text(places: Places) -> None:
    seen = read({"HTTPS_PROXY": "http://ann:hunter2@proxy:3128"}, places)
    assert seen.https_proxy is not None
    assert seen.https_proxy.credentials is not None
    assert "hunter2" not in repr(seen)


def test_the_source_address_of_a_route_is_found_without_sending() -> None:
    assert leaving_addresses(("127.0.0.1", "::1")) == ()  # loopback is no way out


@pytest.mark.allow_hosts(["0.0.0.0", "255.255.255.255"])
def test_without_a_route_there_is_no_address() -> None:
    # Connecting to the broadcast address needs an option that is not set: the kernel refuses.
    assert leaving_addresses(("255.255.255.255",)) == ()


@pytest.mark.allow_hosts(["192.0.2.1", "2001:db8::1"])
def test_at_most_one_address_per_family_leaves() -> None:
    found: tuple[Address, ...] = leaving_addresses()
    versions = [address.version for address in found]
    assert versions in ([], [4], [6], [4, 6])
    assert not any(address.is_loopback for address in found)
