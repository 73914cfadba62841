"""The schema of a catalogue file: which keys there are, what each holds, and what must agree.

`endpoints/README.md` describes it for people. Every function here reads on after a problem, so that one run names them all.
"""

from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from preflight.catalog import values
from preflight.catalog.fields import Fields, Problems, invalid, listing_of
from preflight.catalog.nodes import Listing, Mapping, Node, Scalar
from preflight.catalog.placeholders import PATTERN, names_in
from preflight.catalog.shipped import Tables
from preflight.model.endpoint import (
    Answer,
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

SHARED_KEYS = ("version", "sources", "issuers", "notices")
FILE_KEYS = ("component", "sources", "issuers", "defaults", "entries")
SOURCE_KEYS = ("title", "url", "date")
ANSWER_KEYS = ("path", "status", "header", "body", "basis")
ENTRY_KEYS = (
    "id",
    "fqdn",
    "hosts",
    "obtained",
    "ports",
    "clouds",
    "environments",
    "requirement",
    "features",
    "condition",
    "sensor",
    "informational",
    "purpose",
    "answer",
    "issuers",
    "trust",
    "service_tags",
    "private_zones",
    "confidence",
    "changes",
    "notes",
    "sources",
)
DEFAULT_KEYS = tuple(key for key in ENTRY_KEYS if key not in {"id", "fqdn", "hosts", "obtained"})
BASES = ("official-script", "official-doc", "third-party", "inferred")

_HTTPS = (Port(number=443, protocol=Protocol.HTTPS),)
_WITH_REQUEST = {Protocol.HTTPS, Protocol.HTTP, Protocol.WSS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What `catalog.yaml` holds."""

    version: date
    tables: Tables
    notices: tuple[tuple[Cloud, str], ...]


def shared(node: Node, problems: Problems) -> Shared:
    """Reads `catalog.yaml`."""
    fields = Fields(node, "", problems, SHARED_KEYS)
    version = fields.need("version", values.day, date.min)
    return Shared(
        version=version,
        tables=tables(fields, Tables(), problems),
        notices=_notices(fields, problems),
    )


def tables(fields: Fields, known: Tables, problems: Problems) -> Tables:
    """Returns `known` with the `sources` and `issuers` that a file defines itself."""
    sources = _table(fields, "sources", known.sources, problems)
    groups = _table(fields, "issuers", known.issuers, problems)
    own = {
        key: _source(key, node, sources.key(key), problems) for key, node in sources.nodes.items()
    }
    return Tables(
        sources={**known.sources, **own},
        issuers={
            **known.issuers,
            **{key: groups.get(key, _organisations, ()) for key in groups.nodes},
        },
    )


def entries(
    fields: Fields, file: str, known: Tables, problems: Problems
) -> tuple[tuple[Entry, int], ...]:
    """Returns the sound entries of a component's file, each with its line."""
    component = fields.need("component", values.slug, "")
    defaults = _defaults(fields, problems)
    node = fields.nodes.get("entries")
    if not isinstance(node, Listing) or not node.items:
        fields.report("must be a list of at least one entry" if node else "missing", "entries")
        return ()
    found = []
    for index, item in enumerate(node.items):
        before = len(problems.found)
        one = Fields(item, f"entries[{index}]", problems, ENTRY_KEYS)
        one.inherit(defaults)
        value = _entry(one, component, file, known, problems)
        if len(problems.found) == before:
            found.append((value, one.nodes["id"].line))
    return tuple(found)


def _entry(fields: Fields, component: str, file: str, known: Tables, problems: Problems) -> Entry:
    entry = Entry(
        id=fields.need("id", values.slug, ""),
        fqdn=(fqdn := fields.need("fqdn", values.fqdn, "")),
        hosts=fields.get("hosts", listing_of(values.host), (fqdn,)),
        obtained=fields.get("obtained", values.text, _as_documented(fqdn)),
        ports=fields.get("ports", _ports, _HTTPS),
        clouds=fields.need("clouds", values.choices(Cloud), ()),
        environments=fields.need("environments", values.choices(Environment), ()),
        component=component,
        requirement=fields.need("requirement", values.choice(Requirement), Requirement.REQUIRED),
        features=fields.get("features", listing_of(values.slug), ()),
        condition=fields.get("condition", values.text, ""),
        sensor=fields.get("sensor", values.choice(SensorPath), None),
        informational=fields.get("informational", values.flag, default=False),
        purpose=fields.need("purpose", values.text, ""),
        answer=_answer(fields, problems),
        issuers=fields.get("issuers", _issuers(known), ()),
        trust=fields.get("trust", values.choice(Trust), Trust.PUBLIC),
        service_tags=fields.get("service_tags", listing_of(values.service_tag), ()),
        private_zones=fields.get("private_zones", listing_of(values.zone), ()),
        confidence=fields.get("confidence", values.choice(Support), Support.HIGH),
        changes=_changes(fields, problems),
        notes=fields.get("notes", values.text, ""),
        sources=fields.get("sources", _sources(known), ()),
        file=file,
    )
    _check_hosts(entry, fields)
    _check_agreement(entry, fields)
    return entry


def _check_hosts(entry: Entry, fields: Fields) -> None:
    """Refuses names to probe that nobody explains, or that the documented rule would not open."""
    if not entry.fqdn:
        return
    if "*" in entry.fqdn and "hosts" not in fields.nodes:
        fields.report(
            "missing: fqdn has a wildcard, so name what to probe, or [] where nothing is known",
            "hosts",
        )
    elif entry.hosts != (entry.fqdn,) and "obtained" not in fields.nodes:
        fields.report(
            "missing: say how the names in hosts are known, or why there is none", "obtained"
        )
    pattern = PATTERN.sub("*", entry.fqdn)
    for index, host in enumerate(entry.hosts):
        if "hosts" in fields.nodes and not names_in(host) and not fnmatchcase(host, pattern):
            node = fields.nodes["hosts"]
            line = node.items[index].line if isinstance(node, Listing) else node.line
            fields.report(
                f"{host!r} is not covered by fqdn {entry.fqdn!r}", f"hosts[{index}]", line=line
            )


def _check_agreement(entry: Entry, fields: Fields) -> None:
    """Refuses fields that contradict each other."""
    if entry.requirement is Requirement.REQUIRED and entry.informational:
        fields.report("an informational entry cannot be required", "informational")
    if entry.requirement is not Requirement.REQUIRED and not (entry.condition or entry.features):
        fields.report(
            f"missing: say when the {entry.requirement} entry is needed, or name its features",
            "condition",
        )
    if entry.trust is Trust.CLUSTER and entry.issuers:
        fields.report("the cluster's own CA is no public issuer: write issuers: []", "trust")
    if "answer" in fields.nodes and not {port.protocol for port in entry.ports} & _WITH_REQUEST:
        fields.report("none of them speaks HTTP, so there can be no answer", "ports")


def _as_documented(fqdn: str) -> str:
    names = names_in(fqdn)
    return f"the documented name, with your {', '.join(names)}" if names else "the documented name"


def _ports(node: Node) -> tuple[Port, ...]:
    ports = listing_of(values.port)(node)
    if not ports:
        raise invalid(node, "must name at least one")
    return ports


def _organisations(node: Node) -> tuple[str, ...]:
    return listing_of(values.text)(node)


def _issuers(known: Tables) -> Callable[[Node], tuple[str, ...]]:
    """Returns a converter: a word is one of the groups, a list holds organisations as certificates spell them."""

    def convert(node: Node) -> tuple[str, ...]:
        if isinstance(node, Scalar):
            return known.issuers[values.one_of(known.issuers)(node)]
        return _organisations(node)

    return convert


def _sources(known: Tables) -> Callable[[Node], tuple[Source, ...]]:
    keys = listing_of(values.one_of(known.sources))
    return lambda node: tuple(known.sources[key] for key in keys(node))


def _source(key: str, node: Node, path: str, problems: Problems) -> Source:
    fields = Fields(node, path, problems, SOURCE_KEYS)
    return Source(
        key=key,
        title=fields.need("title", values.text, ""),
        url=fields.get("url", values.url, None),
        dated=fields.need("date", values.dated, ""),
    )


def _answer(fields: Fields, problems: Problems) -> Answer:
    node = fields.nodes.get("answer")
    if node is None:
        return Answer()
    own = Fields(node, fields.key("answer"), problems, ANSWER_KEYS)
    return Answer(
        path=own.get("path", values.path, "/"),
        statuses=own.get("status", values.statuses, ()),
        header=own.get("header", values.header, None),
        body=own.get("body", values.text, None),
        basis=own.get("basis", values.one_of(BASES), None),
    )


def _changes(fields: Fields, problems: Problems) -> tuple[Change, ...]:
    """Reads a mapping of day to text; oldest first, whatever the order in the file."""
    node = fields.nodes.get("changes")
    if node is None:
        return ()
    own = Fields(node, fields.key("changes"), problems, None)
    changes = []
    for name in own.nodes:
        try:
            on = values.as_day(name)
        except ValueError as error:
            own.report(str(error), name)
        else:
            changes.append(Change(on=on, what=own.get(name, values.text, "")))
    return tuple(sorted(changes, key=lambda change: change.on))


def _notices(fields: Fields, problems: Problems) -> tuple[tuple[Cloud, str], ...]:
    node = fields.nodes.get("notices")
    if node is None:
        return ()
    own = Fields(node, "notices", problems, list(Cloud))
    return tuple((Cloud(name), own.get(name, values.text, "")) for name in own.nodes)


def _table(fields: Fields, name: str, known: Table[str, object], problems: Problems) -> Fields:
    """Returns the fields of a table of short names; none may be defined before in `known`."""
    own = Fields(fields.nodes.get(name, Mapping(pairs=(), line=fields.line)), name, problems, None)
    for key in tuple(own.nodes):
        if key in known:
            own.report("already defined by the shipped catalogue", key)
        elif not values.SLUG.fullmatch(key):
            own.report("must be lower-case letters and digits, joined by hyphens", key)
        else:
            continue
        del own.nodes[key]
    return own


def _defaults(fields: Fields, problems: Problems) -> dict[str, Node]:
    node = fields.nodes.get("defaults")
    return {} if node is None else Fields(node, "defaults", problems, DEFAULT_KEYS).nodes
