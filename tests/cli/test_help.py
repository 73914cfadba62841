"""What people read first: help that fits, examples that work, and what the shell offers."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.shell_completion import BashComplete, CompletionItem

from preflight.cli.group import COMMANDS, cli
from preflight.cli.report import DIFFERENCE_FORMATS
from preflight.report import FORMATS


def commands(
    command: click.Command = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group, with the words by which it is called."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))


EVERY = {" ".join(path): command for path, command in commands()}


def help_of(path: str) -> str:
    command, root = EVERY[path], click.Context(cli, **cli.context_settings)
    name = f"defender-preflight {path}"
    return command.get_help(click.Context(command, parent=root, info_name=name, terminal_width=80))


def examples(path: str) -> list[str]:
    return re.findall(r"^ +defender-preflight (.*)$", help_of(path), re.MULTILINE)


@pytest.mark.parametrize("path", EVERY)
def test_help_fits_80_columns(path: str) -> None:
    assert [line for line in help_of(path).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("path", EVERY)
def test_help_has_an_example(path: str) -> None:
    assert examples(path) != []


@pytest.mark.parametrize(
    ("path", "example"), [(path, example) for path in EVERY for example in examples(path)]
)
def test_examples_are_understood(path: str, example: str) -> None:
    words = shlex.split(example.partition(" | ")[0])
    length = max(n for n in range(1, len(words) + 1) if " ".join(words[:n]) in EVERY)
    called, rest = " ".join(words[:length]), words[length:]

    assert called.startswith(path)
    assert not isinstance(EVERY[called], click.Group)
    EVERY[called].make_context(called, rest, parent=click.Context(cli, **cli.context_settings))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_command_says_of_itself(name: str) -> None:
    said = (EVERY[name].help or "").split("\n\n")[0]

    assert COMMANDS[name][1] == said


@pytest.mark.parametrize("path", EVERY)
def test_options_of_one_name_have_one_form(path: str) -> None:
    """`-o` is `--output`, repeatable, with a format and a file, wherever it is."""
    for option in EVERY[path].params:
        if "-o" in option.opts:
            assert option.opts == ["-o", "--output"]
            assert option.make_metavar(click.Context(EVERY[path])) == "FORMAT[=FILE]"
            assert isinstance(option, click.Option)
            assert option.multiple


class TestCompletion:
    """As a shell asks for it."""

    @staticmethod
    def offered(typed: str, begun: str = "") -> list[CompletionItem]:
        shell = BashComplete(cli, {}, "defender-preflight", "_DEFENDER_PREFLIGHT_COMPLETE")
        return shell.get_completions(typed.split(), begun)

    @pytest.mark.parametrize(
        "typed",
        [
            *("report show", "report diff", "report diff old.json", "endpoints validate"),
            *("check --ca-file", "check --cluster-ca-file", "check --catalog"),
            *("endpoints list --catalog", "endpoints show --catalog"),
        ],
    )
    def test_offers_files_where_a_file_is_wanted(self, typed: str) -> None:
        (item,) = self.offered(typed, "folder/be")

        assert (item.type, item.value) == ("file", "folder/be")

    @pytest.mark.parametrize(
        ("typed", "formats"),
        [
            ("check -o", tuple(FORMATS)),
            ("demo -o", tuple(FORMATS)),
            ("report show x.json --output", tuple(FORMATS)),
            ("report diff --output", DIFFERENCE_FORMATS),
            ("endpoints list -o", ("table", "json", "csv")),
            ("endpoints show -o", ("table", "json")),
        ],
    )
    def test_offers_the_formats_that_there_are(self, typed: str, formats: tuple[str, ...]) -> None:
        assert [item.value for item in self.offered(typed)] == list(formats)

    def test_offers_the_ids_of_the_catalogue(self) -> None:
        (item,) = self.offered("endpoints show", "mdc-sensor-api-p")

        assert item.value == "mdc-sensor-api-public"

    @pytest.mark.parametrize("command", ["check", "endpoints list"])
    def test_offers_its_components_once_each(self, command: str) -> None:
        assert [item.value for item in self.offered(f"{command} --component", "a")] == [
            *("aks-base", "aks-extensions", "arc-agents", "azure-policy"),
        ]
