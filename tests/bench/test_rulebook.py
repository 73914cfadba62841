"""The estate that `rules explain` is measured on is one that every engine recognises."""

from pathlib import Path

import pytest

from bench import rulebook
from bench.explanation import ENGINES
from preflight.model.flow import Destination, Flow
from preflight.objects import read
from preflight.policies import Inventory, explain, sensor


@pytest.fixture(params=["JSON", "YAML"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small estate."""
    monkeypatch.setattr(rulebook, "NETWORK_POLICIES", 100)
    for name in (
        "CILIUM_POLICIES",
        "CALICO_POLICIES",
        "SECURITY_RULES",
        "GROUP_RULES",
        "VPC_RULES",
    ):
        monkeypatch.setattr(rulebook, name, 5)
    monkeypatch.setattr(rulebook, "FIREWALL_RULES", 200)
    rulebook.write_rulebook(tmp_path, rulebook.FORMATS[request.param])
    return tmp_path


def test_every_engine_is_asked(folder: Path) -> None:
    documents = read([str(folder)])
    (source,) = sensor(Inventory(documents), None)
    (said,) = explain(documents, [Flow(source=source, destination=Destination(host="h0.test"))])
    assert {each.engine.value for each in said.path} == ENGINES


def test_it_has_the_size_that_the_figures_are_named_by() -> None:
    assert (rulebook.POLICIES, rulebook.RULES) == (10_000, 5_000)
