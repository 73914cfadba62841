"""README says what the code and the catalogue say."""

from preflight.catalog.load import load
from preflight.model.diagnosis import Cause
from tests.readme_tables import README, TABLES, written

TEXT = README.read_text(encoding="utf-8")


def test_its_tables_are_up_to_date() -> None:
    """`python -m tests.readme_tables` writes them anew."""
    assert all(f"<!-- {name} -->" in TEXT for name in TABLES)
    assert written(TEXT) == TEXT


def test_it_names_every_cause_of_the_contract() -> None:
    assert [cause for cause in Cause if f"`{cause}`" not in TEXT] == []


def test_it_states_the_catalogues_size_and_date() -> None:
    catalog = load()
    assert f"{len(catalog.entries)} entries" in TEXT
    assert f"as of {catalog.version}" in TEXT.replace("\n", " ")


def test_it_has_every_exit_code() -> None:
    for code in (0, 1, 2, 3, 4, 130):
        assert f"| {code} | " in TEXT
