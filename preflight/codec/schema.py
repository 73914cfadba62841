"""Checks a document against the committed JSON Schema."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any


class Misfit(Exception):  # noqa: N818 - it is a place in a document, and the codec's own
    """A place in the document and what is wrong there; never leaves the codec."""

    def __init__(self, problem: str, *path: str | int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.path = path

    def below(self, key: str | int) -> "Misfit":
        """Return the same misfit as seen from the object or list that holds it under `key`."""
        return Misfit(self.problem, key, *self.path)

    @property
    def pointer(self) -> str:
        """RFC 6901 JSON pointer; `/` alone stands for the whole document, as people write it."""
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in self.path)
        return "/" + "/".join(steps)


REPORT_SCHEMA = "report.schema.json"
FLEET_SCHEMA = "fleet.schema.json"
COMPACT_SCHEMA = "compact.schema.json"
"""Files beside the package's own."""


ITEM = re.compile(r'"([^"\n]*)"\.format\(\*\*locals\(\)\)')
"""The name of an item, as fastjsonschema 2 writes it; where another version does not, nothing is replaced."""


def check(document: Any, schema: str) -> None:
    """Return when the document keeps to the schema of that name.

    Raises:
        Misfit: the first place where it does not.
    """
    from fastjsonschema import JsonSchemaValueException  # only reading a saved report needs it

    try:
        _validator(schema)(document)
    except JsonSchemaValueException as error:
        raise Misfit(_problem(error.message, error.name or "data"), *error.path[1:]) from None


@cache
def _validator(schema: str) -> Callable[[Any], object]:
    """The schema compiled; the files are part of the program, so a fault in one may rise as it is.

    The compiler's code gathers every local variable to name each item of a list, also where nothing is wrong with it, which takes two
    fifths of the time; an f-string gives the same name.
    """
    import fastjsonschema

    code = fastjsonschema.compile_to_code(_load(schema), handlers={"": _load}, use_default=False)
    names: dict[str, Any] = {}
    exec(ITEM.sub(r'f"\1"', code), names)  # noqa: S102 - made of our own schema alone, as the compiler does itself
    validate: Callable[[Any], object] = names["validate"]
    return validate


def _load(name: str) -> Any:
    """The schema in that file; a reference from one to another names the file alone."""
    import json
    from importlib.resources import files

    return json.loads(files("preflight").joinpath(name).read_text(encoding="utf-8"))


def _problem(message: str, name: str) -> str:
    """Say it without the validator's name for the place, in printable ASCII, at a bounded length."""
    text = message.removeprefix(name).strip()
    line = text.encode("ascii", "backslashreplace").decode()
    printable = "".join(char if char.isprintable() else "?" for char in line)
    return printable if len(printable) <= 240 else printable[:239] + "~"
