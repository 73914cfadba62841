"""(exception chain) → Outcome: the only place that inspects exceptions.

Libraries wrap what the operating system said; the truth is often two or three links down, so the chain is walked along
`__cause__`, then `__context__`, and the first link that is known decides.
"""

import errno
import ssl
from collections.abc import Iterator
from typing import ClassVar

from preflight.model.evidence import Outcome

CHAIN_LIMIT = 10
"""Links of an exception chain that are looked at."""
TEXT_LIMIT = 300
"""Characters kept of an error's text."""

ERRNO = {
    errno.ECONNREFUSED: Outcome.REFUSED,
    errno.ECONNRESET: Outcome.RESET,
    errno.EPIPE: Outcome.RESET,
    errno.ECONNABORTED: Outcome.RESET,
    errno.ETIMEDOUT: Outcome.DROPPED,
    errno.ENETUNREACH: Outcome.UNREACHABLE,
    errno.EHOSTUNREACH: Outcome.UNREACHABLE,
    errno.ENETDOWN: Outcome.UNREACHABLE,
    errno.EACCES: Outcome.UNREACHABLE,  # a "prohibit" route; Linux also reports it for some ICMP prohibited codes
    errno.EINVAL: Outcome.UNREACHABLE,  # a "blackhole" route
    errno.EPROTO: Outcome.MALFORMED,
    errno.EPERM: Outcome.LOCAL,
    errno.EMFILE: Outcome.LOCAL,
    errno.ENFILE: Outcome.LOCAL,
    errno.ENOBUFS: Outcome.LOCAL,
    errno.ENOMEM: Outcome.LOCAL,
    errno.EADDRINUSE: Outcome.LOCAL,
    errno.EADDRNOTAVAIL: Outcome.LOCAL,
    errno.EAFNOSUPPORT: Outcome.UNREACHABLE,  # IPv6 switched off
}
"""connect(2), send(2), ip(7) and ip-route(8) of Linux; other systems use the same names."""

VERIFY_CODE = {
    9: Outcome.NOT_YET_VALID,
    10: Outcome.EXPIRED,
    62: Outcome.NAME_MISMATCH,
    64: Outcome.NAME_MISMATCH,  # X509_V_ERR_IP_ADDRESS_MISMATCH
}
"""X509_V_ERR numbers of OpenSSL's x509_vfy.h; every other one means that no trusted chain was found."""

VERSION_REASONS = (
    "UNSUPPORTED_PROTOCOL",
    "PROTOCOL_VERSION",
    "NO_PROTOCOLS_AVAILABLE",
    "UNSUPPORTED_SSL_VERSION",
    "WRONG_SSL_VERSION",
    "VERSION_TOO_LOW",
)


class Ended(Exception):  # noqa: N818 - an end, not always an error
    """How our own reading of an answer ended it."""

    outcome: ClassVar[Outcome]


class TooLarge(Ended):
    """An answer went past the bound set for it."""

    outcome = Outcome.TOO_LARGE


class PeerClosed(Ended):
    """The peer ended the stream cleanly where an answer was due."""

    outcome = Outcome.CLOSED


class Malformed(Ended):
    """An answer that breaks its protocol."""

    outcome = Outcome.MALFORMED


class NotTls(Ended):
    """What answers the ClientHello does not speak TLS; `data` is how it began."""

    outcome = Outcome.NOT_TLS

    def __init__(self, data: bytes) -> None:
        super().__init__("the answer to the ClientHello is not a TLS record")
        self.data = data


def classify(error: BaseException) -> Outcome:
    """Name the outcome that an exception chain stands for; `UNKNOWN` when no link of it is known."""
    for link in _chain(error):
        outcome = _known(link)
        if outcome is not None:
            return outcome
    return Outcome.UNKNOWN


def describe(error: BaseException) -> str:
    """What the deciding link of the chain says, bounded; where none is known, the classes and the first message."""
    for link in _chain(error):
        if _known(link) is not None:
            return _text(link)[:TEXT_LIMIT]
    names = " < ".join(type(link).__name__ for link in _chain(error))
    message = next((str(link) for link in _chain(error) if str(link)), "")
    return f"{names}: {message}"[:TEXT_LIMIT] if message else names[:TEXT_LIMIT]


def tls_reason(error: BaseException) -> str:
    """OpenSSL's reason code anywhere in the chain, as in `TLSV1_ALERT_UNKNOWN_CA`; empty when there is none."""
    reasons = (link.reason for link in _chain(error) if isinstance(link, ssl.SSLError))
    return next((reason for reason in reasons if reason), "")


def verify_code(error: BaseException) -> int | None:
    """OpenSSL's verification error number anywhere in the chain."""
    for link in _chain(error):
        if isinstance(link, ssl.SSLCertVerificationError):
            return int(link.verify_code)
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(CHAIN_LIMIT):
        if link is None:
            return
        yield link
        link = link.__cause__ or link.__context__


def _text(link: BaseException) -> str:
    match link:
        case ssl.SSLCertVerificationError():
            return str(link.verify_message)
        case ssl.SSLError():
            return (link.reason or str(link)).replace("_", " ").lower()
        case OSError():
            return link.strerror or str(link)
        case _:
            return str(link)


def _known(error: BaseException) -> Outcome | None:
    match error:
        case Ended():
            return error.outcome
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return Outcome.CLOSED
        case ssl.SSLCertVerificationError():
            return VERIFY_CODE.get(error.verify_code, Outcome.UNTRUSTED)
        case ssl.SSLError():
            return _tls(error.reason or "")
        case TimeoutError():
            return Outcome.DROPPED
        case OSError():
            return ERRNO.get(error.errno or 0)
        case _:
            return _of_library(error)


def _tls(reason: str) -> Outcome:
    if any(part in reason for part in VERSION_REASONS):
        return Outcome.VERSION
    if "ALERT" in reason or reason in {"TLSV1_UNRECOGNIZED_NAME", "TLSV1_UNSUPPORTED_EXTENSION"}:
        return Outcome.ALERT
    if reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST"}:
        return Outcome.NOT_TLS
    if reason == "EXCESSIVE_MESSAGE_SIZE":  # a chain beyond OpenSSL's own bound of 100 KiB
        return Outcome.TOO_LARGE
    return Outcome.MALFORMED


def _of_library(error: BaseException) -> Outcome | None:
    """What HTTP/1.1 parsing raises; the class is known by name, so that no library is loaded to look at an error."""
    name = type(error).__name__
    return Outcome.MALFORMED if name in {"RemoteProtocolError", "ProtocolError"} else None
