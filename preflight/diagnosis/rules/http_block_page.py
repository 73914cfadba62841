"""http.block_page: a firewall or portal wrote the answer, not the service.

Seen: An answer came that bears the marks of a firewall, web filter or captive portal: a status that only one sends, a header, words
on the page, or a redirect to a login or portal host. The more the connection proves of its other end, the firmer the marks must be.

Means: A web filter or application rule ends the request itself and writes its own page. An answer of the genuine service, whatever
its status, is not counted here: a plain 403 or 503 over an authentic connection proves that the path is open.

Ask for: The documented name to be allowed in the web filter's policy (or application rule) for this source.

Confidence: confirmed by a status or header that only such a device sends, likely by words on the page or a redirect, possible where
the service's documented answer is merely missing.

Example:
    exchange 10.244.1.7:40001 -> 203.0.113.10:80 GET / 470
    body: "Action: Deny. Reason: No rule matched. Proceeding with default action."
"""

from ipaddress import ip_address
from typing import assert_never

from preflight.diagnosis.authenticity import Channel, channel_of, has_fingerprint, is_documented
from preflight.diagnosis.case import Case
from preflight.diagnosis.conclude import blocked
from preflight.diagnosis.makers import Maker, is_signed, maker_of_answer
from preflight.diagnosis.names import domain
from preflight.diagnosis.quote import plain, quoted, quoted_bytes
from preflight.diagnosis.steps import exchange_of, leaf_of
from preflight.diagnosis.wording import issuer_of
from preflight.model.diagnosis import Cause, Confidence, Diagnosis
from preflight.model.evidence import Attempt, Exchange
from preflight.model.report import Engine
from preflight.model.vantage import Address

CAPTIVE = 511
"""Network Authentication Required: sent by a network's own portal, never by a service (RFC 6585 §6)."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PORTAL_WORDS = (
    "portal",
    "captive",
    "block",
    "denied",
    "hotspot",
    "splash",
    "login",
    "logon",
    "auth",
    "guest",
    "wifi",
    "policy",
)
"""Parts of a redirect's target that speak of a portal. A genuine service redirects to its own sign-in too, so they count only where
nothing vouches for the peer."""
WEAKER = {
    Confidence.CONFIRMED: Confidence.LIKELY,
    Confidence.LIKELY: Confidence.POSSIBLE,
    Confidence.POSSIBLE: Confidence.POSSIBLE,
}
PHRASES = (
    b"web page blocked",
    b"access to this site is blocked",
    b"access to this page has been blocked",
    b"this website is blocked by your network operator",
    b"this site is blocked due to content filtering",
    b"this domain is blocked due to content filtering",
    b"in violation of your internet usage policy",
    b"has been blocked by your",
)
"""Whole phrases of block pages without a maker's name (OONI blocking-fingerprints, Censored Planet; 2026-11). A genuine page may well
speak of policies and filters; that this page is blocked it does not say."""
SHOWN = 80
"""Bytes of the page that the explanation quotes."""

Mark = tuple[Confidence, str, str]
"""How sure, what was seen, and the maker's name if known."""


def explain(attempt: Attempt, case: Case) -> Diagnosis | None:
    """Speak when the answer bears a middlebox's marks and nothing proves it to be the service's."""
    answer = exchange_of(attempt)
    if answer is None or has_fingerprint(answer, case.endpoint):
        return None
    channel = channel_of(attempt, case)
    mark = _mark(answer, channel, case)
    if mark is None:
        return None
    confidence, seen, maker = mark
    text = (
        f"{plain(case.host)} was answered with {answer.status} by something else than the service: {seen}."
        f"{_certificate(channel, attempt, case)}"
    )
    return blocked(Cause.HTTP_BLOCK_PAGE, confidence, text, *attempt.steps, scope=maker)


def _mark(answer: Exchange, channel: Channel, case: Case) -> Mark | None:
    """The less the connection proves, the more the answer has to: what counts as a mark depends on the channel."""
    maker = _maker(answer, case)
    match channel:
        case Channel.AUTHENTIC:
            is_lacking = has_fingerprint(answer, case.endpoint) is False
            mark = maker or (_page(answer) if is_lacking else None)
            return (WEAKER[mark[0]], *mark[1:]) if mark else None
        case Channel.VERIFIED:
            return maker or _captive(answer) or _redirect(answer, (), case) or _page(answer)
        case Channel.FOREIGN | Channel.UNPROVEN:
            return (
                maker or _captive(answer) or _redirect(answer, PORTAL_WORDS, case) or _page(answer)
            )
        case Channel.CLEAR:
            mark = maker or _captive(answer) or _redirect(answer, PORTAL_WORDS, case)
            return mark or _page(answer) or _stranger(answer, case)
        case _ as unreachable:
            assert_never(unreachable)


def _certificate(channel: Channel, attempt: Attempt, case: Case) -> str:
    leaf = leaf_of(attempt, case)
    if channel is not Channel.FOREIGN or leaf is None:
        return ""
    return f" The connection is inspected: its certificate was issued by {issuer_of(leaf)}."


def _maker(answer: Exchange, case: Case) -> Mark | None:
    """The maker whose marks the answer bears, unless the host is the maker's own."""
    maker = maker_of_answer(answer.status, answer.headers, answer.body)
    if maker is None or _is_at_home(maker, case.host):
        return None
    is_sure = is_signed(maker, answer.status, answer.headers)
    confidence = Confidence.CONFIRMED if is_sure else Confidence.LIKELY
    return confidence, f"it looks like {maker.name} ({_excerpt(answer)})", maker.name


def _is_at_home(maker: Maker, host: str) -> bool:
    """Whether the host is the maker's own, so that the maker's marks belong there.

    Azure's hosts are the services of this very catalogue, and none of them writes what Azure Firewall writes.
    """
    is_azure = maker.engine is Engine.AZURE_FIREWALL
    return not is_azure and maker.name.split()[0].casefold() in domain(host)


def _captive(answer: Exchange) -> Mark | None:
    if answer.status != CAPTIVE:
        return None
    return Confidence.CONFIRMED, "511 is sent by a network's own login portal", ""


def _redirect(answer: Exchange, words: tuple[str, ...], case: Case) -> Mark | None:
    """A redirect to an address, or to a host foreign to the service whose name or path speaks of a portal."""
    location = next((value for name, value in answer.headers if name == "location"), "")
    if answer.status not in REDIRECTS or not location:
        return None
    target = _target(location)
    if not target or domain(target) == domain(case.host) or target == case.host:
        return None
    shown = location.partition("?")[0].casefold()
    is_portal = _address(target) is not None or any(word in shown for word in words)
    return (Confidence.LIKELY, f"it redirects to {quoted(location)}", "") if is_portal else None


def _target(location: str) -> str:
    """The host of an absolute URL, without user and port; empty for a relative one."""
    _, mark, rest = location.partition("://")
    authority = rest.partition("/")[0].partition("?")[0].rpartition("@")[2] if mark else ""
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority.partition(":")[0].casefold().rstrip(".")


def _address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _page(answer: Exchange) -> Mark | None:
    page = answer.body.lower()
    return (
        (Confidence.LIKELY, f"its page says so ({_excerpt(answer)})", "")
        if any(p in page for p in PHRASES)
        else None
    )


def _stranger(answer: Exchange, case: Case) -> Mark | None:
    """In clear text the documented fingerprint is all there is: without it, and with another status, it is not the service."""
    if has_fingerprint(answer, case.endpoint) is not False or is_documented(answer, case.endpoint):
        return None
    return (
        Confidence.POSSIBLE,
        f"neither the status nor the content is what it documents ({_excerpt(answer)})",
        "",
    )


def _excerpt(answer: Exchange) -> str:
    server = next((value for name, value in answer.headers if name == "server"), "")
    by = f"server {quoted(server)}, " if server else ""
    return f"{by}{quoted_bytes(answer.body, SHOWN)}" if answer.body else f"{by}no body"
