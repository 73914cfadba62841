"""Loading: the compiled copy where it is up to date, else the YAML; users' files on top; every problem named."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from preflight import locate
from preflight.catalog import compiled
from preflight.catalog.load import compile_folder, examine, load, validate
from preflight.errors import CatalogError

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "endpoints"
OURS = """\
component: ours
entries:
  - {id: ours, fqdn: registry.example.com, clouds: any, environments: any, requirement: required, purpose: Images}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue without its compiled form."""
    copy = tmp_path / "endpoints"
    copy.mkdir()
    for file in SHIPPED.glob("*.yaml"):
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


def compile_(folder: Path) -> Path:
    packed = folder / compiled.FILE
    packed.write_text(compile_folder(folder), encoding="utf-8")
    return packed


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_compiled_copy_equals_the_yaml(folder: Path) -> None:
    from_yaml = load(folder=folder)
    compile_(folder)
    assert load(folder=folder) == from_yaml


def test_the_compiled_copy_is_what_is_read_while_it_is_up_to_date(folder: Path) -> None:
    packed = compile_(folder)
    edit(packed, "Image layers, from a CDN", "Compiled layers, from a CDN")
    entries = {entry.id: entry for entry in load(folder=folder).entries}
    assert entries["mcr-data"].purpose.startswith("Compiled layers")


def test_the_compiled_copy_spares_the_yaml_library(folder: Path) -> None:
    compile_(folder)
    program = (
        "import sys; from pathlib import Path; from preflight.catalog.load import load; "
        f"load(folder=Path({str(folder)!r})); print('yaml' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_stale_compiled_copy_is_ignored(folder: Path) -> None:
    compile_(folder)
    edit(folder / "image-pull.yaml", "Image layers, from a CDN", "Edited layers, from a CDN")
    entries = {entry.id: entry for entry in load(folder=folder).entries}
    assert entries["mcr-data"].purpose.startswith("Edited layers")


def test_a_new_file_makes_the_compiled_copy_stale(folder: Path) -> None:
    compile_(folder)
    (folder / "ours.yaml").write_text(
        OURS.replace("Images}", "Images, sources: [aks-egress]}"), encoding="utf-8"
    )
    assert "ours" in {entry.id for entry in load(folder=folder).entries}


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"digest": 1}', "\x00"])
def test_a_damaged_compiled_copy_is_ignored(folder: Path, damage: str) -> None:
    whole = load(folder=folder)
    (folder / compiled.FILE).write_text(damage, encoding="utf-8")
    assert load(folder=folder) == whole


@pytest.mark.parametrize(
    ("old", "new"),
    [('"public"', '"mars"'), ('"entries":[[', '"entries":[[1],['), ('"version"', '"v"')],
)
def test_a_compiled_copy_with_the_right_digest_and_wrong_content_is_ignored(
    folder: Path, old: str, new: str
) -> None:
    whole = load(folder=folder)
    edit(compile_(folder), old, new)
    assert load(folder=folder) == whole


def test_nothing_is_compiled_from_an_invalid_folder(folder: Path) -> None:
    edit(folder / "pki.yaml", "component: pki", "component: pki\nzzz: 1")
    with pytest.raises(CatalogError) as caught:
        compile_folder(folder)
    assert (caught.value.file.name, caught.value.key) == ("pki.yaml", "zzz")


def test_an_invalid_folder_is_not_loaded(folder: Path) -> None:
    edit(folder / "catalog.yaml", "version: 2026-11-23", "version: soon")
    with pytest.raises(CatalogError, match=r"catalog.yaml:\d+: version: 'soon' is no date"):
        load(folder=folder)


def test_a_users_entries_follow_the_shipped_ones(folder: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours.yaml"
    ours.write_text(OURS, encoding="utf-8")
    shipped = load(folder=folder)
    both = load([ours], folder=folder)
    assert both.entries[:-1] == shipped.entries
    assert both.entries[-1].fqdn == "registry.example.com"
    assert (both.version, both.notices) == (shipped.version, shipped.notices)


def test_a_users_file_may_cite_the_shipped_sources_and_issuers_of_a_compiled_copy(
    folder: Path, tmp_path: Path
) -> None:
    compile_(folder)
    ours = tmp_path / "ours.yaml"
    ours.write_text(
        OURS.replace("Images}", "Images, sources: [aks-egress], issuers: microsoft}"),
        encoding="utf-8",
    )
    entry = load([ours], folder=folder).entries[-1]
    assert entry.sources[0].title == "Outbound network and FQDN rules for AKS clusters"
    assert entry.issuers == ("Microsoft Corporation", "DigiCert Inc")


def test_two_users_files_may_not_share_an_id(folder: Path, tmp_path: Path) -> None:
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for file in files:
        file.write_text(OURS, encoding="utf-8")
    with pytest.raises(CatalogError, match=r"b.yaml:3: id: 'ours' is already used in a.yaml"):
        load(files, folder=folder)


def test_a_users_id_may_not_be_a_shipped_one(folder: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours.yaml"
    ours.write_text(OURS.replace("id: ours", "id: mcr-data"), encoding="utf-8")
    with pytest.raises(
        CatalogError, match=r"ours.yaml:3: id: 'mcr-data' is already used in image-pull.yaml"
    ):
        load([ours], folder=folder)


def test_the_first_problem_stops_loading_and_the_others_are_counted(
    folder: Path, tmp_path: Path
) -> None:
    ours = tmp_path / "ours.yaml"
    ours.write_text(OURS + "zzz: 1\nyyy: 2\n", encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        load([ours], folder=folder)
    assert (caught.value.line, caught.value.key) == (4, "zzz")
    assert caught.value.problem == "unknown key (and 1 more: see endpoints validate)"


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_a_file_that_cannot_be_read_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    (problem,) = validate(tmp_path / name, folder=folder)
    assert (problem.line, problem.key) == (1, "file")
    assert problem.problem.startswith("cannot be read: ")
    with pytest.raises(CatalogError, match="cannot be read"):
        load([tmp_path / name], folder=folder)


def test_all_problems_of_a_file_come_in_order_of_lines(folder: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours.yaml"
    ours.write_text("zzz: 1\n" + OURS.replace("any,", "mars,") + "yyy: 2\n", encoding="utf-8")
    assert [problem.line for problem in validate(ours, folder=folder)] == [1, 4, 4, 5]


def test_a_file_of_the_folder_itself_is_judged_with_its_neighbours(folder: Path) -> None:
    entries, problems = examine(folder / "image-pull.yaml", folder=folder)
    assert len(entries) == 5
    assert problems == ()


def test_only_the_problems_of_the_file_asked_for_are_given(folder: Path) -> None:
    edit(folder / "pki.yaml", "component: pki", "component: pki\nzzz: 1")
    assert validate(folder / "image-pull.yaml", folder=folder) == ()
    assert [problem.key for problem in validate(folder / "pki.yaml", folder=folder)] == ["zzz"]


def test_a_missing_catalogue_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locate, "folder", lambda name: None)
    with pytest.raises(CatalogError, match="the catalogue is missing from this installation"):
        load()


# --- where the folder is ---


def test_the_packaged_copy_comes_before_the_checkout(tmp_path: Path) -> None:
    package = tmp_path / "preflight"
    (tmp_path / "endpoints").mkdir(parents=True)
    package.mkdir()
    assert locate.folder("endpoints", package) == tmp_path / "endpoints"
    (package / "_endpoints").mkdir()
    assert locate.folder("endpoints", package) == package / "_endpoints"


def test_a_folder_that_is_nowhere_is_none(tmp_path: Path) -> None:
    assert locate.folder("endpoints", tmp_path) is None


def test_a_package_that_is_not_on_disk_is_asked_through_its_loader(tmp_path: Path) -> None:
    packaged = ROOT / "preflight" / "_endpoints"
    expected = packaged if packaged.is_dir() else None
    assert locate.folder("endpoints", tmp_path / "gone.zip" / "preflight") == expected
    assert locate.folder("model", tmp_path / "gone.zip" / "preflight") is None


def test_this_installation_has_its_catalogue() -> None:
    assert locate.folder("endpoints") == SHIPPED
    assert load().entries


def test_a_zip_that_holds_the_package_holds_the_catalogue(folder: Path, tmp_path: Path) -> None:
    compile_(folder)
    archive = tmp_path / "preflight.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for file in (ROOT / "preflight").rglob("*.py"):
            target.write(file, file.relative_to(ROOT))
        for file in folder.iterdir():
            target.write(file, f"preflight/_endpoints/{file.name}")
    program = (
        "import sys; from preflight import locate; from preflight.catalog.load import load; "
        "print(len(load().entries), 'yaml' in sys.modules, locate.folder('job'), locate.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(archive)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [
        str(len(load().entries)),
        "False",
        "None",
        str(archive / "preflight" / "locate.py"),
    ]


# --- when the project is built ---


def test_the_build_compiles_the_catalogue(folder: Path) -> None:
    pytest.importorskip("hatchling", reason="the build back end is not installed here")
    assert run_hook(folder.parent).returncode == 0
    assert (folder / compiled.FILE).read_text(encoding="utf-8") == compile_folder(folder)


def test_an_invalid_catalogue_stops_the_build(folder: Path) -> None:
    pytest.importorskip("hatchling", reason="the build back end is not installed here")
    edit(folder / "pki.yaml", "component: pki", "component: pki\nzzz: 1")
    done = run_hook(folder.parent)
    assert done.returncode == 1
    assert "pki.yaml:6: zzz: unknown key" in done.stderr
    assert not (folder / compiled.FILE).exists()


def run_hook(root: Path) -> subprocess.CompletedProcess[str]:
    """Runs the build hook on the catalogue folder in `root`, with a link to the code beside it."""
    (root / "preflight").symlink_to(ROOT / "preflight")
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from hatch_build import CatalogHook; "
        f"CatalogHook({str(root)!r}, {{}}, None, None, '', 'wheel').initialize('standard', {{}})"
    )
    return subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
