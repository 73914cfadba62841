"""One TLS handshake, verified or only to see what is presented."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from preflight.model.endpoint import Trust
from preflight.model.evidence import Outcome
from preflight.model.plan import Stage
from preflight.wire.certificates import CHAIN_LIMIT, NAMES_LIMIT
from preflight.wire.handshake import handshake
from preflight.wire.host import RealNetwork
from tests.fakes import raw_tcp, sni_filter
from tests.fakes.authority import LAST_YEARS, LONG_AGO, Authority, Identity
from tests.fakes.interceptor import Interceptor
from tests.fakes.listener import Handler, Listener
from tests.fakes.raw_tcp import Alert
from tests.fakes.sni_filter import SniFilter
from tests.fakes.tls_refusal import refusing
from tests.fakes.tls_server import TlsServer
from tests.wire.opening import AMPLE, SHORT, shake, stream_to

HOST = "service.example.test"


async def test_the_right_certificate_is_ok_and_the_leaf_is_kept(
    network: RealNetwork, authority: Authority, loopback: str
) -> None:
    async with TlsServer(authority.identity(HOST, "*.other.test"), address=loopback) as server:
        seen = await shake(network, server.peer, HOST)
        assert server.server_names == [HOST]
    assert (seen.outcome, seen.stage, seen.verified) == (Outcome.OK, Stage.TLS, True)
    assert (seen.version, seen.alpn, seen.server_name) == ("TLSv1.3", "http/1.1", HOST)
    assert seen.cipher
    (leaf,) = seen.certificates
    assert leaf.issuer_organization == "Microsoft Corporation"
    assert leaf.names == (HOST, "*.other.test")
    assert leaf.not_before < leaf.not_after


async def test_a_server_that_knows_only_tls_1_2_is_ok(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST), maximum=ssl.TLSVersion.TLSv1_2) as server:
        seen = await shake(network, server.peer, HOST)
    assert (seen.outcome, seen.version) == (Outcome.OK, "TLSv1.2")


async def test_a_server_that_knows_only_tls_1_1_has_no_version_in_common(
    network: RealNetwork, authority: Authority
) -> None:
    old = ssl.TLSVersion.TLSv1_1
    context = authority.identity(HOST).context(minimum=old, maximum=old)
    async with Listener(refusing(context)) as server:
        seen = await shake(network, server.peer, HOST)
    assert (seen.outcome, seen.alert) == (Outcome.VERSION, "protocol_version")


async def test_a_protocol_version_alert_means_no_version_in_common(network: RealNetwork) -> None:
    async with Listener(raw_tcp.alert(Alert.PROTOCOL_VERSION)) as server:
        seen = await shake(network, server.peer, HOST)
    assert (seen.outcome, seen.alert) == (Outcome.VERSION, "protocol_version")


async def test_an_address_is_verified_without_server_name(
    network: RealNetwork, authority: Authority, loopback: str
) -> None:
    async with TlsServer(authority.identity(loopback), address=loopback) as server:
        seen = await shake(network, server.peer, loopback)
        assert server.server_names == [None]
    assert (seen.outcome, seen.server_name) == (Outcome.OK, None)


async def test_a_certificate_for_another_address_is_a_name_mismatch(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity("10.1.1.1")) as server:
        seen = await shake(network, server.peer, "127.0.0.1")
    assert seen.outcome is Outcome.NAME_MISMATCH


async def test_a_presented_intermediate_completes_the_chain(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.chained(HOST)) as server:
        seen = await shake(network, server.peer, HOST)
    assert seen.outcome is Outcome.OK


@pytest.mark.parametrize(
    ("present", "outcome"),
    [
        (lambda own, _: own.expired(HOST), Outcome.EXPIRED),
        (lambda own, _: own.not_yet_valid(HOST), Outcome.NOT_YET_VALID),
        (lambda own, _: own.identity("elsewhere.test"), Outcome.NAME_MISMATCH),
        (lambda own, _: own.chained(HOST).without_intermediates(), Outcome.UNTRUSTED),
        (lambda _, foreign: foreign.identity(HOST), Outcome.UNTRUSTED),
    ],
    ids=["expired", "not yet valid", "another name", "intermediate missing", "unknown issuer"],
)
async def test_a_certificate_that_cannot_be_accepted_is_named(
    network: RealNetwork,
    authority: Authority,
    firewall_authority: Authority,
    present: Callable[[Authority, Authority], Identity],
    outcome: Outcome,
) -> None:
    async with TlsServer(present(authority, firewall_authority)) as server:
        seen = await shake(network, server.peer, HOST)
    assert seen.outcome is outcome
    assert seen.verify_code
    assert seen.certificates == ()


async def test_a_self_signed_certificate_is_untrusted(network: RealNetwork) -> None:
    async with TlsServer(Authority("Nobody").self_signed(HOST)) as server:
        seen = await shake(network, server.peer, HOST)
    assert (seen.outcome, seen.verify_code) == (Outcome.UNTRUSTED, 18)


async def test_a_look_accepts_everything_and_keeps_what_was_presented(
    network: RealNetwork, firewall_authority: Authority
) -> None:
    async with Interceptor(firewall_authority) as interceptor:
        seen = await shake(network, interceptor.peer, HOST, verify=False)
    assert (seen.outcome, seen.verified) == (Outcome.OK, False)
    leaf = seen.certificates[0]
    assert leaf.issuer_organization == "Example Firewall Ltd"
    assert leaf.names == (HOST,)


async def test_a_look_and_a_verified_handshake_describe_a_leaf_alike(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST, "10.1.1.1")) as server:
        verified = await shake(network, server.peer, HOST)
        looked = await shake(network, server.peer, HOST, verify=False)
    assert looked.certificates[0] == verified.certificates[0]


async def test_a_look_keeps_the_chain_leaf_first(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.chained(HOST)) as server:
        seen = await shake(network, server.peer, HOST, verify=False)
    leaf, intermediate = seen.certificates
    assert leaf.names == (HOST,)
    assert leaf.issuer == intermediate.subject


async def test_a_look_shows_the_validity_of_a_refused_certificate(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.expired(HOST)) as server:
        seen = await shake(network, server.peer, HOST, verify=False)
    assert (seen.certificates[0].not_before, seen.certificates[0].not_after) == (
        LONG_AGO,
        LAST_YEARS,
    )


@pytest.mark.parametrize("age", ["expired", "not_yet_valid"])
async def test_but_for_its_dates_a_certificate_of_any_age_passes_and_is_said_to_be_judged_so(
    network: RealNetwork, authority: Authority, age: str
) -> None:
    identity: Identity = getattr(authority, age)(HOST)
    async with TlsServer(identity) as server:
        seen = await shake(network, server.peer, HOST, ignore_dates=True)
    assert seen.outcome is Outcome.OK
    assert (seen.verified, seen.ignores_dates) == (True, True)
    assert len(seen.certificates) == 1


async def test_but_for_its_dates_chain_and_name_are_judged_all_the_same(
    network: RealNetwork, authority: Authority, firewall_authority: Authority
) -> None:
    for identity, outcome in (
        (firewall_authority.expired(HOST), Outcome.UNTRUSTED),
        (firewall_authority.self_signed(HOST), Outcome.UNTRUSTED),
        (authority.expired("other.service.test"), Outcome.NAME_MISMATCH),
    ):
        async with TlsServer(identity) as server:
            seen = await shake(network, server.peer, HOST, ignore_dates=True)
        assert seen.outcome is outcome


async def test_one_handshake_without_regard_to_dates_leaves_the_others_strict(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.expired(HOST)) as server:
        await shake(network, server.peer, HOST, ignore_dates=True)
        seen = await shake(network, server.peer, HOST)
    assert (seen.outcome, seen.ignores_dates) == (Outcome.EXPIRED, False)


async def test_a_look_ignores_more_than_dates(network: RealNetwork, authority: Authority) -> None:
    async with TlsServer(authority.expired(HOST)) as server:
        seen = await shake(network, server.peer, HOST, verify=False, ignore_dates=True)
    assert (seen.verified, seen.ignores_dates) == (False, False)


async def test_an_interceptor_whose_authority_is_trusted_here_passes_with_its_name_kept(
    both_ca_file: Path, firewall_authority: Authority
) -> None:
    async with Interceptor(firewall_authority) as interceptor:
        seen = await shake(RealNetwork(ca_file=str(both_ca_file)), interceptor.peer, HOST)
    assert seen.outcome is Outcome.OK
    assert seen.certificates[0].issuer_organization == "Example Firewall Ltd"


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        (raw_tcp.reset_after_hello, Outcome.RESET),
        (raw_tcp.close_after_hello, Outcome.CLOSED),
        (raw_tcp.plaintext_http, Outcome.NOT_TLS),
        (raw_tcp.ssh_banner, Outcome.NOT_TLS),
        (raw_tcp.speak(b"\x15\x03\x03\x00\x02\x02"), Outcome.CLOSED),  # half an alert
        (raw_tcp.speak(raw_tcp.record(22, b"\xff" * 40)), Outcome.MALFORMED),
        (raw_tcp.speak(b"\x16\x03\x03\xff\xff" + b"x" * 70_000), Outcome.MALFORMED),
    ],
    ids=["reset", "closed", "http", "ssh", "half an alert", "noise", "oversized record"],
)
async def test_what_answers_the_client_hello_instead_of_a_server_hello(
    network: RealNetwork, behaviour: Handler, outcome: Outcome
) -> None:
    async with Listener(behaviour) as server:
        seen = await shake(network, server.peer, HOST)
    assert seen.outcome is outcome


async def test_silence_after_the_client_hello_is_dropped(network: RealNetwork) -> None:
    async with Listener(raw_tcp.silent) as server:
        seen = await shake(network, server.peer, HOST, timeout=SHORT)
    assert seen.outcome is Outcome.DROPPED


async def test_what_is_not_tls_is_kept_for_a_reader(network: RealNetwork) -> None:
    async with Listener(raw_tcp.plaintext_http) as server:
        seen = await shake(network, server.peer, HOST)
    assert seen.first_bytes.startswith(b"HTTP/1.1 400 Bad Request")


async def test_records_of_no_known_version_are_not_tls_and_kept(network: RealNetwork) -> None:
    async with Listener(raw_tcp.speak(b"\x16something else")) as server:
        seen = await shake(network, server.peer, HOST)
    assert (seen.outcome, seen.first_bytes) == (Outcome.NOT_TLS, b"\x16something else")


@pytest.mark.parametrize(
    ("number", "name"),
    [(alert, alert.name.lower()) for alert in Alert if alert is not Alert.PROTOCOL_VERSION]
    + [(99, "alert 99")],
)
async def test_an_alert_is_named(network: RealNetwork, number: int, name: str) -> None:
    async with Listener(raw_tcp.alert(number)) as server:
        seen = await shake(network, server.peer, HOST)
    assert (seen.outcome, seen.alert) == (Outcome.ALERT, name)


async def test_a_filter_by_name_resets_one_name_and_passes_another(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST, "blocked.test")) as server,
        SniFilter(server.peer, {"blocked.test": sni_filter.reset}) as firewall,
    ):
        passed = await shake(network, firewall.peer, HOST)
        blocked = await shake(network, firewall.peer, "blocked.test")
    assert (passed.outcome, blocked.outcome) == (Outcome.OK, Outcome.RESET)


async def test_handshake_records_without_end_are_cut_off(network: RealNetwork) -> None:
    async with Listener(raw_tcp.endless_handshake) as server:
        seen = await shake(network, server.peer, HOST)
    assert seen.outcome is Outcome.TOO_LARGE


async def test_a_handshake_that_drips_ends_with_its_budget(network: RealNetwork) -> None:
    async with Listener(raw_tcp.dripping_handshake) as server:
        seen = await shake(network, server.peer, HOST, timeout=SHORT)
    assert seen.outcome is Outcome.DROPPED


@pytest.mark.parametrize("verify", [True, False])
async def test_a_huge_chain_is_too_large(
    network: RealNetwork, authority: Authority, verify: bool
) -> None:
    async with TlsServer(authority.chained(HOST).padded(2000)) as server:
        seen = await shake(network, server.peer, HOST, verify=verify)
    assert seen.outcome is Outcome.TOO_LARGE


async def test_of_a_long_chain_a_bounded_part_is_kept(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.chained(HOST).padded(40)) as server:
        seen = await shake(network, server.peer, HOST, verify=False)
    assert seen.outcome is Outcome.OK
    assert len(seen.certificates) <= CHAIN_LIMIT


@pytest.mark.parametrize("verify", [True, False])
async def test_of_many_names_a_bounded_part_is_kept(
    network: RealNetwork, authority: Authority, verify: bool
) -> None:
    names = [HOST, *(f"n{number}.example.test" for number in range(1000))]
    async with TlsServer(authority.identity(*names)) as server:
        seen = await shake(network, server.peer, HOST, verify=verify)
    assert len(seen.certificates[0].names) == NAMES_LIMIT


async def test_a_cluster_is_judged_by_its_own_authority(
    ca_file: Path, firewall_authority: Authority, tmp_path: Path
) -> None:
    cluster_file = tmp_path / "cluster.pem"
    cluster_file.write_bytes(firewall_authority.pem)
    network = RealNetwork(ca_file=str(ca_file), cluster_ca_file=str(cluster_file))
    async with TlsServer(firewall_authority.identity(HOST)) as server:
        for trust, outcome in ((Trust.CLUSTER, Outcome.OK), (Trust.PUBLIC, Outcome.UNTRUSTED)):
            async with stream_to(network, server.peer) as stream:
                _, seen = await handshake(
                    network, stream, HOST, trust=trust, verify=True, timeout=AMPLE
                )
            assert seen.outcome is outcome


async def test_a_cancelled_handshake_passes_the_cancellation_on(network: RealNetwork) -> None:
    heard = asyncio.Event()

    async def hear(connection: object) -> None:
        heard.set()
        await asyncio.Event().wait()

    async with Listener(hear) as server:
        shaking = asyncio.create_task(shake(network, server.peer, HOST))
        await heard.wait()
        shaking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await shaking
