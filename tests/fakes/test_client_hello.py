"""The ClientHello parser, against what OpenSSL really sends."""

import ssl

import pytest

from tests.fakes.client_hello import NotClientHelloError, server_name


def hello(name: str | None) -> bytes:
    """The handshake message of a ClientHello, without its record header."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    outgoing = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()[5:]


def test_the_server_name_is_read() -> None:
    assert server_name(hello("service.example.test")) == "service.example.test"


def test_a_hello_without_server_name_has_none() -> None:
    assert server_name(hello(None)) is None


def test_another_handshake_message_is_no_client_hello() -> None:
    with pytest.raises(NotClientHelloError):
        server_name(b"\x02" + hello("service.example.test")[1:])
