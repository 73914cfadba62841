"""What answers a ClientHello: a server's own flight with its records bent, and what is no TLS at all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from ssl import SSLContext, TLSVersion

from hypothesis import given
from hypothesis import strategies as st

from tests.budget import examples
from tests.factories import check
from tests.fakes.authority import Authority
from tests.fuzz.memory import End, Network, bent, says, within_tls
from tests.fuzz.mutations import CUTS, EDITS, Edit, bends, pieces
from tests.fuzz.whole import survives
from tests.probes.looking import vantage

HOST = "api.example.test"
AT = vantage({HOST: ["203.0.113.1"]})
ENDS: st.SearchStrategy[tuple[End, ...]] = st.sampled_from(((), (b"",), (b"",), (b"",), (None,)))
ANSWER = says([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"])


@cache
def authority() -> Authority:
    return Authority("Microsoft Corporation")


@cache
def context(maximum: TLSVersion) -> SSLContext:
    """With TLS 1.2 the whole flight is in clear, so that every part of it can be bent; with 1.3 only the ServerHello is."""
    return authority().chained(HOST).context(maximum=maximum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One TLS record (RFC 8446 §5.1)."""

    kind: int
    body: bytes
    version: int = 0x0303
    size: int | None = None
    """What its header says; None for the truth."""

    def encoded(self) -> bytes:
        size = len(self.body) if self.size is None else self.size
        return (
            bytes([self.kind]) + self.version.to_bytes(2) + (size & 0xFFFF).to_bytes(2) + self.body
        )


def records(flight: bytes) -> list[Record]:
    found: list[Record] = []
    while flight:
        end = 5 + int.from_bytes(flight[3:5])
        version = int.from_bytes(flight[1:3])
        found.append(Record(kind=flight[0], version=version, body=flight[5:end]))
        flight = flight[end:]
    return found


Records = list[Record]
Change = Callable[[Records], Records]
KINDS = st.sampled_from((0x14, 0x15, 0x16, 0x17, 0x18, 0x00, 0x48, 0xFF))


def _each(number: int, become: Callable[[Record], Records]) -> Change:
    """The record of that number, counted around, becomes others."""

    def change(given: Records) -> Records:
        at = number % len(given) if given else 0
        return [
            new for i, each in enumerate(given) for new in (become(each) if i == at else [each])
        ]

    return change


def _alert(level: int, number: int, size: int) -> Record:
    return Record(kind=0x15, body=(bytes([level, number]) * 3)[:size])


def _split(each: Record) -> Records:
    return [replace(each, body=each.body[i : i + 7]) for i in range(0, len(each.body), 7)]


PLACES = st.integers(0, 5)
EXTRAS = st.one_of(
    st.builds(_alert, st.integers(0, 3), st.integers(0, 255), st.integers(0, 6)),
    st.just(Record(kind=0x16, body=b"\0\0\0\0")),
    st.just(Record(kind=0x16, body=b"")),
    st.just(Record(kind=0x14, body=b"\x01")),
    st.just(Record(kind=0x16, body=b"\x0b\xff\xff\xff" + b"\0" * 16_000)),
    st.builds(Record, kind=KINDS, body=st.binary(max_size=30)),
)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(lambda at, kind: _each(at, lambda r: [replace(r, kind=kind)]), PLACES, KINDS),
    st.builds(
        lambda at, version: _each(at, lambda r: [replace(r, version=version)]),
        PLACES,
        st.sampled_from((0x0000, 0x0002, 0x0301, 0x0304, 0xFEFF, 0x7F1C)),
    ),
    st.builds(
        lambda at, size: _each(at, lambda r: [replace(r, size=size)]),
        PLACES,
        st.sampled_from((0, 1, 0x4000, 0x4101, 0xFFFF)),
    ),
    st.builds(lambda at, edit: _each(at, lambda r: [replace(r, body=edit(r.body))]), PLACES, EDITS),
    st.builds(lambda at, n: _each(at, lambda r: [r] * n), PLACES, st.sampled_from((0, 2, 500))),
    st.builds(
        lambda at, n, r: _each(at, lambda s: [r] * n + [s]),
        PLACES,
        st.sampled_from((1, 300)),
        EXTRAS,
    ),
    PLACES.map(lambda at: _each(at, _split)),
    st.just(lambda given: given[::-1]),
)


@st.composite
def flights(draw: st.DrawFn) -> Callable[[bytes], list[bytes]]:
    """What becomes of each flight, and the pieces in which it arrives."""
    changes, cuts = draw(st.lists(CHANGES, min_size=1, max_size=3)), draw(CUTS)

    def bend(flight: bytes) -> list[bytes]:
        made = records(flight)
        for change in changes:
            made = change(made)
        return pieces(b"".join(each.encoded() for each in made), cuts)

    return bend


VERSIONS = st.sampled_from((TLSVersion.TLSv1_2, TLSVersion.TLSv1_2, TLSVersion.TLSv1_3))


@examples(120)
@given(flights(), VERSIONS, ENDS)
def test_a_bent_flight_ends_a_check_with_a_report_fit_to_print(
    bend: Callable[[bytes], list[bytes]], version: TLSVersion, ends: tuple[End, ...]
) -> None:
    answer = bent(within_tls(context(version), ANSWER), bend, *ends)
    survives(check(HOST), Network(answer, anchors=authority().pem.decode()), AT)


@examples(40)
@given(EXTRAS, st.binary(max_size=40), bends(), CUTS, ENDS)
def test_so_does_anything_else_that_answers_a_hello(
    first: Record, junk: bytes, bend: Edit, cuts: list[float], ends: tuple[End, ...]
) -> None:
    said = pieces(bend(first.encoded() + junk), cuts)
    survives(check(HOST), Network(says(said, *ends), anchors=authority().pem.decode()), AT)
