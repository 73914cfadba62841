"""What the three outputs share: sections, labelled lines, commands that can be copied, gaps."""

from collections.abc import Iterable, Iterator

from preflight.model.endpoint import Source
from preflight.model.sensor import Advice, Gap, Purpose
from preflight.report.layout import Ink, columns, fit, paint, wrap
from preflight.report.style import Style

LABEL = 12
"""Columns of a label and the space after it."""
MARKS = {Ink.GOOD: ("✓", "+"), Ink.BAD: ("✗", "X"), Ink.WARN: ("!", "!"), Ink.DIM: ("-", "-")}
"""With Unicode, and in ASCII."""


def title(text: str, style: Style) -> list[str]:
    """The first line, and the empty one after it."""
    return [paint(fit(text, style), Ink.BOLD, style), ""]


def section(text: str, style: Style) -> list[str]:
    """The head of a part, with an empty line on either side."""
    return ["", paint(text, Ink.BOLD, style), ""]


def labelled(pairs: Iterable[tuple[str, str]], style: Style) -> Iterator[str]:
    """One wrapped line for each label and text; pairs without text are left out."""
    for label, text in pairs:
        if text:
            yield from wrap(text, style, first=f"{label:<{LABEL}}", rest=" " * LABEL)


def marked(text: str, ink: Ink, style: Style) -> list[str]:
    """The text after a mark in that colour."""
    sign = MARKS[ink][0 if style.unicode else 1]
    first, *more = wrap(text, style, first=f"  {sign} ", rest="    ")
    return [first.replace(sign, paint(sign, ink, style), 1), *more]


def indented(text: str, style: Style, by: int = 4) -> list[str]:
    """The text wrapped, that many columns from the left."""
    return wrap(text, style, first=" " * by, rest=" " * by)


def command(text: str, style: Style, by: int = 4) -> list[str]:
    """A command on as many lines as it needs, each but the last ending as a shell wants it; words are never broken."""
    margin, lines = " " * by, [""]
    for piece in _pieces(fit(text, style), style.width - by - 4):
        joined = f"{lines[-1]} {piece}".strip()
        if lines[-1] and columns(joined) > style.width - by - 4:
            lines.append(piece)
        else:
            lines[-1] = joined
    first, *more = lines
    shown = [margin + first, *(f"{margin}  {line}" for line in more)]
    return [f"{line} \\" for line in shown[:-1]] + shown[-1:]


def _pieces(text: str, room: int) -> list[str]:
    """The command's words, an option together with its value where a line has room for both."""
    head, *rest = text.split(" --")
    found = []
    for piece in (head, *(f"--{each}" for each in rest)):
        found += [piece] if columns(piece) <= room else piece.rsplit(" ", 1)
    return found


def source(found: Source, style: Style, by: int = 4) -> list[str]:
    """Where something is documented, with the page's date."""
    where = f" {found.url}" if found.url else ""
    return indented(f"Source: {found.title} ({found.dated}).{where}", style, by)


def advice(found: Iterable[Advice], style: Style) -> Iterator[str]:
    """Documented commands under one head that says that none was run; nothing where there are none."""
    every = list(found)
    if not every:
        return
    yield from section("Commands: shown, never run", style)
    yield from indented("Fill in what stands in <angle brackets>.", style, by=2)
    for each in every:
        yield ""
        yield from indented(each.title, style, by=2)
        for line in each.lines:
            if each.purpose is Purpose.POLICIES:
                yield from wrap(line, style, first="    ", rest="      ")
            else:
                yield from command(line, style)
        yield from source(each.source, style)


def gaps(found: Iterable[Gap], style: Style) -> Iterator[str]:
    """What could not be looked at, and the right that it takes."""
    every = list(found)
    if not every:
        return
    yield from section("Could not be looked at", style)
    for gap in every:
        yield from marked(f"{gap.part}: {gap.reason}", Ink.WARN, style)
        if gap.needs:
            yield from indented(f"It takes the right to {gap.needs}.", style)


def text_of(lines: Iterable[str]) -> str:
    """The lines as one text that ends with a line end."""
    return "\n".join(line.rstrip() for line in lines) + "\n"
