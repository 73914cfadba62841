"""The shipped catalogue: valid, complete, sourced, and what its documentation says."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from preflight.catalog import parse, schema
from preflight.catalog.load import examine, load
from preflight.catalog.placeholders import PLACEHOLDERS, names_in
from preflight.catalog.shipped import Tables
from preflight.model.endpoint import (
    Catalog,
    Cloud,
    Entry,
    Environment,
    Protocol,
    Requirement,
    Trust,
)

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "endpoints"
FACTS = ROOT.parent / "shared" / "facts" / "endpoints.yaml"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(folder=FOLDER)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_file_is_valid(file: Path) -> None:
    assert examine(file, folder=FOLDER)[1] == ()


def test_every_file_holds_the_component_it_is_named_for(catalog: Catalog) -> None:
    assert {entry.file for entry in catalog.entries} == {file.name for file in FILES} - {
        "catalog.yaml"
    }
    assert all(entry.file == f"{entry.component}.yaml" for entry in catalog.entries)


def test_ids_are_unique_and_fit_a_table(catalog: Catalog) -> None:
    counted = Counter(entry.id for entry in catalog.entries)
    assert max(counted.values()) == 1
    assert max(map(len, counted)) <= 28


def test_every_entry_has_a_dated_source(catalog: Catalog) -> None:
    for entry in catalog.entries:
        assert entry.sources, entry.id
        assert all(re.search(r"\b20\d\d\b", source.dated) for source in entry.sources), entry.id


def test_every_source_is_used(catalog: Catalog) -> None:
    files = [(file, file.read_bytes()) for file in FILES]
    shipped, _ = parse.shipped(files)
    used = {source.key for entry in catalog.entries for source in entry.sources}
    assert used == set(shipped.tables.sources)


@pytest.mark.parametrize("cloud", [Cloud.PUBLIC, Cloud.USGOV])
@pytest.mark.parametrize("environment", Environment)
def test_every_environment_has_a_profile_where_the_service_exists(
    catalog: Catalog, environment: Environment, cloud: Cloud
) -> None:
    here = [e for e in catalog.entries if environment in e.environments and cloud in e.clouds]
    components = {entry.component for entry in here}
    assert {"defender-sensor", "image-pull"} <= components
    assert ("arc-agents" in components) == (environment is not Environment.AKS)
    assert any(entry.requirement is Requirement.REQUIRED for entry in here)


def test_china_says_that_the_service_was_retired(catalog: Catalog) -> None:
    notices = dict(catalog.notices)
    assert "2026-08-18" in notices[Cloud.CHINA]
    assert set(notices) == {Cloud.CHINA}


def test_no_retired_cloud_requires_anything_of_the_sensor(catalog: Catalog) -> None:
    sensor = [
        e for e in catalog.entries if e.component == "defender-sensor" and Cloud.CHINA in e.clouds
    ]
    assert {entry.requirement for entry in sensor} == {Requirement.LEGACY}


def test_what_is_poorly_supported_is_never_more_than_a_remark(catalog: Catalog) -> None:
    assert all(entry.informational for entry in catalog.entries if entry.confidence == "low")


def test_api_servers_are_judged_by_the_clusters_own_authority(catalog: Catalog) -> None:
    servers = [
        e for e in catalog.entries
        if "{api_server_fqdn}" in e.hosts and e.ports[0].protocol is Protocol.HTTPS
    ]  # fmt: skip
    assert len(servers) == 4
    assert all(entry.trust is Trust.CLUSTER for entry in servers)
    assert all(entry.trust is Trust.PUBLIC for entry in catalog.entries if entry not in servers)


def test_issuers_are_named_for_the_hosts_that_the_sensor_needs(catalog: Catalog) -> None:
    needed = [
        e for e in catalog.entries if e.component == "defender-sensor" or e.id.startswith("mcr-")
    ]
    assert {entry.issuers for entry in needed} == {("Microsoft Corporation", "DigiCert Inc")}


@pytest.mark.parametrize(
    "suffix",
    [
        ".amazonaws.com",
        ".ubuntu.com",
        ".k8s.io",
        "nvidia.com",
        "github.io",
        "docker.com",
        ".pkg.dev",
    ],
)
def test_issuers_stay_unknown_where_no_source_names_them(catalog: Catalog, suffix: str) -> None:
    theirs = [entry for entry in catalog.entries if entry.fqdn.endswith(suffix)]
    assert theirs
    assert all(entry.issuers == () for entry in theirs)


def test_the_new_endpoint_family_and_the_end_of_the_old_one_are_dated(catalog: Catalog) -> None:
    changes = {e.id: [change.on.isoformat() for change in e.changes] for e in catalog.entries}
    assert "2025-11-01" in changes["mdc-sensor-api-public"]
    assert "2026-09-30" in changes["mdc-sensor-api-public"]
    assert (
        changes["mdc-legacy-ods-public"][0] == changes["mdc-legacy-oms-public"][0] == "2025-10-23"
    )


def test_no_placeholder_is_unused(catalog: Catalog) -> None:
    used = {name for e in catalog.entries for text in (*e.hosts, e.fqdn) for name in names_in(text)}
    assert used == set(PLACEHOLDERS)


def test_the_readme_describes_every_key() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `(\w+)` ", readme, re.MULTILINE))
    keys = {*schema.ENTRY_KEYS, *schema.ANSWER_KEYS, *schema.SHARED_KEYS}
    assert described == keys
    assert all(f"{{{name}}}" in readme for name in PLACEHOLDERS)


def test_the_examples_of_the_readme_are_valid() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    assert len(examples) == 2
    shipped, _ = parse.shipped([(file, file.read_bytes()) for file in FILES])
    for example in examples:
        entries, problems = parse.added(Path("README.md"), example.encode(), shipped.tables, {})
        assert entries
        assert problems == ()


# --- against the facts it was made from ---


def facts() -> Iterator[dict[str, Any]]:
    if not FACTS.exists():
        return
    content = yaml.load(
        FACTS.read_bytes(), Loader=yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    )
    for row in content["endpoints"]:
        if row["confidence"] in {"high", "medium"}:
            row["environments"] = (
                [*Environment] if row["environments"] == ["any"] else row["environments"]
            )
            yield row


needs_facts = pytest.mark.skipif(not FACTS.exists(), reason="the folder with the facts is not here")


def covers(entry: Entry, row: dict[str, Any]) -> bool:
    return (
        entry.fqdn == row["fqdn"].lower()
        and {(p["port"], p["protocol"]) for p in row["ports"]}
        <= {(p.number, p.protocol) for p in entry.ports}
        and set(row["clouds"]) <= set(entry.clouds)
        and set(row["environments"]) <= set(entry.environments)
        and set(row["probe_hosts"] or ()) == set(entry.hosts)
        and set(row["service_tags"]) <= set(entry.service_tags)
        and set(row["sources"]) <= {source.key for source in entry.sources}
        and entry.confidence == row["confidence"]
    )


@needs_facts
@pytest.mark.parametrize("row", list(facts()), ids=lambda row: row["id"])
def test_every_well_supported_fact_has_its_entry(catalog: Catalog, row: dict[str, Any]) -> None:
    assert any(covers(entry, row) for entry in catalog.entries)


@needs_facts
def test_everything_always_required_is_required(catalog: Catalog) -> None:
    required = [e for e in catalog.entries if e.requirement is Requirement.REQUIRED]
    always = [row for row in facts() if row["required"] == "always"]
    missing = {row["id"] for row in always if not any(covers(entry, row) for entry in required)}
    # A CNAME target that no client names: only a filter of DNS answers can block it. See image-pull.yaml.
    assert missing == {"mcr-msedge"}


# --- what may go wrong in the folder itself ---

SHARED = b"version: 2026-01-02\nsources: {page: {title: a, date: 2026}}\nnotices: {china: gone}\n"
ENTRY = b"""\
component: one
entries:
  - {id: one, fqdn: a.example, clouds: any, environments: any, requirement: required, purpose: x, sources: [page]}
"""


def found(**files: bytes) -> list[str]:
    named = [(Path(f"{name}.yaml"), data) for name, data in files.items()]
    return [str(problem) for problem in parse.shipped(named)[1]]


def test_a_sound_folder_has_no_problems() -> None:
    assert found(catalog=SHARED, one=ENTRY) == []


def test_an_entry_without_sources_is_refused_in_the_shipped_catalogue_alone() -> None:
    unsourced = ENTRY.replace(b", sources: [page]", b"")
    assert found(catalog=SHARED, one=unsourced) == [
        "one.yaml:3: sources: missing for one: the shipped catalogue states where it knows it from"
    ]
    assert parse.added(Path("ours.yaml"), unsourced, Tables(), {})[1] == ()


def test_an_id_used_in_two_files_is_refused() -> None:
    assert found(catalog=SHARED, one=ENTRY, two=ENTRY) == [
        "two.yaml:3: id: 'one' is already used in one.yaml"
    ]


def test_a_folder_without_its_shared_file_is_refused() -> None:
    assert found(one=ENTRY) == ["catalog.yaml:1: file: empty"]


@pytest.mark.parametrize(
    ("shared", "problem"),
    [
        (b"sources: {}\n", "catalog.yaml:1: version: missing"),
        (b"version: soon\n", "catalog.yaml:1: version: 'soon' is no date such as 2026-11-23"),
        (b"version: 2026-01-02\nnotices: {mars: x}\n", "catalog.yaml:2: notices.mars: unknown key"),
        (b"version: 2026-01-02\nzzz: []\n", "catalog.yaml:2: zzz: unknown key"),
    ],
)
def test_a_wrong_shared_file_is_named_with_its_line_and_key(shared: bytes, problem: str) -> None:
    assert found(catalog=shared, one=ENTRY)[0] == problem
