"""The ClientHello that is made, for any name and size, and whatever answers it."""

from functools import cache
from ssl import SSLContext, TLSVersion

from hypothesis import given
from hypothesis import strategies as st

from preflight.model.evidence import Hello, Outcome
from preflight.wire.connect import connect
from preflight.wire.hello import hello
from tests.budget import examples
from tests.factories import peer
from tests.fakes.authority import Authority
from tests.fuzz import clock
from tests.fuzz.memory import Answer, End, Network, says, within_tls
from tests.fuzz.mutations import CUTS, Edit, bends, pieces

FAR = peer("203.0.113.1:443")
LABELS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=63).filter(
    lambda label: label[0] != "-" and label[-1] != "-"
)
NAMES = st.lists(LABELS, min_size=2, max_size=3).map(".".join) | st.just("203.0.113.1")
LARGEST = 4_000
SERVER_HELLO = b"\x16\x03\x03\x00\x04\x02\x00\x00\x00"
ENDS: st.SearchStrategy[tuple[End, ...]] = st.sampled_from(((), (b"",), (b"",), (None,)))


@cache
def context(minimum: TLSVersion, maximum: TLSVersion) -> SSLContext:
    return Authority().identity("any.example.test").context(minimum=minimum, maximum=maximum)


def sent(answer: Answer, host: str, size: int) -> Hello:
    async def ask() -> Hello:
        network = Network(answer)
        stream, _ = await connect(network, FAR, timeout=5.0)
        assert stream is not None
        return await hello(network, stream, host, size=size, timeout=5.0)

    return clock.run(ask())


VERSIONS = st.sampled_from(
    (
        (TLSVersion.TLSv1_2, TLSVersion.TLSv1_2),
        (TLSVersion.TLSv1_2, TLSVersion.TLSv1_3),
        (TLSVersion.TLSv1_3, TLSVersion.TLSv1_3),
    )
)


@examples(60)
@given(NAMES, st.integers(700, LARGEST), VERSIONS)
def test_every_size_is_a_clienthello_that_a_server_goes_on_with(
    host: str, size: int, versions: tuple[TLSVersion, TLSVersion]
) -> None:
    heard: list[str | None] = []
    server = context(*versions)
    server.sni_callback = lambda tls, name, within: heard.append(name)
    seen = sent(within_tls(server, says([])), host, size)
    assert (seen.outcome, seen.size) == (Outcome.OK, size)
    assert heard == [seen.server_name]


@examples(60)
@given(st.text(max_size=300), st.integers(0, LARGEST))
def test_a_name_that_cannot_be_sent_has_an_outcome_too(host: str, size: int) -> None:
    seen = sent(says([SERVER_HELLO]), host, size)
    assert len(seen.error) <= 300


@examples(60)
@given(bends(), CUTS, ENDS)
def test_whatever_answers_has_an_outcome(
    bend: Edit, cuts: list[float], ends: tuple[End, ...]
) -> None:
    seen = sent(says(pieces(bend(SERVER_HELLO), cuts), *ends), "api.example.test", 1_800)
    assert seen.outcome is not Outcome.UNKNOWN
