"""The catalogue as JSON, made when the project is built: much faster to load than the YAML it stands for.

It is used only while its digest is that of the YAML beside it, so an edited YAML file always wins.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from preflight import __version__
from preflight.catalog.shipped import Shipped, Tables
from preflight.model.endpoint import (
    Answer,
    Catalog,
    Change,
    Cloud,
    Entry,
    Environment,
    Port,
    Protocol,
    Requirement,
    SensorPath,
    Source,
    Support,
    Trust,
)

FILE = ".compiled.json"
"""Its name in the catalogue folder."""
FORMAT = 1
"""To be raised whenever the JSON, or what a YAML file means, changes."""


def digest(files: Iterable[tuple[str, bytes]]) -> str:
    """Returns the SHA-256 over names and contents of the YAML files, in hex."""
    # 3 ms to import
    import hashlib

    total = hashlib.sha256(f"{FORMAT} {__version__}\n".encode())
    for name, data in sorted(files):
        total.update(f"{name} {len(data)}\n".encode())
        total.update(data)
    return total.hexdigest()


def dump(shipped: Shipped, digest_of_files: str) -> str:
    """Returns the JSON text; `load` is its inverse."""
    import json

    catalog, tables = shipped.catalog, shipped.tables
    cited = [source for entry in catalog.entries for source in entry.sources]
    sources = {
        source: index
        for index, source in enumerate(dict.fromkeys([*tables.sources.values(), *cited]))
    }
    document = {
        "digest": digest_of_files,
        "version": catalog.version.isoformat(),
        "notices": catalog.notices,
        "sources": [[s.key, s.title, s.url, s.dated] for s in sources],
        "shared": len(tables.sources),
        "issuers": tables.issuers,
        "entries": [_row(entry, sources) for entry in catalog.entries],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def load(text: bytes, digest_of_files: str) -> Shipped | None:
    """Returns the catalogue in the JSON text; None when it was made from other YAML files, or is damaged."""
    import json

    try:
        document = json.loads(text)
        return _shipped(document) if document["digest"] == digest_of_files else None
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _row(entry: Entry, sources: dict[Source, int]) -> list[Any]:
    """Returns the entry's fields in their order; `_entry` reads them in the same one."""
    answer = entry.answer
    return [
        entry.id,
        entry.fqdn,
        entry.hosts,
        entry.obtained,
        [(port.number, port.protocol) for port in entry.ports],
        entry.clouds,
        entry.environments,
        entry.component,
        entry.requirement,
        entry.features,
        entry.condition,
        entry.sensor,
        entry.informational,
        entry.purpose,
        (answer.path, answer.statuses, answer.header, answer.body, answer.basis),
        entry.issuers,
        entry.trust,
        entry.service_tags,
        entry.private_zones,
        entry.confidence,
        [(change.on.isoformat(), change.what) for change in entry.changes],
        entry.notes,
        [sources[source] for source in entry.sources],
        entry.file,
    ]


def _shipped(document: dict[str, Any]) -> Shipped:
    sources = [
        Source(key=key, title=title, url=url, dated=dated)
        for key, title, url, dated in document["sources"]
    ]
    catalog = Catalog(
        version=date.fromisoformat(document["version"]),
        entries=tuple(_entry(row, sources) for row in document["entries"]),
        notices=tuple((Cloud(cloud), text) for cloud, text in document["notices"]),
    )
    tables = Tables(
        sources={source.key: source for source in sources[: document["shared"]]},
        issuers={group: tuple(names) for group, names in document["issuers"].items()},
    )
    return Shipped(catalog=catalog, tables=tables)


def _entry(row: list[Any], sources: list[Source]) -> Entry:
    path, statuses, header, body, basis = row[14]
    return Entry(
        id=row[0],
        fqdn=row[1],
        hosts=tuple(row[2]),
        obtained=row[3],
        ports=tuple(
            Port(number=number, protocol=Protocol(protocol)) for number, protocol in row[4]
        ),
        clouds=tuple(map(Cloud, row[5])),
        environments=tuple(map(Environment, row[6])),
        component=row[7],
        requirement=Requirement(row[8]),
        features=tuple(row[9]),
        condition=row[10],
        sensor=SensorPath(row[11]) if row[11] else None,
        informational=row[12],
        purpose=row[13],
        answer=Answer(
            path=path,
            statuses=tuple((low, high) for low, high in statuses),
            header=header,
            body=body,
            basis=basis,
        ),
        issuers=tuple(row[15]),
        trust=Trust(row[16]),
        service_tags=tuple(row[17]),
        private_zones=tuple(row[18]),
        confidence=Support(row[19]),
        changes=tuple(Change(on=date.fromisoformat(on), what=what) for on, what in row[20]),
        notes=row[21],
        sources=tuple(sources[index] for index in row[22]),
        file=row[23],
    )
