"""squid.conf: lists and lines, tunnels and plain requests, what no file settles, and bumping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Transfer
from preflight.policies.squid import load
from tests.budget import examples
from tests.policies.exported import HOST, PUBLIC, document, flow, outcome, said

ALLOWED = ("allowed", "explicit-allow")
DENIED = ("denied", "explicit-deny")
LEFT_OPEN = ("allowed", "default-allow")
LEFT_CLOSED = ("denied", "default-deny")
UNKNOWN = ("unknown", "needs-live-data")
UNSUPPORTED = ("unknown", "unsupported")
ASKED = flow(HOST, PUBLIC)
PLAIN = flow(HOST, PUBLIC, port=80)

RECOMMENDED = """\
# Recommended minimum configuration
acl localnet src 10.0.0.0/8
acl SSL_ports port 443
acl Safe_ports port 80          # http
acl Safe_ports port 443         # https
acl CONNECT method CONNECT
http_access deny !Safe_ports
http_access deny CONNECT !SSL_ports
http_access allow localhost manager
http_access deny manager
http_access deny to_localhost
"""


def conf(text: str, file: str = "squid.conf") -> Document:
    """As the reader wraps a file with http_access lines."""
    return document({"squid.conf": text}, file=file)


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("http_access allow all", ASKED, ALLOWED),
        ("http_access deny all", ASKED, DENIED),
        ("# http_access allow all", ASKED, ("denied", "no-egress-rules")),
        ("acl ok dstdomain .example.com\nhttp_access allow ok\nhttp_access deny all", ASKED, ALLOWED),
        ("acl ok dstdomain example.com\nhttp_access allow ok\nhttp_access deny all", ASKED, DENIED),
        ("acl ok dstdomain example.com\nhttp_access allow ok", ASKED, LEFT_CLOSED),
        ("acl no dstdomain example.com\nhttp_access deny no", ASKED, LEFT_OPEN),
        ("acl ok dstdomain a.example .example.com\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl ok dstdomain a.example\nacl ok dstdomain .example.com\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl a dstdomain .example.com\nacl b port 80\nhttp_access allow a b", ASKED, ("denied", "port-mismatch")),
        ("acl a dstdomain .example.com\nacl b port 80\nhttp_access allow a !b", ASKED, ALLOWED),
        ("acl ok dstdomain \\\n  .example.com\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl ok dstdom_regex ^login\\.\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl ok dstdom_regex -i (^|\\.)EXAMPLE\\.com$\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl ok dstdom_regex EXAMPLE\nhttp_access allow ok", ASKED, LEFT_CLOSED),
        ("acl ok dstdom_regex (a+)+$\nhttp_access allow ok", ASKED, UNSUPPORTED),
        ("acl ok dstdom_regex (\nhttp_access allow ok", ASKED, UNSUPPORTED),
        # each `?`, and each choice in brackets, doubles the ways to fit: these would take minutes
        (f"acl ok dstdom_regex {'[a-z.]?' * 30}!\nhttp_access allow ok", ASKED, UNSUPPORTED),
        (f"acl ok dstdom_regex {'(.|.)' * 30}!\nhttp_access allow ok", ASKED, UNSUPPORTED),
        ("acl ok dstdom_regex ^(.*\\.)?(login|api)[0-9]*\\.example\\.com$\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl ok dst 20.42.65.0/24\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl ok dst 20.42.65.0/255.255.255.0\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl ok dst 20.42.65.1-20.42.65.99\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl ok dst 20.42.66.0/24\nhttp_access allow ok", ASKED, LEFT_CLOSED),
        ("acl ok dst 20.42.65.0/24\nhttp_access allow ok", flow(HOST), UNKNOWN),
        ("acl ok dst www.example.com\nhttp_access allow ok", ASKED, UNKNOWN),
        ("acl ok src 10.240.0.0/16\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl ok src 10.9.0.0/16\nhttp_access allow ok", ASKED, LEFT_CLOSED),
        ("acl ok src 10.240.0.0/16\nhttp_access allow ok", flow(HOST, source=None), UNKNOWN),
        ("acl ok url_regex ^login.example.com:443$\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl ok url_regex ^http://login\nhttp_access allow ok", PLAIN, UNKNOWN),
        ("acl ok method GET\nhttp_access allow ok", ASKED, LEFT_CLOSED),
        ("acl ok method GET\nhttp_access allow ok", PLAIN, UNKNOWN),
        ("acl ok proto HTTP\nhttp_access allow ok", PLAIN, ALLOWED),
        ("http_access deny CONNECT\nhttp_access allow all", ASKED, DENIED),
        ("http_access deny CONNECT\nhttp_access allow all", PLAIN, ALLOWED),
        ("acl ok any-of one two\nacl one port 80\nacl two port 443\nhttp_access allow ok", ASKED, ALLOWED),
        ("acl ok all-of one two\nacl one port 80\nacl two port 443\nhttp_access allow ok", ASKED, LEFT_CLOSED),
        ("acl ok any-of ok\nhttp_access allow ok", ASKED, UNSUPPORTED),
        ("acl user proxy_auth REQUIRED\nhttp_access allow user\nhttp_access deny all", ASKED, UNKNOWN),
        ("acl user proxy_auth REQUIRED\nhttp_access deny !user\nhttp_access allow all", ASKED, UNKNOWN),
        # whoever asks, the answer is the same
        ("acl user proxy_auth REQUIRED\nhttp_access allow user\nhttp_access allow all", ASKED, ALLOWED),
        ('acl ok dstdomain "/etc/squid/allowed"\nhttp_access allow ok', ASKED, UNKNOWN),
        ("http_access allow nobody", ASKED, UNSUPPORTED),
        ("acl ok browser curl\nhttp_access allow ok", ASKED, UNSUPPORTED),
        ("http_access maybe all", ASKED, UNSUPPORTED),
        (f"{RECOMMENDED}http_access allow localnet\nhttp_access deny all", ASKED, ALLOWED),
        (f"{RECOMMENDED}http_access deny all", ASKED, DENIED),
        (f"{RECOMMENDED}http_access allow localnet\nhttp_access deny all", flow(HOST, PUBLIC, port=5671), DENIED),
        (f"{RECOMMENDED}http_access allow localnet", flow(HOST), ALLOWED),
        ("acl ok dstdomain .example.com\nhttp_access allow ok", flow(PUBLIC), UNKNOWN),
        (f"acl ok dstdomain {PUBLIC}\nhttp_access allow ok", flow(PUBLIC), ALLOWED),
        ("acl ok dstdomain -n .example.com\nhttp_access allow ok", flow(PUBLIC), LEFT_CLOSED),
    ],
)  # fmt: skip
def test_the_first_line_of_which_every_list_matches_decides(
    text: str, asked: object, expected: tuple[str, str]
) -> None:
    assert outcome(load, conf(text), asked) == expected  # type: ignore[arg-type] # flows, one a row


def test_a_line_is_named_by_its_number_in_the_file() -> None:
    found = said(load, conf(f"{RECOMMENDED}http_access deny \\\n  all # the rest\n"), ASKED)
    assert (found.name, found.rule) == ("squid.conf", "http_access deny all")
    assert found.origin is not None
    assert (found.origin.file, found.origin.line) == ("squid.conf", 12)


PATTERN = st.sampled_from(["a", ".a", "b.a", ".b.a", "ab.a", ".", "20.42.65.88"])
NAME = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=4).map(".".join)


@given(patterns=st.lists(PATTERN, min_size=1, max_size=3), host=NAME, is_negated=st.booleans())
@examples(200)
def test_a_line_is_found_for_every_name_that_its_lists_hold(
    patterns: list[str], host: str, is_negated: bool
) -> None:
    word = "!x" if is_negated else "x"
    holds = any(
        host == each.lstrip(".") or (each[0] == "." and host.endswith(each) and each != ".")
        for each in patterns
    )
    found = said(
        load,
        conf(
            f"acl x dstdomain {' '.join(patterns)}\nhttp_access deny {word}\nhttp_access allow all"
        ),
        flow(host),
    )
    assert (found.verdict is FlowVerdict.DENIED) is (holds is not is_negated)


def test_what_comes_nearest_is_told_where_the_last_line_denies_all() -> None:
    near = "acl ok dstdomain www.example.com\nhttp_access allow ok\nhttp_access deny all"
    found = said(load, conf(near), ASKED)
    assert found.reason.value == "explicit-deny"
    assert '"http_access allow ok", which does not hold "login.example.com"' in found.explanation
    port = (
        "acl ok dstdomain .example.com\nacl p port 80\nhttp_access allow ok p\nhttp_access deny all"
    )
    assert "another port" in said(load, conf(port), ASKED).explanation


def test_only_tcp_goes_through_a_proxy() -> None:
    decider = load([conf("http_access deny all")])
    assert decider is not None
    assert decider.decide(flow(HOST, PUBLIC, port=123, transfer=Transfer.UDP)) is None


def test_included_files_stand_where_they_are_included() -> None:
    main = conf("include /etc/squid/conf.d/*.conf\nhttp_access deny all")
    more = conf("acl ok dstdomain .example.com\nhttp_access allow ok", file="conf.d/defender.conf")
    assert outcome(load, main, ASKED) == UNKNOWN
    for order in ([main, more], [more, main]):
        found = said(load, order, ASKED)
        assert found.verdict is FlowVerdict.ALLOWED
        assert found.origin is not None
        assert (found.origin.file, found.origin.line) == ("conf.d/defender.conf", 2)


def test_files_that_include_each_other_end() -> None:
    one = conf("include b.conf\nhttp_access deny all", file="a.conf")
    other = conf("include a.conf\nhttp_access allow all", file="b.conf")
    decider = load([one, other])
    assert decider is None or decider.decide(ASKED) is not None


BUMPING = "http_port 3128 ssl-bump cert=/etc/squid/ca.pem\nhttp_access allow all\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("ssl_bump bump all", ("allowed", "inspected")),
        ("ssl_bump splice all", ALLOWED),
        ("ssl_bump peek all", ALLOWED),
        ("acl step1 at_step SslBump1\nssl_bump peek step1\nssl_bump bump all", ("allowed", "inspected")),
        ("acl n ssl::server_name .example.com\nssl_bump splice n\nssl_bump bump all", ALLOWED),
        ("acl n ssl::server_name .example.org\nssl_bump splice n\nssl_bump bump all", ("allowed", "inspected")),
        ("acl n ssl::server_name .example.com\nssl_bump terminate n", DENIED),
        ("acl u proxy_auth REQUIRED\nssl_bump terminate u", UNKNOWN),
        ("acl u proxy_auth REQUIRED\nssl_bump splice u\nssl_bump bump all", ALLOWED),
    ],
)  # fmt: skip
def test_bumping(lines: str, expected: tuple[str, str]) -> None:
    assert outcome(load, conf(BUMPING + lines), ASKED) == expected


def test_without_a_port_that_bumps_and_for_plain_http_nothing_is_inspected() -> None:
    assert outcome(load, conf("http_access allow all\nssl_bump bump all"), ASKED) == ALLOWED
    assert outcome(load, conf(BUMPING + "ssl_bump bump all"), PLAIN) == ALLOWED


def test_the_text_of_a_file_named_so_is_one_too() -> None:
    given = document(
        {"kind": "Configuration", "text": "http_access deny all"}, file="proxy/squid.conf"
    )
    found = said(load, given, ASKED)
    assert (found.name, found.verdict) == ("squid.conf", FlowVerdict.DENIED)


def test_other_files_are_left_alone() -> None:
    assert load([document({"squid.conf": 5}), document({"nginx.conf": "http {}"})]) is None


@pytest.mark.parametrize(
    "text",
    ["http_access", "acl\nacl x\nhttp_access allow x", "http_access allow !", "acl a any-of " + "a " * 50 + "\nhttp_access allow a",
     "\n".join(f"acl l{i} any-of l{i + 1} l{i + 1} m{i + 1}\nacl m{i} all-of l{i + 1} !m{i + 1}" for i in range(300)) + "\nhttp_access allow l0",
     "http_access allow all \\", "ssl_bump\nhttp_access deny\n", "include\nhttp_access deny", "acl a port 99999999\nhttp_access allow a",
     "acl a dstdom_regex [[:alpha:]]\nhttp_access allow a", "acl a dstdom_regex " + "(.*)*" * 20 + "\nhttp_access allow a"],
)  # fmt: skip
def test_what_squid_would_refuse_never_breaks_it(text: str) -> None:
    assert said(load, conf(text), ASKED).explanation
