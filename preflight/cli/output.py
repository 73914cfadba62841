"""Where text goes, standard output or files, and how it looks there.

`check_writable` before a run, `write` after it. Files appear whole or not at all. Whatever is not a terminal gets UTF-8; a terminal
gets its own encoding. A reader who leaves early, as `head` does, is no error.
"""

import errno
import os
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from preflight.errors import UsageError
from preflight.report import PLAIN, Style, render
from preflight.report.escape import printable

if TYPE_CHECKING:
    from preflight.model.fleet import FleetReport  # not needed before there is one
    from preflight.model.report import Report

Output = tuple[str, Path | None]
"""A format, and the file for it; None means standard output."""

SIGNS = "✓✗…→·"
"""What a table shows where the reader can."""
NARROWEST, WIDEST = 60, 100
"""Columns."""


def places(texts: Sequence[str], formats: Collection[str]) -> tuple[Output, ...]:
    """Return the formats and places that were typed, each known to be writable; without any, a table to standard output.

    Raises:
        UsageError: a format is unknown, or a place cannot be written to.
    """
    from preflight.cli import arguments  # not needed for help

    found = tuple(arguments.output(text, formats=formats) for text in texts or ("table",))
    check_writable(found)
    return found


def check_writable(outputs: Iterable[Output]) -> None:
    """Return when everything can be written as far as can be known before a run.

    Raises:
        UsageError: two formats have one destination, or a file's folder is missing or not writable.
    """
    seen: set[str] = set()
    for name, path in outputs:
        place = _place(path) if path else "standard output"
        if place in seen:
            raise UsageError(f"--output {name}: {_shown(path)} can take one format only")
        seen.add(place)
        _check_file(path) if path else _standard_output()


def _place(path: Path) -> str:
    try:
        return os.path.realpath(path)
    except OSError as error:  # the current folder was deleted
        raise UsageError(f"{_shown(path)}: {error.strerror}") from None


def write(report: "Report | FleetReport", outputs: Iterable[Output]) -> None:
    """Write the report in every format to its place.

    Raises:
        UsageError: a place could not be written to; the others were.
    """
    write_each(outputs, lambda name, style: _rendered(report, name, style))


def _rendered(report: "Report | FleetReport", name: str, style: Style) -> str:
    if name != "html":
        return render(report, name, style)
    from preflight.cli.page import page  # every dialect of the rules it holds is loaded with it

    return page(report)


def write_each(outputs: Iterable[Output], rendered: Callable[[str, Style], str]) -> None:
    """Write what `rendered` gives for each format and the style of its place."""
    troubles: list[UsageError] = []
    for name, path in outputs:
        try:
            if path:
                _write_file(path, rendered(name, PLAIN))
            else:
                stream = _standard_output()
                style = style_of(stream, os.environ)
                _write_stream(stream, rendered(name, style))
        except UsageError as trouble:  # the other places still get what was measured
            troubles.append(trouble)
    if troubles:
        raise troubles[0]


def _standard_output() -> TextIO:
    """Return standard output, of which Python knows nothing where its descriptor was closed (`>&-`)."""
    stream: TextIO | None = getattr(sys, "stdout", None)
    if stream is None:
        raise UsageError("standard output is closed; name a file: --output FORMAT=FILE")
    return stream


def style_of(stream: TextIO, environ: Mapping[str, str]) -> Style:
    """Return how text may look on this stream."""
    terminal = stream.isatty()
    return Style(
        colour=terminal and _understands_colour(environ),
        unicode=_can_show(stream, SIGNS),
        width=_width(stream, environ) if terminal else WIDEST,
        one_line=not terminal,
    )


def _understands_colour(environ: Mapping[str, str]) -> bool:
    """NO_COLOR as in no-color.org: set and not empty. Old Windows consoles print the codes instead of obeying them."""
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return sys.platform != "win32" or bool(
        {"WT_SESSION", "ANSICON", "ConEmuANSI", "TERM"} & environ.keys()
    )


def _can_show(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _width(stream: TextIO, environ: Mapping[str, str]) -> int:
    """Return the terminal's columns within bounds; COLUMNS where the terminal does not say."""
    try:
        width = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):  # ValueError: a stream without a descriptor
        width = 0
    stated = environ.get("COLUMNS", "")
    width = width or (int(stated) if stated.isdecimal() and len(stated) < 6 else WIDEST)
    return min(max(width, NARROWEST), WIDEST)


def _write_stream(stream: TextIO, text: str) -> None:
    try:
        _put(stream, text)
        stream.flush()
    except OSError as error:
        _silence(stream)
        if not _is_closed_pipe(error):
            raise UsageError(f"standard output cannot be written to: {error.strerror}") from None


def _put(stream: TextIO, text: str) -> None:
    """Write bytes where nobody shows them, so that neither code page nor line ends change; else what the terminal can show."""
    if stream.isatty() or not hasattr(stream, "buffer"):
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    else:
        stream.flush()
        stream.buffer.write(text.encode("utf-8", "backslashreplace"))


def _is_closed_pipe(error: OSError) -> bool:
    """EINVAL is how Windows says that the reader of a pipe left (Python issue 35754)."""
    return isinstance(error, BrokenPipeError) or (
        sys.platform == "win32" and error.errno == errno.EINVAL
    )


def _silence(stream: TextIO) -> None:
    """Lead what is still buffered to nowhere: at exit Python would flush it and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)


def _check_file(path: Path) -> None:
    try:
        folder = os.path.realpath(path.parent)
        if path.is_dir():
            raise UsageError(f"{_shown(path)}: is a folder; name a file in it")
        if not Path(folder).is_dir():
            raise UsageError(f"{_shown(path)}: the folder {_shown(path.parent)} does not exist")
        if not os.access(path if path.exists() else folder, os.W_OK):
            raise UsageError(f"{_shown(path)}: no permission to write there")
    except OSError as error:
        raise UsageError(f"{_shown(path)}: {error.strerror}") from None


def _write_file(path: Path, text: str) -> None:
    data = text.encode("utf-8", "backslashreplace")
    try:
        if _must_stay(path):
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise UsageError(f"{_shown(path)}: cannot be written: {error.strerror}") from None


def _must_stay(path: Path) -> bool:
    """Say whether the file itself must be written to: a device, a pipe, or a file in a folder that takes no new ones."""
    return path.exists() and (
        not path.is_file() or not os.access(os.path.realpath(path.parent), os.W_OK)
    )


def _replace(path: Path, data: bytes) -> None:
    """Write beside the file and rename, so that nobody ever reads half a report; permissions stay those it had."""
    draft = path.with_name(f".{path.name[:200]}.{os.getpid()}.tmp")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            draft.chmod(path.stat().st_mode & 0o7777)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _shown(path: Path | None) -> str:
    return printable(str(path)) if path else "standard output"


def note(remark: str) -> None:
    """Say something beside the report: on standard error, in one line, whatever a file or a cluster wrote into it."""
    import click

    click.echo(f"Note: {printable(remark)}", err=True)
