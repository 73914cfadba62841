"""What one run saw, as JSON and back: the plan, the evidence, and what else the diagnosis was given.

The form follows the types of `preflight.model` by itself. A dataclass is an object of its fields without those that have their
default; where a field may hold one of several, `type` names it. Bytes are base64, addresses and instants are text. Reading is
strict: a field that is unknown, missing or of another type is refused, so that no recording means something else than it meant.
"""

import base64
import json
from collections.abc import Hashable
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from preflight.model.evidence import Evidence
from preflight.model.plan import Check, Plan, Route, ViaProxy
from preflight.model.profile import Waiver
from preflight.model.vantage import Credentials

WIDTH = 120
"""Characters of the text of a value that is written on one line."""
TYPE = "type"
"""The key that names the class where a field may hold one of several."""
STAND_IN = Credentials(user="user", password="password")
"""In place of credentials: that there were some matters to the diagnosis, which ones they were does not."""


class UnreadableError(ValueError):
    """A recording that does not have the form of today's values; the text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Everything that the diagnosis of one run was given."""

    plan: Plan
    evidence: tuple[Evidence, ...]
    waivers: tuple[Waiver, ...] = ()
    today: date


def dumps(recording: Recording) -> str:
    """The recording as JSON text with a line break at its end."""
    return _laid_out(encode(recording, Recording), "") + "\n"


def _laid_out(data: Any, indent: str) -> str:
    """JSON with a line for whatever fits on one, so that a change to one observation is a change to its lines."""
    line = json.dumps(data, allow_nan=False)
    if len(line) <= WIDTH or not isinstance(data, dict | list):
        return line
    inner = indent + " "
    if isinstance(data, dict):
        parts = [f"{json.dumps(key)}: {_laid_out(held, inner)}" for key, held in data.items()]
        return f"{{\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}}}"
    return f"[\n{inner}" + f",\n{inner}".join(_laid_out(h, inner) for h in data) + f"\n{indent}]"


def loads(text: str) -> Recording:
    """The recording that `dumps` wrote; UnreadableError for anything else."""
    try:
        data = json.loads(text)
    except ValueError as trouble:
        raise UnreadableError(f"no JSON: {trouble}") from trouble
    decoded: Recording = decode(data, Recording, "$")
    return decoded


def harmless(recording: Recording) -> Recording:
    """The recording without what must not be kept: credentials, and the sources of the catalogue, which only fill the file."""
    plan = recording.plan
    return replace(
        recording,
        plan=replace(
            plan,
            endpoints=tuple(replace(each, sources=()) for each in plan.endpoints),
            checks=tuple(map(_without_credentials, plan.checks)),
        ),
        evidence=tuple(
            replace(each, check=_without_credentials(each.check)) for each in recording.evidence
        ),
    )


def _without_credentials(check: Check) -> Check:
    return replace(
        check,
        route=_masked(check.route),
        alternative=_masked(check.alternative) if check.alternative else None,
    )


def _masked(route: Route) -> Route:
    if not isinstance(route, ViaProxy) or route.proxy.credentials is None:
        return route
    return ViaProxy(replace(route.proxy, credentials=STAND_IN))


def encode(value: Any, hint: Any) -> Any:
    """The value as what JSON can hold; `hint` is the type that its field promises."""
    if isinstance(value, tuple):
        return [
            encode(part, inner) for part, inner in zip(value, _parts(hint, len(value)), strict=True)
        ]
    if is_dataclass(value):
        named = {TYPE: type(value).__name__} if len(_classes(hint)) > 1 else {}
        return named | _fields_of(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, IPv4Address | IPv6Address) else value


def _fields_of(value: Any) -> dict[str, Any]:
    hints = _hints(value.__class__)
    return {
        field.name: encode(held, hints[field.name])
        for field in fields(value)
        if (held := getattr(value, field.name)) != _default(field)
    }


def decode(data: Any, hint: Any, where: str) -> Any:
    """The value of the type that `hint` promises; UnreadableError says `where` the data are anything else."""
    if NoneType in _choices(hint) and data is None:
        return None
    if get_origin(hint) is tuple:
        items = _expect(data, list, where)
        return tuple(
            decode(item, inner, f"{where}[{index}]")
            for index, (item, inner) in enumerate(
                zip(items, _parts(hint, len(items), where), strict=True)
            )
        )
    if classes := _classes(hint):
        return _decode_object(_expect(data, dict, where), classes, where)
    return _decode_plain(data, hint, where)


def _decode_object(data: dict[str, Any], classes: dict[str, type], where: str) -> Any:
    given = dict(data)
    name = given.pop(TYPE, None) if len(classes) > 1 else next(iter(classes))
    if name not in classes:
        raise UnreadableError(f"{where}: {TYPE} is {name!r}, not one of {', '.join(classes)}")
    made, known = classes[name], {field.name: field for field in fields(classes[name])}
    missing = {
        name for name, field in known.items() if name not in given and _default(field) is MISSING
    }
    if wrong := missing | (given.keys() - known.keys()):
        raise UnreadableError(f"{where}: missing or unknown: {', '.join(sorted(wrong))}")
    hints = _hints(made)
    return made(**{key: decode(held, hints[key], f"{where}.{key}") for key, held in given.items()})


def _decode_plain(data: Any, hint: Any, where: str) -> Any:
    kinds = [kind for kind in _choices(hint) if kind is not NoneType]
    if set(kinds) == {IPv4Address, IPv6Address}:
        return _made(ip_address, _expect(data, str, where), where)
    (kind,) = kinds
    if issubclass(kind, Enum):
        return _made(kind, _expect(data, str, where), where)
    if issubclass(kind, date):  # datetime is one
        return _made(kind.fromisoformat, _expect(data, str, where), where)
    if kind is bytes:
        return _made(_from_base64, _expect(data, str, where), where)
    return _expect(data, kind, where)


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _made(make: Any, data: Any, where: str) -> Any:
    try:
        return make(data)
    except ValueError as trouble:
        raise UnreadableError(f"{where}: {trouble}") from trouble


def _expect(data: Any, kind: type, where: str) -> Any:
    if type(data) is not kind:  # no bool for an int
        raise UnreadableError(f"{where}: {type(data).__name__} in place of {kind.__name__}")
    return data


def _choices(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if isinstance(hint, UnionType) else (hint,)


def _classes(hint: Any) -> dict[str, type]:
    """The dataclasses that may stand here, by name."""
    return {
        kind.__name__: kind
        for kind in _choices(hint)
        if isinstance(kind, type) and is_dataclass(kind)
    }


def _parts(hint: Any, size: int, where: str = "$") -> tuple[Any, ...]:
    """The types of a tuple's members."""
    of = next(kind for kind in _choices(hint) if get_origin(kind) is tuple)
    inner = get_args(of)
    if inner[-1] is Ellipsis:
        return inner[:1] * size
    if len(inner) != size:
        raise UnreadableError(f"{where}: {size} members in place of {len(inner)}")
    return inner


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)
