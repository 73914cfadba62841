"""Stream and server_name → TLS stream; verified, or only to see the certificates."""

import asyncio
import re
from dataclasses import replace
from ipaddress import ip_address

from preflight.model.endpoint import Trust
from preflight.model.evidence import Handshake, Outcome
from preflight.model.plan import Stage
from preflight.wire.certificates import presented, verified
from preflight.wire.classify import classify, describe, tls_reason, verify_code
from preflight.wire.loading import Part
from preflight.wire.network import ByteStream, Network
from preflight.wire.stopwatch import Stopwatch
from preflight.wire.tls import TlsStream

ALERTS = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    22: "record_overflow",
    40: "handshake_failure",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
}
"""AlertDescription of RFC 8446 §6."""
MAY_BE_ALERT = frozenset({Outcome.ALERT, Outcome.VERSION, Outcome.MALFORMED})


async def handshake(
    network: Network,
    stream: ByteStream,
    host: str,
    *,
    trust: Trust,
    verify: bool,
    timeout: float,
    stage: Stage = Stage.TLS,
    ignore_dates: bool = False,
) -> tuple[TlsStream | None, Handshake]:
    """Shake hands as a client of `host` within `timeout` seconds; the stream is None unless the outcome is ok.

    With `verify`, chain and name are judged by the trust anchors of `trust`; without it everything is accepted, so that the
    presented chain can be looked at; with `ignore_dates` it is judged but for its validity.
    """
    await network.loading.wait(Part.TLS)
    watch = Stopwatch(network)
    begun = Handshake(
        at=watch.at,
        stage=stage,
        source=stream.source,
        destination=stream.destination,
        outcome=Outcome.OK,
        elapsed=0.0,
        server_name=server_name_of(host),
        verified=verify,
        ignores_dates=verify and ignore_dates,
    )
    tls: TlsStream | None = None
    try:
        tls = TlsStream(
            stream, network.tls_context(trust, verify=verify, ignore_dates=ignore_dates), host
        )
        async with asyncio.timeout(timeout):
            await tls.handshake()
        return tls, _completed(replace(begun, elapsed=watch.elapsed), tls)
    except Exception as trouble:
        return None, _failed(replace(begun, elapsed=watch.elapsed), stream, tls, trouble)


def _completed(begun: Handshake, tls: TlsStream) -> Handshake:
    cipher = tls.tls.cipher()
    return replace(
        begun,
        version=tls.tls.version(),
        cipher=cipher[0] if cipher else None,
        alpn=tls.tls.selected_alpn_protocol(),
        certificates=verified(tls.tls) if begun.verified else presented(tls.tls),
    )


def _failed(
    begun: Handshake, stream: ByteStream, tls: TlsStream | None, trouble: Exception
) -> Handshake:
    outcome, error = classify(trouble), describe(trouble)
    alert = _alert(tls, tls_reason(trouble)) if outcome in MAY_BE_ALERT else None
    return replace(
        begun,
        outcome=Outcome.ALERT if alert and outcome is Outcome.MALFORMED else outcome,
        error=error,
        alert=alert,
        verify_code=verify_code(trouble),
        first_bytes=tls.first if tls and outcome is Outcome.NOT_TLS else b"",
        delivery=stream.delivery() if outcome is Outcome.DROPPED else None,
    )


def _alert(tls: TlsStream | None, reason: str) -> str | None:
    """The alert's name: from the record when it came in the clear, else from OpenSSL's own word for it."""
    number = tls.clear_alert if tls else None
    if number is not None:
        return ALERTS.get(number, f"alert {number}")
    found = re.fullmatch(r"(?:SSLV3|TLSV1|TLSV13)_(?:ALERT_)?(\w+)", reason)
    return found.group(1).lower() if found else None


def server_name_of(host: str) -> str | None:
    """The SNI that OpenSSL sends for `host`: none for an address (RFC 6066 §3)."""
    try:
        ip_address(host)
    except ValueError:
        return host
    return None
