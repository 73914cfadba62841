"""What a catalogue file may hold; each problem is named with its line and key."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preflight.catalog import parse
from preflight.catalog.shipped import Tables
from preflight.errors import CatalogError
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

FILE = Path("ours.yaml")
PAGE = Source(key="page", title="A page", url="https://example.com/", dated="2026-01-02")
TABLES = Tables(
    sources={"page": PAGE}, issuers={"microsoft": ("Microsoft Corporation", "DigiCert Inc")}
)
HEAD = "component: ours\nentries:\n"
MINIMAL = """\
  - id: one
    fqdn: one.example.com
    clouds: any
    environments: [aks]
    requirement: required
    purpose: Something
"""


def read(text: str | bytes) -> tuple[tuple[Entry, ...], tuple[CatalogError, ...]]:
    data = text.encode() if isinstance(text, str) else text
    return parse.added(FILE, data, TABLES, {"taken": "image-pull.yaml"})


def entry(text: str) -> Entry:
    entries, problems = read(HEAD + text)
    assert not problems
    (only,) = entries
    return only


def problems_of(text: str) -> list[str]:
    return [str(problem) for problem in read(text)[1]]


def with_line(line: str, *, without: str = "") -> list[str]:
    """The problems of the smallest entry with one more line (line 9 of the file), or with one key less."""
    kept = [row for row in MINIMAL.splitlines() if not without or f"{without}:" not in row]
    return problems_of("\n".join([HEAD.rstrip(), *kept, f"    {line}", ""]))


def test_the_smallest_entry_gets_the_documented_defaults() -> None:
    assert entry(MINIMAL) == Entry(
        id="one",
        fqdn="one.example.com",
        hosts=("one.example.com",),
        obtained="the documented name",
        ports=(Port(number=443, protocol=Protocol.HTTPS),),
        clouds=tuple(Cloud),
        environments=(Environment.AKS,),
        component="ours",
        requirement=Requirement.REQUIRED,
        features=(),
        condition="",
        sensor=None,
        informational=False,
        purpose="Something",
        answer=Answer(),
        issuers=(),
        trust=Trust.PUBLIC,
        service_tags=(),
        private_zones=(),
        confidence=Support.HIGH,
        changes=(),
        notes="",
        sources=(),
        file="ours.yaml",
    )


def test_every_key_arrives_in_the_entry() -> None:
    full = entry(
        """\
  - id: two
    fqdn: "*.Example.COM"
    hosts: ["A.example.com", "{region}.example.com", 192.0.2.1.example.com]
    obtained: asked
    ports: [8084/https, 443/wss]
    clouds: [china, public]
    environments: any
    requirement: optional
    features: [one-thing, other]
    condition: >-
      when it
      rains
    sensor: log-analytics
    informational: true
    purpose: Umbrella
    answer: {path: "/x?location={region}", status: [403, 20x], header: X-Thing, body: Healthy, basis: third-party}
    issuers: microsoft
    service_tags: ["AzureCloud.{region}", AzureFrontDoor.FirstParty]
    private_zones: ["privatelink.{region}.example.com"]
    confidence: low
    changes:
      2026-03-01: later
      2025-03-01: earlier
    notes: Wet
    sources: [page]
"""
    )
    assert full == Entry(
        id="two",
        fqdn="*.example.com",
        hosts=("a.example.com", "{region}.example.com", "192.0.2.1.example.com"),
        obtained="asked",
        ports=(
            Port(number=8084, protocol=Protocol.HTTPS),
            Port(number=443, protocol=Protocol.WSS),
        ),
        clouds=(Cloud.PUBLIC, Cloud.CHINA),
        environments=tuple(Environment),
        component="ours",
        requirement=Requirement.OPTIONAL,
        features=("one-thing", "other"),
        condition="when it rains",
        sensor=SensorPath.LOG_ANALYTICS,
        informational=True,
        purpose="Umbrella",
        answer=Answer(
            path="/x?location={region}",
            statuses=((200, 209), (403, 403)),
            header="x-thing",
            body="Healthy",
            basis="third-party",
        ),
        issuers=("Microsoft Corporation", "DigiCert Inc"),
        trust=Trust.PUBLIC,
        service_tags=("AzureCloud.{region}", "AzureFrontDoor.FirstParty"),
        private_zones=("privatelink.{region}.example.com",),
        confidence=Support.LOW,
        changes=(
            Change(on=date(2025, 3, 1), what="earlier"),
            Change(on=date(2026, 3, 1), what="later"),
        ),
        notes="Wet",
        sources=(PAGE,),
        file="ours.yaml",
    )


@pytest.mark.parametrize(
    ("written", "ranges"),
    [
        ("any", ()),
        ("200", ((200, 200),)),
        ("20x", ((200, 209),)),
        ("2xx", ((200, 299),)),
        ("2xx-3xx", ((200, 399),)),
        ("200-204", ((200, 204),)),
        ("[401, 403]", ((401, 401), (403, 403))),
    ],
)
def test_a_status_may_be_written_as_people_do(
    written: str, ranges: tuple[tuple[int, int], ...]
) -> None:
    assert entry(f"{MINIMAL}    answer: {{status: {written}}}\n").answer.statuses == ranges


def test_a_name_with_placeholders_says_what_fills_it() -> None:
    given_region = entry(
        MINIMAL.replace("one.example", '"{region}.example').replace(".com", '.com"')
    )
    assert given_region.hosts == ("{region}.example.com",)
    assert given_region.obtained == "the documented name, with your region"


def test_hosts_may_be_addresses() -> None:
    v6 = entry(MINIMAL.replace("one.example.com", '"2001:DB8::1"'))
    assert v6.hosts == ("2001:db8::1",)


def test_defaults_hold_for_entries_that_do_not_say_otherwise() -> None:
    entries, problems = read(
        """\
component: ours
defaults: {clouds: [usgov], environments: any, requirement: required, purpose: Same, issuers: microsoft}
entries:
  - {id: one, fqdn: one.example.com}
  - {id: two, fqdn: two.example.com, clouds: [china], issuers: [Example Ltd]}
"""
    )
    assert not problems
    assert [e.clouds for e in entries] == [(Cloud.USGOV,), (Cloud.CHINA,)]
    assert [e.issuers for e in entries] == [
        ("Microsoft Corporation", "DigiCert Inc"),
        ("Example Ltd",),
    ]


def test_a_wrong_default_is_named_once_where_it_stands() -> None:
    found = problems_of(
        """\
component: ours
defaults:
  clouds: [mars]
  environments: any
  requirement: required
  purpose: Same
entries:
  - {id: one, fqdn: one.example.com}
  - {id: two, fqdn: two.example.com}
"""
    )
    assert found == [
        "ours.yaml:3: defaults.clouds[0]: 'mars' is not known, use public, usgov, china"
    ]


def test_a_file_may_define_sources_and_issuers_of_its_own() -> None:
    entries, problems = read(
        "sources:\n  wiki: {title: Wiki, date: May 2026}\nissuers:\n  us: [Example Ltd]\n"
        + HEAD
        + MINIMAL
        + "    sources: [wiki, page]\n    issuers: us\n"
    )
    assert not problems
    assert entries[0].sources == (
        Source(key="wiki", title="Wiki", url=None, dated="May 2026"),
        PAGE,
    )
    assert entries[0].issuers == ("Example Ltd",)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        # keys
        ("purpsoe: x", "entries[0].purpsoe: unknown key; did you mean 'purpose'?"),
        ("zzz: x", "entries[0].zzz: unknown key"),
        ("purpose: x", "entries[0].purpose: stands twice, first in line 8"),
        ('"\\e[31m": x', "entries[0]: a key must be short, printable text"),
        # text
        ("notes: [a]", "entries[0].notes: must be text, not a list"),
        ("notes: {a: b}", "entries[0].notes: must be text, not a mapping"),
        ("notes:", "entries[0].notes: must not be empty"),
        ("notes: ~", "entries[0].notes: must not be empty"),
        ('notes: "a\\e[31mb"', "entries[0].notes: holds control or invisible characters"),
        ('notes: "a\\u202eb"', "entries[0].notes: holds control or invisible characters"),
        (f"notes: {'x' * 1001}", "entries[0].notes: longer than 1000 characters"),
        # lists
        ("features: x", "entries[0].features: must be a list"),
        ("features: [a, A b]", "entries[0].features[1]: must be at most 60 lower-case letters and digits, joined by hyphens"),
        ("features: [a, a]", "entries[0].features[1]: stands twice"),
        ("service_tags: [a b]", "entries[0].service_tags[0]: 'a b' is no service tag"),
        ('service_tags: ["A.{regoin}"]', "entries[0].service_tags[0]: unknown placeholder {regoin}; did you mean 'region'?"),
        # words
        ("informational: no", "entries[0].informational: must be true or false"),
        ("informational: true", "entries[0].informational: an informational entry cannot be required"),
        ("confidence: hihg", "entries[0].confidence: 'hihg' is not known, use high, medium, low; did you mean 'high'?"),
        ("sensor: old", "entries[0].sensor: 'old' is not known, use defender, log-analytics"),
        ("trust: none", "entries[0].trust: 'none' is not known, use public, cluster"),
        # ports
        ("ports: []", "entries[0].ports: must name at least one"),
        ("ports: [443]", "entries[0].ports[0]: '443' is not a port and protocol such as 443/https"),
        ("ports: [0/tcp]", "entries[0].ports[0]: port 0 is out of range 1 to 65535"),
        ("ports: [65536/tcp]", "entries[0].ports[0]: port 65536 is out of range 1 to 65535"),
        ("ports: [443/htps]", "entries[0].ports[0]: unknown protocol 'htps', use https, http, wss, tcp, udp; did you mean 'https'?"),
        # names
        ("hosts: ['*.example.com']", "entries[0].hosts[0]: a wildcard cannot be probed: give a concrete name, or none"),
        ("private_zones: [a..b]", "entries[0].private_zones[0]: 'a..b' is no valid host name"),
        ("private_zones: [-a.b]", "entries[0].private_zones[0]: '-a.b' is no valid host name"),
        ("private_zones: [a.b.]", "entries[0].private_zones[0]: 'a.b.' is no valid host name"),
        (f"private_zones: [{'a' * 64}.b]", f"entries[0].private_zones[0]: '{'a' * 64}.b' is no valid host name"),
        ("private_zones: [bücher.example]", "entries[0].private_zones[0]: 'bücher.example' holds non-ASCII characters: write the name in its xn-- form"),
        ("private_zones: [999.1.1.1]", "entries[0].private_zones[0]: '999.1.1.1' is no valid host name or address"),
        ("private_zones: ['a:b']", "entries[0].private_zones[0]: 'a:b' is no valid host name or address"),
        ("private_zones: ['{regoin}.b']", "entries[0].private_zones[0]: unknown placeholder {regoin}; did you mean 'region'?"),
        ("private_zones: ['{region.b']", "entries[0].private_zones[0]: a brace is not closed"),
        ("private_zones: ['{}.b']", "entries[0].private_zones[0]: unknown placeholder {}"),
        # answer
        ("answer: 200", "entries[0].answer: must be a mapping of keys to values"),
        ("answer: {staus: 200}", "entries[0].answer.staus: unknown key; did you mean 'status'?"),
        ("answer: {status: 600}", "entries[0].answer.status: '600' is no status such as 200, 20x, 2xx-3xx or any"),
        ("answer: {status: 2x0}", "entries[0].answer.status: '2x0' is no status such as 200, 20x, 2xx-3xx or any"),
        ("answer: {status: 3xx-2xx}", "entries[0].answer.status: '3xx-2xx' is no status such as 200, 20x, 2xx-3xx or any"),
        ("answer: {status: [200, ok]}", "entries[0].answer.status[1]: 'ok' is no status such as 200, 20x, 2xx-3xx or any"),
        ("answer: {path: v2}", "entries[0].answer.path: must begin with / and hold only visible ASCII characters"),
        ("answer: {path: /a b}", "entries[0].answer.path: must begin with / and hold only visible ASCII characters"),
        ("answer: {path: '/{vault}'}", "entries[0].answer.path: unknown placeholder {vault}; did you mean 'vault_name'?"),
        ("answer: {header: 'X Y'}", "entries[0].answer.header: 'x y' is no header name"),
        ("answer: {basis: guess}", "entries[0].answer.basis: 'guess' is not known, use official-script, official-doc, third-party, inferred"),
        # references
        ("issuers: microsft", "entries[0].issuers: 'microsft' is not known, use microsoft; did you mean 'microsoft'?"),
        ("sources: [paeg]", "entries[0].sources[0]: 'paeg' is not known, use page; did you mean 'page'?"),
        # changes
        ("changes: [a]", "entries[0].changes: must be a mapping of keys to values"),
        ("changes: {2026-13-01: a}", "entries[0].changes.2026-13-01: '2026-13-01' is no date such as 2026-11-23"),
        ("changes: {20260101: a}", "entries[0].changes.20260101: '20260101' is no date such as 2026-11-23"),
        ("changes: {2026-01-01: []}", "entries[0].changes.2026-01-01: must be text, not a list"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_with_its_line_and_key(line: str, problem: str) -> None:
    assert with_line(line) == [f"ours.yaml:9: {problem}"]


def test_a_missing_id_is_named_at_its_entry() -> None:
    found = problems_of(HEAD + MINIMAL.replace("id: one\n    ", ""))
    assert found == ["ours.yaml:3: entries[0].id: missing"]


@pytest.mark.parametrize("key", ["fqdn", "clouds", "environments", "requirement", "purpose"])
def test_a_missing_key_is_named_at_its_entry(key: str) -> None:
    found = with_line("notes: x", without=key)
    assert found == [f"ours.yaml:3: entries[0].{key}: missing"]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (("one.example.com", '"*.example.com"'), "3: entries[0].hosts: missing: fqdn has a wildcard, so name what to probe, or [] where nothing is known"),
        (("one.example.com", "'a.*.com'"), "4: entries[0].fqdn: a wildcard may stand once, and only in the first label"),
        (("one.example.com", "'**.com'"), "4: entries[0].fqdn: a wildcard may stand once, and only in the first label"),
        (("clouds: any", "clouds: []"), "5: entries[0].clouds: must name at least one"),
        (("[aks]", "aks"), "6: entries[0].environments: must be a list"),
        (("required", "requird"), "7: entries[0].requirement: 'requird' is not known, use required, conditional, legacy, optional; did you mean 'required'?"),
        (("required", "optional"), "3: entries[0].condition: missing: say when the optional entry is needed, or name its features"),
        (("id: one", "id: One"), "3: entries[0].id: must be at most 60 lower-case letters and digits, joined by hyphens"),
        (("id: one", "id: taken"), "3: id: 'taken' is already used in image-pull.yaml"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_line_and_key(
    changed: tuple[str, str], problem: str
) -> None:
    found = problems_of(HEAD + MINIMAL.replace(*changed))
    assert found[0] == f"ours.yaml:{problem}"


def test_two_entries_with_one_id_are_refused_at_the_second() -> None:
    assert problems_of(HEAD + MINIMAL + MINIMAL) == [
        "ours.yaml:9: id: 'one' is already used in ours.yaml"
    ]


def test_hosts_that_differ_from_the_rule_must_be_explained() -> None:
    found = with_line("hosts: []")
    assert found == [
        "ours.yaml:3: entries[0].obtained: missing: say how the names in hosts are known, or why there is none"
    ]


def test_a_host_that_the_rule_would_not_open_is_refused() -> None:
    found = with_line("hosts:\n    - one.example.com\n    - two.example.com\n    obtained: guessed")
    assert found == [
        "ours.yaml:11: entries[0].hosts[1]: 'two.example.com' is not covered by fqdn 'one.example.com'"
    ]


def test_a_public_issuer_contradicts_the_clusters_own_authority() -> None:
    found = with_line("trust: cluster\n    issuers: microsoft")
    assert found == [
        "ours.yaml:9: entries[0].trust: the cluster's own CA is no public issuer: write issuers: []"
    ]


def test_an_answer_needs_a_port_that_speaks_http() -> None:
    found = with_line("ports: [53/udp]\n    answer: {status: 200}")
    assert found == [
        "ours.yaml:9: entries[0].ports: none of them speaks HTTP, so there can be no answer"
    ]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("just text\n", ["1: file: must be a mapping of keys to values", "1: component: missing", "1: entries: missing"]),
        ("- a\n", ["1: file: must be a mapping of keys to values", "1: component: missing", "1: entries: missing"]),
        ("component: ours\nentries: []\n", ["2: entries: must be a list of at least one entry"]),
        ("component: ours\nentries: {a: b}\n", ["2: entries: must be a list of at least one entry"]),
        ("component: ours\nversion: 1\nentries:\n" + MINIMAL, ["2: version: unknown key"]),
        ("component: ours\ndefaults: {id: x}\nentries:\n" + MINIMAL, ["2: defaults.id: unknown key"]),
        ("sources: {page: {title: a, date: 2026}}\n" + HEAD + MINIMAL, ["1: sources.page: already defined by the shipped catalogue"]),
        ("sources: {A: {title: a, date: 2026}}\n" + HEAD + MINIMAL, ["1: sources.A: must be lower-case letters and digits, joined by hyphens"]),
        ("sources: {a: {title: a, date: today}}\n" + HEAD + MINIMAL, ["1: sources.a.date: must hold a year"]),
        ("sources: {a: {url: 'ftp://x', date: 2026}}\n" + HEAD + MINIMAL, ["1: sources.a.title: missing", "1: sources.a.url: must be a web address that begins with https:// or http://"]),
        ("issuers: {a: b}\n" + HEAD + MINIMAL, ["1: issuers.a: must be a list"]),
        ("issuers: {microsoft: [b]}\n" + HEAD + MINIMAL, ["1: issuers.microsoft: already defined by the shipped catalogue"]),
        ("a: [\n", ["2: file: not valid YAML"]),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_its_line_and_key(text: str, problems: list[str]) -> None:
    found = problems_of(text)
    assert len(found) == len(problems)
    for one, expected in zip(found, problems, strict=True):
        assert one.startswith(f"ours.yaml:{expected}")


def test_every_problem_is_found_in_one_run() -> None:
    found = problems_of(
        HEAD + MINIMAL.replace("any", "mars").replace("one.", "-.") + "    zzz: 1\n"
    )
    assert [problem.split(":")[1] for problem in found] == ["9", "4", "5"]


def test_sound_entries_survive_beside_a_wrong_one() -> None:
    entries, problems = read(HEAD + MINIMAL + MINIMAL.replace("one", "two") + "    zzz: 1\n")
    assert [e.id for e in entries] == ["one"]
    assert len(problems) == 1


WORDS = st.sampled_from(
    ["component", "entries", "defaults", "sources", "issuers", "id", "fqdn", "hosts", "answer", "status", "ports",
     "clouds", "any", "[", "]", "{", "}", ":", "-", "&a", "*a", "!!map", "|", ">", "\n", "  ", "'", '"', "{region}",
     "443/https", "2026-01-01", "changes", "#", "---", "%YAML 1.1", "\t", "?", ","]
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(st.binary(), st.text(), st.lists(WORDS).map(" ".join), st.lists(WORDS).map("".join))
)
def test_whatever_a_file_holds_there_are_entries_or_problems(content: str | bytes) -> None:
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    entries, problems = read(data)
    assert entries or problems
    for problem in problems:
        assert problem.line >= 1
        assert str(problem).isprintable()


VALUES = st.recursive(
    st.text("az.*{}[]:'\"&!\n\t-/0x9é\x1b", max_size=12),
    lambda children: st.one_of(
        st.lists(children, max_size=3),
        st.dictionaries(st.text("abdeinopst_-", max_size=8), children, max_size=3),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(
            (
                "id",
                "fqdn",
                "hosts",
                "ports",
                "clouds",
                "answer",
                "changes",
                "issuers",
                "sources",
                "features",
            )
        ),
        VALUES,
    )
)
def test_whatever_an_entry_holds_there_are_entries_or_problems(fields: dict[str, object]) -> None:
    import json

    entries, problems = read(json.dumps({"component": "ours", "entries": [fields]}))
    assert bool(entries) != bool(problems)
