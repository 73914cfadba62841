"""What the benchmark talks to: a nameserver (dnsmasq) and a TLS 1.3 server, both in the far namespace.

Usage: python -m bench.far_host FOLDER HOSTS. It writes `ca.pem` into FOLDER, prints a line when both answer, and ends when its
standard input is closed.
"""

import asyncio
import os
import resource
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import trustme

from bench.addresses import HOSTS, NAMESERVER, ZONE, host_name

READY_LIMIT = 10.0
"""Seconds that dnsmasq may take until its first answer."""

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"
REQUEST_LIMIT = 60.0
"""Seconds; two thousand handshakes at once take a while on one core."""


def tls_context(folder: Path) -> ssl.SSLContext:
    """A server context with a leaf and an intermediate, as public services send; their root goes to `ca.pem`."""
    root = trustme.CA()
    root.cert_pem.write_to_path(folder / "ca.pem")
    leaf = root.create_child_ca().issue_cert(f"*.{ZONE}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    leaf.configure_cert(context)
    return context


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request with one small page, and close."""
    try:
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), REQUEST_LIMIT)
        writer.write(PAGE)
        await writer.drain()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass  # a client that went away is not our concern
    finally:
        writer.close()


def start_nameserver(folder: Path, hosts: int) -> subprocess.Popen[bytes]:
    """Dnsmasq with an A record for every test host and NXDOMAIN for any other name; it dies with this process."""
    records = "".join(f"{HOSTS[number + 1]} {host_name(number)}\n" for number in range(hosts))
    (folder / "hosts").write_text(records)
    return subprocess.Popen(
        [
            *("setpriv", "--pdeathsig", "KILL", "--"),
            *("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root"),
            *("--no-resolv", "--no-hosts", f"--addn-hosts={folder / 'hosts'}", "--local=/test/"),
            *(
                f"--listen-address={NAMESERVER}",
                "--bind-interfaces",
                f"--pid-file={folder / 'dnsmasq.pid'}",
            ),
        ],
        stdin=subprocess.DEVNULL,
    )


def wait_for_nameserver(nameserver: subprocess.Popen[bytes]) -> None:
    """Return at its first answer; TimeoutError when none comes."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in host_name(0).split("."))
    query = (
        b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + b"\x00\x00\x01\x00\x01"
    )  # RFC 1035, 4.1
    deadline = time.monotonic() + READY_LIMIT
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(0.1)
        asker.connect((str(NAMESERVER), 53))
        while time.monotonic() < deadline and nameserver.poll() is None:
            try:
                asker.send(query)
                asker.recv(512)
            except (TimeoutError, ConnectionRefusedError):
                time.sleep(0.02)  # not listening yet
            else:
                return
    raise TimeoutError("dnsmasq does not answer")


async def serve(context: ssl.SSLContext) -> None:
    """Serve on every address of this namespace until standard input ends."""
    server = await asyncio.start_server(
        answer,
        "0.0.0.0",  # noqa: S104  # all of HOSTS; nothing else reaches this namespace
        443,
        ssl=context,
        backlog=4096,
        ssl_handshake_timeout=REQUEST_LIMIT,
    )
    print("ready", flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Start the nameserver and the TLS server, and stop both at the end of standard input."""
    folder, hosts = Path(sys.argv[1]), int(sys.argv[2])
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    subprocess.run(["ip", "route", "add", "local", str(HOSTS), "dev", "lo"], check=True)
    nameserver = start_nameserver(folder, hosts)
    try:
        wait_for_nameserver(nameserver)
        asyncio.run(serve(tls_context(folder)))
    finally:
        nameserver.kill()
        nameserver.wait()


if __name__ == "__main__":
    os.umask(0o022)
    main()
