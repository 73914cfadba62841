"""Makers of firewalls, web filters and proxies, recognised by what they write: certificates, headers, pages.

A page is only looked at where the channel does not prove that the service itself wrote it.
"""

from dataclasses import dataclass

from preflight.model.evidence import Certificate, Headers
from preflight.model.report import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """A maker, and every mark by which its devices are known; all marks in lower case, matched as parts of the text."""

    name: str
    engine: Engine = Engine.UNKNOWN
    issuers: tuple[str, ...] = ()
    """Parts of the issuer's name in a substituted certificate."""
    statuses: tuple[int, ...] = ()
    """Status codes that nobody else sends."""
    headers: tuple[tuple[str, str], ...] = ()
    """Header names, and a part of the value (empty: the header alone tells)."""
    bodies: tuple[bytes, ...] = ()


MAKERS = (
    # https://http.dev/470 (unofficial status of application rules); body documented there, seen 2026-11
    Maker(
        name="Azure Firewall",
        engine=Engine.AZURE_FIREWALL,
        statuses=(470,),
        bodies=(b"action: deny. reason:",),
    ),
    Maker(
        name="Squid",
        engine=Engine.SQUID,
        headers=(("x-squid-error", ""), ("server", "squid")),
        bodies=(b"(squid/", b"<!-- err_"),
    ),
    Maker(
        name="Zscaler",
        issuers=("zscaler",),
        headers=(("server", "zscaler"), ("location", "zscaler")),
        bodies=(b"zscaler",),
    ),
    Maker(
        name="Fortinet FortiGate",
        issuers=("fortinet", "fortigate"),
        headers=(("location", "/fgtauth?"),),
        bodies=(b"fortiguard", b"fortinet", b"/fgtauth?"),
    ),
    Maker(
        name="Palo Alto Networks",
        issuers=("palo alto networks", "pan-fw"),
        headers=(("location", "/php/urlblock.php"),),
        bodies=(b"palo alto networks", b"/php/urlblock.php"),
    ),
    Maker(
        name="Cisco Umbrella",
        issuers=("cisco umbrella",),
        headers=(("location", ".opendns.com"), ("server", "opendns")),
        bodies=(b"cisco umbrella", b"block.opendns.com"),
    ),
    Maker(name="Cisco", issuers=("cisco",), bodies=(b"ironport", b"cisco web security")),
    Maker(
        name="Check Point",
        issuers=("check point", "checkpoint"),
        headers=(("location", "/usercheck/"),),
        bodies=(b"usercheck", b"check point software"),
    ),
    Maker(name="Sophos", issuers=("sophos",), bodies=(b"sophos",)),
    Maker(
        name="Symantec ProxySG (Blue Coat)",
        issuers=("blue coat", "bluecoat"),
        headers=(("server", "bluecoat"), ("x-bluecoat-via", "")),
        bodies=(b"blue coat", b"bluecoat"),
    ),
    Maker(
        name="Forcepoint (Websense)",
        issuers=("forcepoint", "websense"),
        headers=(("location", "blockpage.cgi"),),
        bodies=(b"websense", b"forcepoint", b"blockpage.cgi"),
    ),
    Maker(
        name="Skyhigh (McAfee) Web Gateway",
        issuers=("mcafee", "skyhigh"),
        bodies=(b"mwg-internal", b"mcafee web gateway", b"skyhigh security"),
    ),
    Maker(name="Barracuda", issuers=("barracuda",), headers=(("server", "barracuda"),)),
    Maker(
        name="Netskope",
        issuers=("netskope", "goskope"),
        headers=(("location", "goskope.com"),),
        bodies=(b"netskope",),
    ),
    Maker(
        name="SonicWall",
        issuers=("sonicwall",),
        headers=(("server", "sonicwall"),),
        bodies=(b"sonicwall",),
    ),
    Maker(name="Ubiquiti", issuers=("ubiquiti", "unifi")),
    Maker(name="Aruba Networks", issuers=("aruba",)),
    Maker(name="Huawei", issuers=("huawei",)),
    Maker(name="mitmproxy", issuers=("mitmproxy",), headers=(("server", "mitmproxy"),)),
)
"""Each mark is one that the maker documents or that open block-page collections (OONI, Citizen Lab) list; 2026-11."""


def maker_of_certificate(certificate: Certificate) -> Maker | None:
    """Whose device issued the certificate, by the issuer's name."""
    issuer = certificate.issuer.casefold()
    return next((maker for maker in MAKERS if any(mark in issuer for mark in maker.issuers)), None)


def maker_of_answer(status: int | None, headers: Headers, body: bytes) -> Maker | None:
    """Whose device wrote the answer, by status, headers and first bytes."""
    page = body.lower()
    for maker in MAKERS:
        if (
            status in maker.statuses
            or _has_header(maker, headers)
            or any(mark in page for mark in maker.bodies)
        ):
            return maker
    return None


def is_signed(maker: Maker, status: int | None, headers: Headers) -> bool:
    """Whether status or headers name the maker, which is firmer than a word on a page."""
    return status in maker.statuses or _has_header(maker, headers)


def _has_header(maker: Maker, headers: Headers) -> bool:
    return any(
        name == mark and part in value.casefold()
        for name, value in headers
        for mark, part in maker.headers
    )
