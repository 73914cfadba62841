"""Entries of the catalogue as people and programs want to see them: a table, JSON, CSV, or one entry in full. Pure.

Text in entries is printable already, the schema sees to that; what is left to do here is width and spreadsheets.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from textwrap import wrap

from preflight.catalog.placeholders import PLACEHOLDERS, names_in
from preflight.catalog.select.hosts import OPTIONS
from preflight.model.endpoint import (
    Catalog,
    Cloud,
    Entry,
    Environment,
    Port,
    Protocol,
    Requirement,
    Source,
)
from preflight.spreadsheet import cell

CSV_COLUMNS = (
    "id", "fqdn", "hosts", "ports", "component", "requirement", "informational", "clouds", "environments", "features",
    "condition", "purpose", "service_tags", "private_zones", "issuers", "confidence", "changes", "sources",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which entries are wanted; None and empty mean any."""

    environment: Environment | None = None
    cloud: Cloud | None = None
    components: tuple[str, ...] = ()
    requirement: Requirement | None = None
    since: date | None = None
    """Entries of which something changed on that day or later."""

    def holds(self, entry: Entry) -> bool:
        """Whether the entry is wanted."""
        return (
            (self.environment is None or self.environment in entry.environments)
            and (self.cloud is None or self.cloud in entry.clouds)
            and (not self.components or entry.component in self.components)
            and (self.requirement is None or self.requirement is entry.requirement)
            and (self.since is None or any(change.on >= self.since for change in entry.changes))
        )


def as_json(catalog: Catalog, entries: Iterable[Entry]) -> str:
    """Returns the entries, whole, with the date of the catalogue."""
    document = {
        "catalog_version": catalog.version.isoformat(),
        "entries": [_object(entry) for entry in entries],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def entry_as_json(entry: Entry) -> str:
    """Returns one entry, whole."""
    return json.dumps(_object(entry), indent=2, ensure_ascii=False) + "\n"


def as_csv(entries: Iterable[Entry]) -> str:
    """Returns a head row and one row for each entry; lists are joined by spaces, sources and changes by semicolons."""
    import csv
    import io

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    writer.writerows([cell(value, value) for value in _csv_row(entry)] for entry in entries)
    return text.getvalue()


def as_table(catalog: Catalog, entries: Sequence[Entry], width: int) -> str:
    """Returns the entries under a heading for each component and where it applies."""
    counted = f"{len(entries)} of {len(catalog.entries)} entries"
    lines = [f"Catalogue of {catalog.version.isoformat()}: {counted}"]
    if not entries:
        return "\n".join([*lines, "", "No entry matches."]) + "\n"
    rows = [(e.id, e.fqdn, ports_of(e), requirement_of(e)) for e in entries]
    widths = _widths([("ID", "FQDN", "PORT", "REQUIREMENT"), *rows], width)
    lines += ["", _row(("ID", "FQDN", "PORT", "REQUIREMENT"), widths)]
    places: dict[str, list[str]] = {}
    for entry, row in zip(entries, rows, strict=True):
        places.setdefault(_place(entry), []).append(_row(row, widths))
    for place, group in places.items():
        lines += ["", f"{place}:", *group]
    return "\n".join(lines) + "\n"


def as_history(catalog: Catalog, entries: Sequence[Entry], since: date, width: int) -> str:
    """Returns what changed since a day, newest first, with the entries that it concerns."""
    changes = [(c.on, c.what, e) for e in entries for c in e.changes if c.on >= since]
    lines = [
        f"Catalogue of {catalog.version.isoformat()}: {len(changes)} changes since {since.isoformat()}"
    ]
    changes.sort(key=lambda change: change[0], reverse=True)
    for on, group in groupby(changes, key=lambda change: change[0]):
        lines += ["", on.isoformat()]
        for _, what, entry in group:
            where = f"  {entry.id}  {entry.fqdn}  {' '.join(entry.clouds)}"
            lines += [
                _cut(where, width),
                *wrap(what, width, initial_indent="    ", subsequent_indent="    "),
            ]
    return "\n".join(lines) + "\n"


def as_detail(entry: Entry, width: int) -> str:
    """Returns everything that is known of one entry."""
    label = 16
    lines = [*wrap(entry.id, width), *_hanging(entry.purpose, "  ", width), ""]
    for name, texts in _details(entry):
        for index, text in enumerate(texts):
            head = f"  {name if index == 0 else '':<{label}}"
            lines += _hanging(text, head, width)
    return "\n".join(lines) + "\n"


def ports_of(entry: Entry) -> str:
    """Returns the ports in short: a bare number is HTTPS, as in `443`, `443+wss` or `80/http`."""
    numbers = {
        port.number: [p.protocol for p in entry.ports if p.number == port.number]
        for port in entry.ports
    }
    return " ".join(_port(number, protocols) for number, protocols in numbers.items())


def requirement_of(entry: Entry) -> str:
    """Returns the requirement; of an informational entry that it is never more than a remark."""
    return "info only" if entry.informational else entry.requirement.value


def _port(number: int, protocols: Sequence[Protocol]) -> str:
    if protocols[0] is Protocol.HTTPS:
        return "+".join([str(number), *protocols[1:]])
    return f"{number}/{'+'.join(protocols)}"


def _place(entry: Entry) -> str:
    clouds = "every cloud" if len(entry.clouds) == len(Cloud) else " ".join(entry.clouds)
    environments = (
        "every environment"
        if len(entry.environments) == len(Environment)
        else " ".join(entry.environments)
    )
    return f"{entry.component}, {clouds}, {environments}"


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Returns the width of each column; where they do not fit, the name gives way first, then the id."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for column, least in ((1, 20), (0, 12)):
        excess = sum(widths) + 2 * (len(widths) - 1) - width
        widths[column] -= max(0, min(excess, widths[column] - least))
    return widths


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(
        _cut(cell, size).ljust(size) for cell, size in zip(cells, widths, strict=True)
    ).rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(0, width - 3)] + "..."


def _hanging(text: str, head: str, width: int) -> list[str]:
    """Returns the text wrapped after `head`; names and addresses are never broken."""
    return wrap(
        text,
        max(width, len(head) + 20),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _details(entry: Entry) -> Iterator[tuple[str, Sequence[str]]]:
    yield "fqdn", [entry.fqdn]
    yield (
        "hosts",
        [*entry.hosts, f"({entry.obtained})"] if entry.hosts else [f"none: {entry.obtained}"],
    )
    yield (
        "placeholders",
        [_how_to_supply(name) for name in names_in(" ".join((*entry.hosts, entry.answer.path)))],
    )
    yield "ports", [" ".join(f"{port.number}/{port.protocol}" for port in entry.ports)]
    yield "component", [entry.component]
    yield (
        "requirement",
        [
            " ".join(
                (
                    entry.requirement,
                    "(informational: never more than a remark)" * entry.informational,
                )
            ).strip()
        ],
    )
    yield "condition", [entry.condition] if entry.condition else []
    yield "features", [", ".join(entry.features)] if entry.features else []
    yield "sensor", [entry.sensor.value] if entry.sensor else []
    yield "clouds", [", ".join(entry.clouds)]
    yield "environments", [", ".join(entry.environments)]
    yield "open path", [_answer(entry)]
    yield "certificates", [_trust(entry)]
    yield "service tags", [", ".join(entry.service_tags) or "none documented"]
    yield "private zones", list(entry.private_zones)
    yield "confidence", [entry.confidence.value]
    yield "changes", [f"{change.on.isoformat()} {change.what}" for change in entry.changes]
    yield "notes", [entry.notes] if entry.notes else []
    yield "sources", [_source(source) for source in entry.sources]
    yield "file", [entry.file]


def _how_to_supply(name: str) -> str:
    option = OPTIONS.get(name, f"--set {name}=VALUE")
    return f"{{{name}}}: {option}; {PLACEHOLDERS[name]}"


def _answer(entry: Entry) -> str:
    answer = entry.answer
    if not any(
        port.protocol in {Protocol.HTTPS, Protocol.HTTP, Protocol.WSS} for port in entry.ports
    ):
        return "nothing documented"
    statuses = ", ".join(
        str(low) if low == high else f"{low}-{high}" for low, high in answer.statuses
    )
    parts = [f"GET {answer.path} answers {statuses or 'with any status'}"]
    parts += [f"has the header {answer.header}"] if answer.header else []
    parts += [f"begins with {answer.body!r}"] if answer.body else []
    parts += [f"known from: {answer.basis}"] if answer.basis else []
    return "; ".join(parts)


def _trust(entry: Entry) -> str:
    if entry.trust == "cluster":
        return "issued by the cluster's own CA"
    return f"issued by {' or '.join(entry.issuers)}" if entry.issuers else "issuers unknown"


def _source(source: Source) -> str:
    return f"{source.title}, {source.dated}" + (f": {source.url}" if source.url else "")


def _object(entry: Entry) -> dict[str, object]:
    row = asdict(entry)
    row["ports"] = [_port_object(port) for port in entry.ports]
    row["changes"] = [{"on": c.on.isoformat(), "what": c.what} for c in entry.changes]
    return row


def _port_object(port: Port) -> dict[str, object]:
    return {"port": port.number, "protocol": port.protocol}


def _csv_row(entry: Entry) -> tuple[str, ...]:
    return (
        entry.id,
        entry.fqdn,
        " ".join(entry.hosts),
        " ".join(f"{port.number}/{port.protocol}" for port in entry.ports),
        entry.component,
        entry.requirement.value,
        "yes" if entry.informational else "no",
        " ".join(entry.clouds),
        " ".join(entry.environments),
        " ".join(entry.features),
        entry.condition,
        entry.purpose,
        " ".join(entry.service_tags),
        " ".join(entry.private_zones),
        "; ".join(entry.issuers),
        entry.confidence.value,
        "; ".join(f"{change.on.isoformat()} {change.what}" for change in entry.changes),
        "; ".join(f"{source.title} ({source.dated})" for source in entry.sources),
    )
