"""What somebody may have meant."""

from preflight.catalog.suggestion import suggestion, unknown


def test_a_near_miss_is_asked_back() -> None:
    assert suggestion("regin", ["region", "location"]) == "; did you mean 'region'?"
    assert suggestion("zzz", ["region"]) == ""


def test_an_unknown_name_comes_with_all_that_there_are() -> None:
    known = ["table", "json"]
    assert unknown("jsn", known, "the formats") == (
        "is unknown; did you mean 'json'? The formats are table, json"
    )
    assert unknown("x", known, "the formats") == "is unknown; the formats are table, json"


def test_a_huge_word_costs_no_time() -> None:
    assert suggestion("x" * 10_000_000, ["region"]) == ""
