"""What the shell offers for a word that is half typed: files, formats, and names that the catalogue knows."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from preflight.model.endpoint import Entry

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def file(context: click.Context, parameter: click.Parameter, begun: str) -> "list[CompletionItem]":  # noqa: ARG001 - click's signature
    """The files that the shell itself would offer."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(begun, type="file")]


def one_of(names: Iterable[str]) -> Complete:
    """Those of `names` that begin so."""

    def complete(
        context: click.Context,  # noqa: ARG001 - click's signature
        parameter: click.Parameter,  # noqa: ARG001 - as above
        begun: str,
    ) -> "list[CompletionItem]":
        return _beginning(begun, names)

    return complete


def entry_id(
    context: click.Context,  # noqa: ARG001 - click's signature
    parameter: click.Parameter,  # noqa: ARG001 - as above
    begun: str,
) -> "list[CompletionItem]":
    """The ids of the shipped catalogue that begin so."""
    return _beginning(begun, (entry.id for entry in _shipped()))


def component(
    context: click.Context,  # noqa: ARG001 - click's signature
    parameter: click.Parameter,  # noqa: ARG001 - as above
    begun: str,
) -> "list[CompletionItem]":
    """The components of the shipped catalogue that begin so."""
    return _beginning(begun, dict.fromkeys(entry.component for entry in _shipped()))


def _beginning(begun: str, names: Iterable[str]) -> "list[CompletionItem]":
    # Only here: nothing but a shell that completes needs it.
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(begun)]


def _shipped() -> "tuple[Entry, ...]":
    from preflight.catalog.load import load

    return load().entries
