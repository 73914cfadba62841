"""What a pod knows of its cluster."""

from pathlib import Path

import pytest

from preflight.model.endpoint import Environment
from preflight.vantage import (
    Places,
    api_server_host,
    cluster_ca_file,
    detect_environment,
    standard_places,
)
from preflight.vantage.cluster import AZURE_CHASSIS, in_pod
from preflight.vantage.places import read_text

IN_POD = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A machine that tells nothing."""
    return Places(
        resolv_conf=tmp_path / "resolv.conf",
        hosts=tmp_path / "hosts",
        service_account=tmp_path / "serviceaccount",
        dmi=tmp_path / "dmi",
    )


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("host", "environment"),
    [
        ("demo-dns-1a2b3c4d.hcp.westeurope.azmk8s.io", Environment.AKS),
        ("Demo.HCP.westeurope.azmk8s.io.", Environment.AKS),
        ("demo.12345.privatelink.westeurope.azmk8s.io", Environment.AKS),
        ("demo.hcp.usgovvirginia.cx.aks.containerservice.azure.us", Environment.AKS),
        ("demo.hcp.chinaeast2.cx.prod.service.azk8s.cn", Environment.AKS),
        ("0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com", Environment.EKS),
        ("evil-azmk8s.io", None),
        ("azmk8s.io.example", None),
        ("10.0.0.1", None),
    ],
)
def test_the_api_servers_name_tells_the_environment(
    host: str, environment: Environment | None, places: Places
) -> None:
    assert detect_environment({"KUBERNETES_SERVICE_HOST": host}, places) is environment


@pytest.mark.parametrize(
    ("vendor", "chassis", "environment"),
    [
        ("Microsoft Corporation", AZURE_CHASSIS, Environment.AKS),
        ("Amazon EC2", "i-0123456789abcdef0", Environment.EKS),
        ("Google", "", Environment.GKE),
        ("Microsoft Corporation", "1234-5678", None),
        ("Dell Inc.", "", None),
        ("Google Cloud Imitation", "", None),
    ],
)
def test_the_nodes_maker_tells_the_environment_of_a_pod(
    vendor: str, chassis: str, environment: Environment | None, places: Places
) -> None:
    write(places.dmi, "sys_vendor", f"{vendor}\n")
    write(places.dmi, "chassis_asset_tag", f"{chassis}\n")
    assert detect_environment(IN_POD, places) is environment


def test_the_api_servers_name_comes_before_the_maker(places: Places) -> None:
    write(places.dmi, "sys_vendor", "Google\n")
    named = {"KUBERNETES_SERVICE_HOST": "x.gr7.eu-west-1.eks.amazonaws.com"}
    assert detect_environment(named, places) is Environment.EKS


def test_outside_a_pod_the_maker_of_the_machine_tells_nothing(places: Places) -> None:
    write(places.dmi, "sys_vendor", "Google\n")
    assert detect_environment({}, places) is None


@pytest.mark.parametrize(
    "environ", [IN_POD, {"PREFLIGHT_POD_NAME": "preflight-abcde"}], ids=["service host", "our Job"]
)
def test_a_pod_is_known_by_its_environment(environ: dict[str, str], places: Places) -> None:
    assert in_pod(environ, places)


def test_a_pod_is_known_by_its_service_account(places: Places) -> None:
    assert not in_pod({}, places)
    write(places.service_account, "namespace", "mdc")
    assert in_pod({}, places)


def test_a_service_account_file_without_a_word_is_none(places: Places) -> None:
    write(places.service_account, "namespace", "\x1b[31m")
    assert not in_pod({}, places)


@pytest.mark.parametrize(
    ("told", "host"),
    [
        ("Demo.hcp.westeurope.azmk8s.io", "demo.hcp.westeurope.azmk8s.io"),
        ("10.0.0.1", "10.0.0.1"),
        ("FD00::1", "fd00::1"),
        ("", None),
        ("not a host", None),
    ],
)
def test_the_api_server_is_the_one_pods_are_told(told: str, host: str | None) -> None:
    assert api_server_host({"KUBERNETES_SERVICE_HOST": told}) == host


def test_outside_a_pod_no_api_server_is_told() -> None:
    assert api_server_host({}) is None


def test_the_clusters_authorities_are_offered_where_they_are_mounted(places: Places) -> None:
    assert cluster_ca_file(places) is None
    write(places.service_account, "ca.crt", "-----BEGIN CERTIFICATE-----\n")
    assert cluster_ca_file(places) == places.service_account / "ca.crt"


def test_windows_keeps_its_hosts_file_below_the_system_root() -> None:
    hosts = standard_places({"SystemRoot": "/w"}, system="nt").hosts
    assert hosts == Path("/w/System32/drivers/etc/hosts")


def test_elsewhere_the_places_are_the_usual_ones() -> None:
    assert standard_places({"SystemRoot": "/w"}, system="posix").hosts == Path("/etc/hosts")


def test_of_a_file_that_is_too_long_only_whole_lines_are_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("one\ntwo\nthree\n")
    assert read_text(file, 14) == "one\ntwo\nthree\n"
    assert read_text(file, 10) == "one\ntwo\n"
    assert read_text(file, 2) == ""


def test_a_folder_in_a_files_place_is_no_file(tmp_path: Path) -> None:
    assert read_text(tmp_path, 10) is None
