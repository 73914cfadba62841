"""Which clusters the user has: in one line what is wrong, and never a token."""

from pathlib import Path

import pytest

from preflight.errors import KubeconfigError
from preflight.kube.kubeconfig import connect, contexts, namespace_of
from tests.fakes.api_server import ApiServer


@pytest.fixture
def file(tmp_path: Path) -> str:
    return ApiServer().kubeconfig(tmp_path)


def test_contexts_are_listed_with_the_current_one(file: str) -> None:
    assert contexts(file) == (("blue", "green"), "blue")


def test_the_current_context_is_taken_unless_another_is_named(file: str) -> None:
    assert connect(kubeconfig=file).context == "blue"
    assert connect(kubeconfig=file, context="green").context == "green"


def test_an_unknown_context_is_answered_with_those_that_there_are(file: str) -> None:
    with pytest.raises(
        KubeconfigError, match="--context 'red' is unknown; the contexts are blue, green"
    ):
        connect(kubeconfig=file, context="red")


def test_the_namespace_is_the_contexts_or_default(file: str) -> None:
    assert namespace_of(file) == "mdc"
    assert namespace_of(file, "green") == "default"


@pytest.mark.parametrize("content", ["", "a: [", "[]", "just text", "kind: Config\ncontexts: 7\n"])
def test_a_file_that_is_none_is_said_in_one_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "broken"
    file.write_text(content)
    with pytest.raises(KubeconfigError) as caught:
        connect(kubeconfig=str(file))

    assert "\n" not in str(caught.value).strip()


@pytest.mark.parametrize("content", ["[]", "just text"])
def test_what_is_no_kubeconfig_is_said_in_our_words(tmp_path: Path, content: str) -> None:
    file = tmp_path / "notes"
    file.write_text(content)
    with pytest.raises(KubeconfigError, match="notes: it is not a kubeconfig"):
        connect(kubeconfig=str(file))


def test_a_folder_is_no_kubeconfig(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match=f"{tmp_path}: cannot be read: Is a directory"):
        connect(kubeconfig=str(tmp_path))


def test_a_file_that_is_not_there_is_named_and_how_to_name_another(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match="nowhere: there is no such kubeconfig; name one"):
        connect(kubeconfig=str(tmp_path / "nowhere"))


def test_where_there_is_no_kubeconfig_at_all_the_place_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "unset"))
    with pytest.raises(KubeconfigError, match="unset: there is no such kubeconfig"):
        contexts()
