"""Untrusted JSON text → plain values, and how to walk them so that whatever is wrong is named with its place."""

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, NoReturn, TypeVar

from preflight.codec.schema import Misfit
from preflight.errors import ReportError
from preflight.model.vantage import Address

Json = dict[str, Any]
T = TypeVar("T")


def parse(text: str | bytes, limit: int) -> Any:
    """Return what the JSON text states.

    Raises:
        ReportError: it is larger than `limit` bytes, or not JSON; one line.
    """
    if len(text) > limit:
        raise ReportError(f"the report is larger than {limit // (1024 * 1024)} MiB")
    try:
        decoded = text.decode(json.detect_encoding(text)) if isinstance(text, bytes) else text
        return json.loads(
            decoded.removeprefix("\ufeff"),
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise ReportError(f"not JSON: byte {error.start} is not {error.encoding}") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ReportError(f"not JSON: {place}: {error.msg}") from None
    except RecursionError:
        raise ReportError("not a report: nested too deeply") from None
    except ValueError as error:  # a number with too many digits, NaN, a name given twice
        raise ReportError(f"not JSON: {error}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _object(pairs: list[tuple[str, Any]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has one name twice")
    return members


def field(raw: Any, key: str | int, convert: Callable[[Any], T]) -> T:
    """Convert one member or item; whatever is wrong below it is named with the way to it."""
    try:
        return convert(raw[key])
    except Misfit as misfit:
        raise misfit.below(key) from None
    except ValueError as error:
        raise Misfit(str(error), key) from None


def each(convert: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """Return what converts every item of a list. Only where one is wrong are they walked again, to name its place."""

    def converted(items: Any) -> tuple[T, ...]:
        try:
            return tuple(map(convert, items))
        except (Misfit, ValueError):
            return tuple(field(items, index, convert) for index in range(len(items)))

    return converted


def maybe(convert: Callable[[Any], T]) -> Callable[[Any], T | None]:
    """Return what converts anything but null."""
    return lambda raw: None if raw is None else convert(raw)


def seconds(milliseconds: float) -> float:
    """Return them to the microsecond."""
    return round(milliseconds / 1000, 6)


def instant(text: str) -> datetime:
    """Read what the schema's pattern let through; a day that no month has raises ValueError."""
    return datetime.fromisoformat(text)


def day(text: str) -> date:
    """Read a date; one that does not exist raises ValueError."""
    return date.fromisoformat(text)


@lru_cache(maxsize=4096)
def address(text: str) -> Address:
    """Read an address; what is none raises ValueError."""
    return ip_address(text)
