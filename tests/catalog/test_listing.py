"""Entries as a table, a history, JSON, CSV, and one in full."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from preflight.catalog import listing
from preflight.catalog.load import load
from preflight.model.endpoint import Catalog, Cloud, Entry, Environment, Port, Protocol, Requirement

FOLDER = Path(__file__).parents[2] / "endpoints"
WIDTH = 100


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(folder=FOLDER)


@pytest.fixture(scope="module")
def by_id(catalog: Catalog) -> dict[str, Entry]:
    return {entry.id: entry for entry in catalog.entries}


def ids(catalog: Catalog, wanted: listing.Filter) -> set[str]:
    return {entry.id for entry in catalog.entries if wanted.holds(entry)}


def test_an_empty_filter_holds_for_all(catalog: Catalog) -> None:
    assert len(ids(catalog, listing.Filter())) == len(catalog.entries)


def test_every_criterion_narrows(catalog: Catalog) -> None:
    wanted = listing.Filter(
        environment=Environment.GKE,
        cloud=Cloud.USGOV,
        components=("defender-sensor", "image-pull"),
        requirement=Requirement.REQUIRED,
    )
    assert ids(catalog, wanted) == {"mcr-rest", "mcr-data"}
    assert ids(
        catalog, replace(wanted, environment=None, cloud=None, components=("defender-sensor",))
    ) == {"mdc-sensor-api-public"}


def test_since_holds_for_what_changed_on_that_day_or_later(catalog: Catalog) -> None:
    assert "mdc-legacy-ods-china" in ids(catalog, listing.Filter(since=date(2026, 8, 18)))
    assert ids(catalog, listing.Filter(since=date(2026, 8, 19))) == {"mdc-sensor-api-public"}


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_table_fits_its_width_and_names_every_entry(catalog: Catalog, width: int) -> None:
    lines = listing.as_table(catalog, catalog.entries, width).splitlines()
    assert max(map(len, lines)) <= width
    assert lines[0] == "Catalogue of 2026-11-23: 169 of 169 entries"
    if width == WIDTH:
        shown = {line.split()[0] for line in lines if line}
        assert {entry.id for entry in catalog.entries} <= shown
        assert not any("..." in line for line in lines)


def test_the_table_has_one_heading_for_each_place(catalog: Catalog) -> None:
    headings = [
        line
        for line in listing.as_table(catalog, catalog.entries, WIDTH).splitlines()
        if line.endswith(":")
    ]
    assert len(headings) == len(set(headings))
    assert "image-pull, every cloud, every environment:" in headings
    assert "aks-base, public usgov, aks:" in headings


def test_an_empty_table_says_so(catalog: Catalog) -> None:
    assert listing.as_table(catalog, (), WIDTH).splitlines()[-1] == "No entry matches."


def test_placeholders_stay_visible(catalog: Catalog) -> None:
    assert "{region}.obo.arc.azure.com" in listing.as_table(catalog, catalog.entries, WIDTH)


def test_what_is_informational_is_not_shown_as_a_requirement(by_id: dict[str, Entry]) -> None:
    assert listing.requirement_of(by_id["arc-portal-public"]) == "info only"
    assert listing.requirement_of(by_id["mcr-rest"]) == "required"


@pytest.mark.parametrize(
    ("ports", "shown"),
    [
        ([(443, Protocol.HTTPS)], "443"),
        ([(443, Protocol.HTTPS), (443, Protocol.WSS)], "443+wss"),
        ([(80, Protocol.HTTP)], "80/http"),
        ([(443, Protocol.HTTPS), (53, Protocol.UDP), (53, Protocol.TCP)], "443 53/udp+tcp"),
    ],
)
def test_ports_are_short(
    by_id: dict[str, Entry], ports: list[tuple[int, Protocol]], shown: str
) -> None:
    having = tuple(Port(number=number, protocol=protocol) for number, protocol in ports)
    assert listing.ports_of(replace(by_id["mcr-rest"], ports=having)) == shown


def test_the_history_is_newest_first_and_leaves_out_what_was_before(catalog: Catalog) -> None:
    text = listing.as_history(catalog, catalog.entries, date(2025, 10, 26), WIDTH)
    days = [line for line in text.splitlines() if line[:1] == "2"]
    assert days == sorted(days, reverse=True)
    assert days[-1] == "2025-10-26"
    assert "gone from the EKS, GKE and Arc page" in text
    assert "announced" not in text
    assert max(map(len, text.splitlines())) <= WIDTH


def test_json_holds_every_field(catalog: Catalog) -> None:
    document = json.loads(listing.as_json(catalog, catalog.entries))
    assert document["catalog_version"] == "2026-11-23"
    (entry,) = [row for row in document["entries"] if row["id"] == "mdc-sensor-api-public"]
    assert set(entry) == set(Entry.__dataclass_fields__)
    assert entry["ports"] == [{"port": 443, "protocol": "https"}]
    assert entry["answer"]["statuses"] == [[200, 209]]
    assert entry["changes"][0] == {"on": "2025-07-03", "what": "on the AKS page for the first time"}
    assert entry["sources"][0]["dated"] == "2026-04-16"


def test_one_entry_in_json_is_what_the_list_has(catalog: Catalog, by_id: dict[str, Entry]) -> None:
    (listed,) = json.loads(listing.as_json(catalog, [by_id["mcr-data"]]))["entries"]
    assert json.loads(listing.entry_as_json(by_id["mcr-data"])) == listed


def test_csv_has_a_row_for_each_entry(catalog: Catalog) -> None:
    rows = list(csv.DictReader(io.StringIO(listing.as_csv(catalog.entries), newline="")))
    assert [row["id"] for row in rows] == [entry.id for entry in catalog.entries]
    (row,) = [row for row in rows if row["id"] == "arc-relay-public"]
    assert row["ports"] == "443/https 443/wss"
    assert row["features"] == "cluster-connect custom-locations"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_csv_is_a_formula(by_id: dict[str, Entry], start: str) -> None:
    hostile = replace(by_id["mcr-rest"], purpose=f"{start}HYPERLINK(1)")
    (row,) = csv.DictReader(io.StringIO(listing.as_csv([hostile]), newline=""))
    assert row["purpose"] == f"'{start}HYPERLINK(1)"


def detail(entry: Entry) -> str:
    return " ".join(listing.as_detail(entry, WIDTH).split())


def test_the_detail_tells_how_to_supply_each_placeholder(by_id: dict[str, Entry]) -> None:
    text = detail(by_id["mon-ingest-public"])
    assert "{region}: --region NAME;" in text
    assert "{dce_id}: --set dce_id=VALUE;" in text


def test_the_detail_tells_what_an_open_path_answers(by_id: dict[str, Entry]) -> None:
    assert "GET /v2/ answers 200, 429; has the header docker-distribution-api-version" in detail(
        by_id["mcr-rest"]
    )
    assert "GET /ping answers 200; begins with 'Healthy'; known from: third-party" in detail(
        by_id["mon-handler-global-public"]
    )
    assert "GET / answers with any status" in detail(by_id["arc-arm-public"])
    assert "open path nothing documented" in detail(by_id["aks-ntp"])


def test_the_detail_tells_who_vouches_for_the_peer(by_id: dict[str, Entry]) -> None:
    assert "issued by Microsoft Corporation or DigiCert Inc" in detail(by_id["mcr-rest"])
    assert "issued by the cluster's own CA" in detail(by_id["eks-apiserver"])
    assert "issuers unknown" in detail(by_id["eks-sts"])


def test_the_detail_has_sources_with_their_dates_and_changes(by_id: dict[str, Entry]) -> None:
    text = detail(by_id["mdc-legacy-ods-public"])
    assert "2025-10-26 gone from the EKS, GKE and Arc page" in text
    assert (
        "Outbound network and FQDN rules for AKS clusters, 2026-06-18: https://learn.microsoft.com/"
        in text
    )


def test_the_detail_says_why_there_is_no_host(by_id: dict[str, Entry]) -> None:
    assert (
        "hosts none: none documented; a layer request to mcr.azure.cn redirects to one"
        in detail(by_id["mcr-data-china"])
    )


def test_the_detail_says_that_an_entry_is_informational(by_id: dict[str, Entry]) -> None:
    assert "conditional (informational: never more than a remark)" in detail(
        by_id["aks-vm-agent-blob"]
    )


def test_every_entry_can_be_shown_within_its_width(catalog: Catalog) -> None:
    for entry in catalog.entries:
        long = [line for line in listing.as_detail(entry, WIDTH).splitlines() if len(line) > WIDTH]
        assert all(line.split()[-1].startswith("https://") for line in long), entry.id
