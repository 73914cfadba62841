"""Over every rule: its file, its page, its place."""

import pkgutil
import subprocess
import sys
from types import ModuleType

import pytest

from preflight.diagnosis import rules, unexplained
from preflight.diagnosis.manual import pages, read
from preflight.diagnosis.rules import ADDRESS_RULES, NAME_RULES, PAGES, PATH_RULES
from preflight.model.diagnosis import Cause

FILES = [module.name for module in pkgutil.iter_modules(rules.__path__)]


@pytest.mark.parametrize("file", FILES)
def test_every_file_is_named_after_a_cause(file: str) -> None:
    prefix, _, rest = file.partition("_")
    assert f"{prefix}.{rest}" in set(Cause)


def test_every_cause_has_a_file_and_a_page() -> None:
    assert set(pages()) == set(Cause)
    assert {cause.replace(".", "_") for cause in pages()} == set(FILES)


def test_pages_are_in_the_contracts_order() -> None:
    assert list(pages()) == [cause for cause in Cause if cause in pages()]


@pytest.mark.parametrize("module", PAGES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_rule_is_a_page_that_names_its_own_cause(module: ModuleType) -> None:
    page = read(module.__doc__ or "")
    name = module.__name__.rpartition(".")[2]
    assert page.cause.replace(".", "_") == name
    for paragraph in (page.seen, page.means, page.ask_for, page.confidence):
        assert paragraph.endswith(".")
        assert "\n" not in paragraph
    assert page.title[0].islower() or page.title.startswith("IPv6"), (
        "a title goes on after the code"
    )
    assert "->" in page.example or "presented" in page.example


def test_every_rule_is_asked() -> None:
    asked = {rule.__module__ for rule in (*NAME_RULES, *ADDRESS_RULES, *PATH_RULES)}
    assert {module.__name__ for module in PAGES} <= asked


def test_the_last_word_is_the_unexplained_one() -> None:
    assert ADDRESS_RULES[-1] is unexplained.explain
    assert PATH_RULES[-1] is unexplained.explain_path


@pytest.mark.parametrize(
    "text",
    [
        "tls.reset: title.\n\nSeen: x.",
        "tls.reset\n\nSeen: a\n\nMeans: b\n\nAsk for: c\n\nConfidence: d\n\nExample:\n    e",
    ],
)
def test_a_page_without_its_paragraphs_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a page has a title"):
        read(text)


DEMO = (sys.executable, "-OO", "-m", "preflight", "demo")


def test_without_docstrings_a_page_has_its_code_and_nothing_more() -> None:
    program = (
        "from preflight.diagnosis.manual import pages\n"
        "for page in pages().values(): print(page.cause, page.title, page.means, page.ask_for)"
    )
    ended = subprocess.run(
        (sys.executable, "-OO", "-c", program), capture_output=True, text=True, check=True
    )
    assert [line.split() for line in ended.stdout.splitlines()] == [[c, c] for c in pages()]


def test_without_docstrings_the_demo_still_reports_every_finding() -> None:
    ended = subprocess.run(DEMO, capture_output=True, text=True, check=False)
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr
    assert "tls.intercepted, confirmed" in ended.stdout
    assert "Ask for" not in ended.stdout
