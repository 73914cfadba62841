"""What users type → model values."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.cli import arguments
from preflight.errors import UsageError
from preflight.model.profile import Target, Waiver
from preflight.model.vantage import Credentials

GUID = "0a1b2c3d-1111-4222-8333-0123456789ab"
KNOWN = ("acr_name", "api_server_fqdn", "dns_server", "region", "servicebus_host", "workspace_id")
FORMATS = ("table", "json")


def refused(parse: Callable[[], object]) -> str:
    """The one line with which the value is refused."""
    with pytest.raises(UsageError) as raised:
        parse()
    line = str(raised.value)
    assert line.isprintable()
    return line


def test_a_proxy_url_becomes_a_proxy() -> None:
    made = arguments.proxy("http://ann:secret@proxy.example:3128")
    assert str(made) == "http://proxy.example:3128"
    assert made.credentials == Credentials(user="ann", password="secret")


def test_a_refused_proxy_names_the_option_and_not_the_password() -> None:
    line = refused(lambda: arguments.proxy("http://ann:secret@proxy:port"))
    assert line.startswith("--proxy: ")
    assert "secret" not in line


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("example.com", "example.com", None),
        ("Example.COM.", "example.com", None),
        ("example.com:8443", "example.com", 8443),
        ("192.0.2.1:80", "192.0.2.1", 80),
        ("[2001:DB8::1]", "2001:db8::1", None),
        ("[2001:db8::1]:8443", "2001:db8::1", 8443),
        ("bücher.example", "xn--bcher-kva.example", None),
    ],
)
def test_an_endpoint_is_a_host_and_perhaps_a_port(text: str, host: str, port: int | None) -> None:
    assert arguments.target(text) == Target(host=host, port=port)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("2001:db8::1", "brackets"),
        ("*.ods.opinsights.azure.com", "wildcard"),
        ("a b.example", "no host name"),
        ("example.com:https", "65535"),
        (":443", "no host name"),
        ("10.0.0.256", "neither an address"),
        ("a\x1b[31m.example", "control"),
        ("a\nb", "control"),
        ("a\u202eb.example", "invisible"),
        ("a" * 1001, "1000"),
        ("https://example.com/path?q", "did you mean example.com?"),
        ("https://example.com:8443/", "did you mean example.com:8443?"),
        ("example.com/path", "did you mean example.com?"),
        ("https://[2001:db8::1]/", "did you mean [2001:db8::1]?"),
        ("https:///path", "not a URL"),
        ("https://ann:secret@example.com", "not a URL"),
        ("ann@example.com", "not a URL"),
    ],
)
def test_what_is_no_endpoint_is_refused_with_what_to_write(text: str, reason: str) -> None:
    line = refused(lambda: arguments.target(text, option="--only-endpoint"))
    assert line.startswith("--only-endpoint")
    assert reason in line
    assert "secret" not in line


def test_a_long_value_is_cut_in_the_message() -> None:
    assert len(refused(lambda: arguments.target("a" * 900))) < 150


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.10", "10.0.0.10:53"),
        ("10.0.0.10:5353", "10.0.0.10:5353"),
        ("2001:db8::53", "[2001:db8::53]:53"),
        ("[2001:db8::53]", "[2001:db8::53]:53"),
        ("[2001:db8::53]:5353", "[2001:db8::53]:5353"),
        ("127.0.0.1", "127.0.0.1:53"),
    ],
)
def test_a_resolver_is_an_address_and_perhaps_a_port(text: str, expected: str) -> None:
    assert str(arguments.dns_server(text)) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("dns.example", "by its IP address"),
        ("dns.example:53", "by its IP address"),
        ("10.0.0.10:0", "65535"),
        ("10.0.0.10:53:53", "brackets"),
        ("0.0.0.0", "no single resolver"),
        ("::", "no single resolver"),
        ("224.0.0.251", "no single resolver"),
        ("10.0.0.10\x00", "control"),
    ],
)
def test_what_is_no_resolver_is_refused(text: str, reason: str) -> None:
    assert reason in refused(lambda: arguments.dns_server(text))


@pytest.mark.parametrize(
    "text",
    [
        GUID,
        GUID.upper(),
        f"{{{GUID}}}",
        GUID.replace("-", ""),
        "0A1B2C3D1111-4222-8333-0123456789ab",
    ],
)
def test_a_workspace_is_its_guid(text: str) -> None:
    assert arguments.workspace_id(text) == GUID


@pytest.mark.parametrize(
    "text",
    [
        GUID[:-1],
        GUID + "0",
        "my-workspace",
        "/subscriptions/x/workspaces/y",
        GUID.replace("a", "g"),
    ],
)
def test_another_name_of_a_workspace_is_refused_with_how_to_find_the_guid(text: str) -> None:
    assert "customerId" in refused(lambda: arguments.workspace_id(text))


@pytest.mark.parametrize("text", ["westeurope", "eu-west-1", "usgovvirginia", "germanywc"])
def test_a_region_is_kept(text: str) -> None:
    assert arguments.region(text) == text


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("West Europe", "did you mean westeurope?"),
        ("EU-WEST-1", "did you mean eu-west-1?"),
        ("west_europe", "digits and hyphens"),
        ("-west", "digits and hyphens"),
        ("west.europe", "digits and hyphens"),
        ("a" * 64, "digits and hyphens"),
    ],
)
def test_a_region_in_another_form_is_refused_with_the_right_one(text: str, hint: str) -> None:
    assert refused(lambda: arguments.region(text)).endswith(hint)


@pytest.mark.parametrize(
    ("text", "version"),
    [("0.8.39", (0, 8, 39)), ("v0.10.10", (0, 10, 10)), ("1.0.0", (1, 0, 0))],
)
def test_a_sensor_version_is_three_numbers(text: str, version: tuple[int, int, int]) -> None:
    assert arguments.sensor_version(text) == version


@pytest.mark.parametrize(
    "text",
    ["0.8", "0.8.39.1", "0.8.x", "latest", "0.8.39-rc1", "1.2.\u0663", "-1.0.0", "0.8.1234567"],
)
def test_anything_else_is_no_sensor_version(text: str) -> None:
    assert "three numbers" in refused(lambda: arguments.sensor_version(text))


@pytest.mark.parametrize(
    ("text", "endpoint", "reason", "until"),
    [
        ("mcr-rest=mirrored", "mcr-rest", "mirrored", None),
        ("mcr-rest=mirrored@2026-12-31", "mcr-rest", "mirrored", date(2026, 12, 31)),
        ("mcr-rest = mirrored @2026-12-31", "mcr-rest", "mirrored", date(2026, 12, 31)),
        ("x.example:8443=a=b", "x.example:8443", "a=b", None),
        ("relay/wss=ask ops@contoso.example", "relay/wss", "ask ops@contoso.example", None),
        ("a=ops@x.example@2027-01-01", "a", "ops@x.example", date(2027, 1, 1)),
        ("a=since 2026-01-01", "a", "since 2026-01-01", None),
        ("a=@2026-12-31 or later", "a", "@2026-12-31 or later", None),
    ],
)
def test_a_waiver_has_a_reason_and_perhaps_a_last_day(
    text: str, endpoint: str, reason: str, until: date | None
) -> None:
    assert arguments.waiver(text) == Waiver(id=endpoint, reason=reason, until=until)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("mcr-rest", "ID=REASON"),
        ("=reason", "ID=REASON"),
        ("mcr-rest=", "needs a reason"),
        ("mcr-rest= ", "needs a reason"),
        ("mcr-rest=@2026-12-31", "needs a reason"),
        ("mcr-rest=x@2026-02-30", "2026-02-30 is no day"),
        ("mcr-rest=x\x1b[2J", "control"),
    ],
)
def test_a_waiver_without_reason_or_with_no_real_day_is_refused(text: str, problem: str) -> None:
    assert problem in refused(lambda: arguments.waiver(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("acr_name=Contoso1", ("acr_name", "contoso1")),
        ("region=westeurope", ("region", "westeurope")),
        (f"workspace_id={{{GUID}}}", ("workspace_id", GUID)),
        (
            "servicebus_host=AZGN1.servicebus.windows.net",
            ("servicebus_host", "azgn1.servicebus.windows.net"),
        ),
        ("api_server_fqdn=10.0.0.1", ("api_server_fqdn", "10.0.0.1")),
        ("dns_server=[2001:db8::53]", ("dns_server", "2001:db8::53")),
    ],
)
def test_a_placeholder_gets_the_kind_of_value_it_stands_for(
    text: str, expected: tuple[str, str]
) -> None:
    assert arguments.assignment(text, known=KNOWN) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("acr_name", "NAME=VALUE"),
        ("acrname=x", "acr_name'? The names are acr_name, api_server_fqdn"),
        ("acr_name=", "letters, digits"),
        ("acr_name=a/b", "letters, digits"),
        ("acr_name=evil.example#", "letters, digits"),
        ("acr_name=-a", "letters, digits"),
        ("workspace_id=name", "customerId"),
        ("region=West Europe", "did you mean westeurope?"),
        ("api_server_fqdn=https://x.example:443", "did you mean x.example?"),
        ("api_server_fqdn=x.example:443", "without a port"),
        ("api_server_fqdn=", "--set api_server_fqdn: the value is empty"),
    ],
)
def test_a_value_that_cannot_stand_there_is_refused(text: str, problem: str) -> None:
    assert problem in refused(lambda: arguments.assignment(text, known=KNOWN))


def test_a_name_may_be_given_twice_only_with_one_value() -> None:
    assert arguments.values([("a", "1"), ("b", "2"), ("a", "1")]) == (("a", "1"), ("b", "2"))
    assert "region is given twice: 'x' and 'y'" in refused(
        lambda: arguments.values([("region", "x"), ("region", "y")])
    )


@pytest.mark.parametrize(
    ("text", "number"), [("5", 5.0), ("0.5", 0.5), ("3600", 3600.0), ("007", 7.0)]
)
def test_seconds_are_a_positive_number(text: str, number: float) -> None:
    assert arguments.seconds(text, option="--timeout") == number


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "0.0",
        "-1",
        "+1",
        "nan",
        "inf",
        "1e3",
        "1_0",
        "3600.1",
        "9" * 400,
        ".5",
        "5.",
        "5s",
        "\u0665",
        "1,5",
    ],
)
def test_anything_else_is_no_budget(text: str) -> None:
    assert "above 0 and at most 3600" in refused(
        lambda: arguments.seconds(text, option="--timeout")
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("json", ("json", None)),
        ("json=-", ("json", None)),
        ("json=report.json", ("json", Path("report.json"))),
        ("table=a=b.txt", ("table", Path("a=b.txt"))),
    ],
)
def test_an_output_is_a_format_and_perhaps_a_file(
    text: str, expected: tuple[str, Path | None]
) -> None:
    assert arguments.output(text, formats=FORMATS) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("yaml", "the formats are table, json"),
        ("JSON", "the formats are table, json"),
        ("json=", "a file name must follow"),
        ("=x", "the formats are table, json"),
        ("json=a\x00b", "control"),
    ],
)
def test_an_unknown_output_is_refused(text: str, problem: str) -> None:
    assert problem in refused(lambda: arguments.output(text, formats=FORMATS))


PARSERS: dict[str, Callable[[str], object]] = {
    "proxy": arguments.proxy,
    "target": arguments.target,
    "dns_server": arguments.dns_server,
    "workspace_id": arguments.workspace_id,
    "region": arguments.region,
    "sensor_version": arguments.sensor_version,
    "waiver": arguments.waiver,
    "assignment": lambda text: arguments.assignment(text, known=KNOWN),
    "seconds": lambda text: arguments.seconds(text, option="--timeout"),
    "output": lambda text: arguments.output(text, formats=FORMATS),
}
TYPED = st.one_of(
    st.text(),
    st.text(alphabet="0123456789abcdefg.:-[]@/=*%{} \x1b\x00"),
    st.builds("{}={}".format, st.sampled_from([*KNOWN, *FORMATS]), st.text()),
)


def said(parse: Callable[[str], object], text: str) -> str:
    """What is said of the text; empty where it is a value. Anything but UsageError fails the test."""
    try:
        parse(text)
    except UsageError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", PARSERS)
@given(TYPED)
def test_any_text_is_a_value_or_one_printable_line(name: str, text: str) -> None:
    line = said(PARSERS[name], text)
    assert line.isprintable()
    assert len(line) < 400


SECRET = "hunter2Zx"


@pytest.mark.parametrize("name", ["proxy", "target", "dns_server"])
@given(st.text(max_size=10), st.sampled_from(["http://", "https://", ""]), st.text(max_size=20))
def test_a_password_in_a_url_is_never_repeated(
    name: str, user: str, scheme: str, rest: str
) -> None:
    assert SECRET not in said(PARSERS[name], f"{scheme}{user}:{SECRET}@{rest}")
