"""Several checks at once, in a world where every connection is answered in another way: in time, without a crash, fit to print."""

from collections.abc import Sequence
from functools import cache
from ssl import SSLContext, TLSVersion

from hypothesis import given
from hypothesis import strategies as st

from preflight.model.plan import Check
from tests.budget import examples
from tests.factories import check, endpoint, via
from tests.fakes.authority import Authority
from tests.fuzz.memory import Answer, Network, bent, says, within_tls
from tests.fuzz.mutations import Edit, bends
from tests.fuzz.whole import world_survives
from tests.probes.looking import vantage

HOSTS = ("a.example.test", "b.example.test", "c.other.test")
AT = vantage(
    {
        HOSTS[0]: ["203.0.113.1", "2001:db8::1"],
        HOSTS[1]: ["203.0.113.1"],
        HOSTS[2]: ["203.0.113.2"],
        "proxy.contoso.example": ["10.0.0.20"],
    }
)
PLANS: st.SearchStrategy[Sequence[Check]] = st.sampled_from(
    (
        [check(host) for host in HOSTS],
        [check(host) for host in HOSTS[:2]],
        [check(HOSTS[0], route=via()), check(HOSTS[1]), check(HOSTS[2], route=via())],
    )
)
ENDPOINTS = tuple(endpoint(host, fqdn=f"*.{host.partition('.')[2]}") for host in HOSTS)


@cache
def authority(organization: str) -> Authority:
    return Authority(organization)


@cache
def context(organization: str, maximum: TLSVersion) -> SSLContext:
    return authority(organization).identity(*HOSTS, "*.example.test").context(maximum=maximum)


def serving(status: bytes, organization: str = "Microsoft Corporation") -> Answer:
    head = (
        b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nDate: Tue, 24 Nov 2026 09:00:00 GMT\r\n"
    )
    return within_tls(context(organization, TLSVersion.TLSv1_3), says([head + b"\r\n"]))


def a_bent_server(bend: Edit) -> Answer:
    inner = says([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
    server = within_tls(context("Microsoft Corporation", TLSVersion.TLSv1_2), inner)
    return bent(server, lambda flight: [bend(flight)], b"")


BEHAVIOURS: st.SearchStrategy[Answer | None] = st.one_of(
    st.just(None),
    st.just(serving(b"404 Not Found")),
    st.just(serving(b"503 Service Unavailable", "Example Firewall Ltd")),
    st.just(says([])),
    st.just(says([], None)),
    st.just(says([], b"")),
    st.just(says([b"\x15\x03\x03\x00\x02\x02\x70"], b"")),
    st.just(says([b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"], b"")),
    st.just(says([b"HTTP/1.1 200 OK\r\n\r\n"])),
    bends(2).map(a_bent_server),
)


@examples(60)
@given(PLANS, st.lists(BEHAVIOURS, min_size=1, max_size=6))
def test_a_run_ends_within_two_steps_and_half_a_second_whatever_answers(
    checks: Sequence[Check], answers: list[Answer | None]
) -> None:
    anchors = authority("Microsoft Corporation").pem.decode()
    world_survives(checks, Network(*answers, anchors=anchors), AT, ENDPOINTS)
