"""HTTP/1.1 answers, from sound to strange, as strategies."""

from hypothesis import strategies as st

STATUS_LINES = st.sampled_from(
    (
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 404 Not Found",
        b"HTTP/1.1 407 Proxy Authentication Required",
        b"HTTP/1.1 503 \x1b[31m\xe2\x80\xae",
        b"HTTP/1.1 302 Found",
        b"HTTP/1.1 101 Switching Protocols",
        b"HTTP/1.1 100 Continue",
        b"HTTP/1.0 200",
        b"HTTP/1.1 204 ",
        b"HTTP/1.1 999 \xff\x00",
        b"HTTP/1.1 20 OK",
        b"HTTP/1.1 -12 OK",
        b"HTTP/9.9 200 OK",
        b"HTTP/2 200",
        b"ICY 200 OK",
        b"",
    )
)
NAMES = st.sampled_from(
    (
        b"Server",
        b"Date",
        b"Location",
        b"Via",
        b"Content-Length",
        b"Transfer-Encoding",
        b"Content-Encoding",
        b"Connection",
        b"Upgrade",
        b"X-Squid-Error",
        b"Content-Type",
        b"Proxy-Authenticate",
        b"Set-Cookie",
        b" Folded",
        b"No\x00Name",
        b"",
        b"N" * 3000,
    )
)
VALUES = st.sampled_from(
    (
        b"0",
        b"4",
        b"15",
        b"-1",
        b"99999999999999999999999",
        b"4, 4",
        b"chunked",
        b"gzip, chunked",
        b"identity",
        b"gzip",
        b"close",
        b"websocket",
        b"Tue, 24 Nov 2026 15:00:00 GMT",
        b"Tue, 99 Nov 0000 99:99:99 XXX",
        b"http://10.0.0.1/login",
        b"//[::1",
        b"\x1b[2J\xe2\x80\xae",
        b"squid/5.7",
        b"ERR_ACCESS_DENIED 0",
        b"v" * 70_000,
        b"",
    )
)
BODIES = st.sampled_from(
    (
        b"",
        b"Healthy",
        b"<html><title>Web Page Blocked</title>FortiGuard",
        b"4\r\nabcd\r\n0\r\n\r\n",
        b"ffffffffffffffff\r\nx",
        b"-4\r\nabcd\r\n",
        b"\x1f\x8b\x08\x00",
        b"\x16\x03\x03\x00\x02\x02\x28",
        b"\x00\xff\x1b]0;title\x07" * 400,
        b"z" * 100_000,
    )
)
LINE_ENDS = st.sampled_from((b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"))


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """A head and what comes behind it; sometimes several heads, one of which only says to wait."""
    end = draw(LINE_ENDS)
    headers = draw(st.lists(st.tuples(NAMES, VALUES), max_size=4))
    many = draw(st.sampled_from((1, 1, 1, 1, 60)))
    lines = [draw(STATUS_LINES)] + [name + b": " + value for name, value in headers * many]
    head = end.join((*lines, b"", b""))
    interim = draw(st.sampled_from((b"", b"", b"", b"HTTP/1.1 100 Continue\r\n\r\n")))
    return interim * draw(st.sampled_from((1, 5000))) + head + draw(BODIES)
