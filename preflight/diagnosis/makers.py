"""Makers of firewalls, web filters and proxies, recognised by what they write: certificates, headers, pages.

A page is only looked at where the channel does not prove that the service itself wrote it.
"""

from dataclasses import dataclass

from preflight.model.evidence import Certificate, Headers
from preflight.model.report import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """A maker, and every mark by which its devices are known; all marks in lower case."""

    name: str
    engine: Engine = Engine.UNKNOWN
    issuers: tuple[str, ...] = ()
    """Whole words of the issuer's name in a substituted certificate."""
    statuses: tuple[int, ...] = ()
    """Status codes that nobody else sends."""
    headers: tuple[tuple[str, str], ...] = ()
    """Header names, and a part of the value (empty: the header alone tells)."""
    bodies: tuple[bytes, ...] = ()
    """Parts of the page."""


MAKERS = (
    # http.dev/470 (the unofficial status of application rules, and its body)
    Maker(
        name="Azure Firewall",
        engine=Engine.AZURE_FIREWALL,
        statuses=(470,),
        bodies=(b"action: deny. reason:",),
    ),
    # headers: nmap; words: OONI; signature of its error pages: field
    Maker(
        name="Squid",
        engine=Engine.SQUID,
        headers=(("x-squid-error", ""), ("server", "squid/")),
        bodies=(b"(squid/", b"stylesheet for squid error pages"),
    ),
    # issuers: help.zscaler.com, choosing the CA certificate for SSL inspection; location and title: OONI; server: field
    Maker(
        name="Zscaler",
        issuers=("zscaler",),
        headers=(("server", "zscaler/"), ("location", "://gateway.zscaler")),
        bodies=(b"internet security by zscaler",),
    ),
    # issuers: blockblame; /fgtauth: nmap; words: OONI, Censored Planet
    Maker(
        name="Fortinet FortiGate",
        issuers=("fortinet",),
        headers=(("location", "/fgtauth?"),),
        bodies=(
            b"fortiguard intrusion prevention - access blocked",
            b"fortiguard web filtering",
            b"powered by fortiguard",
            b"fortigate application control",
            b"/fgtauth?",
        ),
    ),
    # issuers: blockblame; location and words: OONI
    Maker(
        name="Palo Alto Networks",
        issuers=("palo alto networks", "pan-fw"),
        headers=(("location", "/php/urlblock.php"),),
        bodies=(
            b"access to the web page you were trying to visit has been blocked in accordance with",
            b"/php/urlblock.php",
        ),
    ),
    # issuers: docs.umbrella.com (Cisco Umbrella root certificate); location and link: OONI; server: nmap
    Maker(
        name="Cisco Umbrella",
        issuers=("cisco umbrella",),
        headers=(("location", ".opendns.com/"), ("server", "opendns guide")),
        bodies=(b"https://block.opendns.com", b"https://malware.opendns.com"),
    ),
    # blockblame
    Maker(name="Cisco", issuers=("cisco",)),
    # location and words: OONI; issuers: field
    Maker(
        name="Check Point",
        issuers=("check point", "checkpoint"),
        headers=(("location", "/usercheck/portalmain"),),
        bodies=(b"check point usercheck", b"/usercheck/portalmain"),
    ),
    # blockblame
    Maker(name="Sophos", issuers=("sophos",)),
    # location and link: OONI; server: nmap; issuers: field
    Maker(
        name="Symantec ProxySG (Blue Coat)",
        issuers=("blue coat", "bluecoat"),
        headers=(
            ("location", "://notify.bluecoat.com"),
            ("server", "bluecoat-security-appliance"),
        ),
        bodies=(b"://notify.bluecoat.com",),
    ),
    # location and link: help.forcepoint.com, how to use a block page; OONI; issuers: field
    Maker(
        name="Forcepoint (Websense)",
        issuers=("forcepoint", "websense"),
        headers=(("location", "/cgi-bin/blockpage.cgi?ws-session="),),
        bodies=(b":15871/cgi-bin/blockpage.cgi", b":15871/cgi-bin/block_message.cgi"),
    ),
    # words: Censored Planet; issuers: field. McAfee alone was a public authority once (McAfee OV SSL CA)
    Maker(
        name="Skyhigh (McAfee) Web Gateway",
        issuers=("mcafee web gateway", "skyhigh secure web gateway"),
        bodies=(b"mcafee web gateway - notification",),
    ),
    # server: OONI (BarracudaHTTP is not meant: that one stands before services); words: Censored Planet; issuers: field
    Maker(
        name="Barracuda",
        issuers=("barracuda",),
        headers=(("server", "barracuda/ngfirewall"),),
        bodies=(
            b"<th>barracuda nextgen firewall:</th>",
            b"redirecting you to barracuda web filter.",
        ),
    ),
    # field: docs.netskope.com speaks of certificates for SSL/TLS decryption without their names
    Maker(
        name="Netskope", issuers=("netskope", "goskope"), headers=(("location", ".goskope.com/"),)
    ),
    # server: nmap, OONI; link: OONI; issuers: field
    Maker(
        name="SonicWall",
        issuers=("sonicwall",),
        headers=(("server", "sonicwall"),),
        bodies=(b"://cfssupport.sonicwall.com",),
    ),
    # blockblame
    Maker(name="Ubiquiti", issuers=("ubiquiti", "unifi")),
    # blockblame, whose "Aruba" alone is a public authority too (Aruba PEC)
    Maker(name="Aruba Networks", issuers=("aruba networks", "arubanetworks")),
    # the header is nmap's, the issuer from the field
    Maker(name="mitmproxy", issuers=("mitmproxy",), headers=(("server", "mitmproxy "),)),
)
"""Each maker's comment says where its marks come from, read 2026-11:

- blockblame: tailscale/tailscale, net/tlsdial/blockblame (issuers of firewalls that its users met);
- OONI: ooni/blocking-fingerprints, fingerprints_http.csv; Censored Planet: the rows of that file that come from there;
- nmap: nmap/nmap, nmap-service-probes;
- field: seen in the field, no vendor page found; only names that no public authority and no service bears.

A mark must be one that a genuine service cannot bear by chance: a maker's name on a page is none, its block page's title is.
"""


def maker_of_certificate(certificate: Certificate) -> Maker | None:
    """Whose device issued the certificate, by the issuer's name."""
    issuer = certificate.issuer.casefold()
    return next(
        (maker for maker in MAKERS if any(_has_words(issuer, mark) for mark in maker.issuers)), None
    )


def _has_words(text: str, mark: str) -> bool:
    """Whether the mark stands there as words of its own: `unifi` is not in `Unified Trust CA`."""
    before, found, after = text.partition(mark)
    while found:
        if not before[-1:].isalpha() and not after[:1].isalpha():
            return True
        before, found, after = after.partition(mark)
    return False


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
