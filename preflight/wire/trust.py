"""Who vouches for a peer: TLS client contexts and their trust anchors."""

import ssl
from collections.abc import Callable
from pathlib import Path

from preflight.errors import UsageError

NO_CHECK_TIME = 0x20_0000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL 1.1.0 and later, for which the ssl module has no name (X509_VERIFY_PARAM_set_flags(3))."""


def client_context(
    load: Callable[[ssl.SSLContext], None], *, ignore_dates: bool = False
) -> ssl.SSLContext:
    """A context that verifies chain and name and offers http/1.1; `load` fills its trust anchors."""
    context = _context()
    if ignore_dates:
        context.verify_flags |= NO_CHECK_TIME
    load(context)
    return context


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Debian's Python sets none; Microsoft's endpoints and the sensor's runtime accept nothing older.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def load_anchors(context: ssl.SSLContext, file: str | None) -> None:
    """Fill the context from the PEM file, else from the host's own store; UsageError for a file that has no authority."""
    if file is None:
        context.load_default_certs()
        return
    try:
        context.load_verify_locations(file)
    except OSError as trouble:  # ssl.SSLError is one
        reason = (
            trouble.strerror
            if not isinstance(trouble, ssl.SSLError)
            else "no certificate that can be read"
        )
        raise UsageError(f"certificate file {file!r}: {reason}") from None
    if not context.cert_store_stats()["x509_ca"]:
        raise UsageError(f"certificate file {file!r}: no certificate of an authority")


def trusts_nobody(context: ssl.SSLContext) -> bool:
    """Whether the host's trust store is empty: no file of anchors was read, and no folder of them has any."""
    folder = ssl.get_default_verify_paths().capath
    return not context.cert_store_stats()["x509_ca"] and not (
        folder and any(Path(folder).glob("*"))
    )


def mozilla_roots() -> str:
    """The PEM file of Mozilla's roots that came with this program."""
    import certifi  # only where the host has nothing

    return certifi.where()


def unverified_context() -> ssl.SSLContext:
    """A context for looking at what is presented; nothing is sent over it after the handshake."""
    context = _context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
