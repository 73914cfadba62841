"""Two network namespaces: the client, and the internet behind a firewall."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.netns.addresses import (
    ANY,
    BEHIND_PROXY,
    CLIENT,
    CLIENT_6,
    DROPPED,
    FIREWALL,
    FIREWALL_6,
    MISSING,
    OPEN,
    PROHIBITED,
    REFUSED,
    SILENT_RESOLVER,
    SITES,
)

ROOT = Path(__file__).parents[2]
TOOLS = ("ip", "nft", "dnsmasq")
"""Debian packages iproute2, nftables and dnsmasq-base."""
LIMIT = 30
"""Seconds after which any command here is taken to hang."""

RULES = f"""
table inet firewall {{
    chain input {{
        type filter hook input priority filter; policy accept;
        iifname "far" ip daddr {{ {DROPPED.address}, {BEHIND_PROXY.address}, {SILENT_RESOLVER.address} }} drop
        iifname "far" ip daddr {REFUSED.address} tcp dport 443 reject with tcp reset
        iifname "far" ip daddr {PROHIBITED.address} reject with icmpx type admin-prohibited
    }}
}}
"""


def why_not() -> str | None:
    """Why this host cannot play the two namespaces; None when it can."""
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    if os.geteuid() != 0:
        return "network namespaces need root"
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    name = f"dp{os.getpid()}p"
    try:
        run("ip", "netns", "add", name)
    except RuntimeError as trouble:
        return f"network namespaces are not permitted here: {trouble}"
    try:
        run(
            "ip", "netns", "exec", name, "true"
        )  # mounts, which a bare chroot or a container may not
    except RuntimeError as trouble:
        return f"nothing can run in a network namespace here: {trouble}"
    finally:
        run("ip", "netns", "del", name)
    return None


def run(*command: str, stdin: str | None = None) -> str:
    """What a command that must succeed prints; when it fails, its words are in the error."""
    done = subprocess.run(
        command, input=stdin, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


@dataclass(frozen=True, slots=True)
class World:
    """What is running."""

    client: str
    """Name of the client's namespace; its resolv.conf names the nameserver on the far side."""
    services: Path
    """The authority of the genuine services."""
    both: Path
    """That and the interceptor's."""

    def check(self, *arguments: str, trust: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run `check` as a user does, in the client's namespace."""
        command = [sys.executable, "-m", "preflight", "check", "-o", "json"]
        command += ["--ca-file", str(trust or self.services), *arguments]
        surroundings = {
            name: value for name, value in os.environ.items() if "proxy" not in name.lower()
        }
        return subprocess.run(
            ["ip", "netns", "exec", self.client, *command],
            cwd=ROOT,
            env=surroundings,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """Build it all; whatever happens, nothing of it stays."""
    client, internet = f"dp{os.getpid()}c", f"dp{os.getpid()}i"
    with ExitStack() as cleanup:
        for name in (client, internet):
            run("ip", "netns", "add", name)
            cleanup.callback(run, "ip", "netns", "del", name)
        _join(client, internet)
        run("ip", "netns", "exec", internet, "nft", "-f", "-", stdin=RULES)
        cleanup.enter_context(_resolv_conf(client))
        cleanup.enter_context(_nameserver(internet))
        cleanup.enter_context(_servers(internet, folder))
        yield World(client, folder / "services.pem", folder / "both.pem")


def _join(client: str, internet: str) -> None:
    """A veth pair, addresses on both sides, and routes; it vanishes with the namespaces."""
    run(*f"ip link add near netns {client} type veth peer name far netns {internet}".split())
    far = {site.address for site in (*SITES, SILENT_RESOLVER, ANY)}
    commands = [
        (client, f"address add {CLIENT}/24 dev near"),
        (client, f"address add {CLIENT_6}/64 dev near nodad"),
        (internet, f"address add {FIREWALL}/24 dev far"),
        (internet, f"address add {FIREWALL_6}/64 dev far nodad"),
        *((internet, f"address add {address}/32 dev lo") for address in sorted(far)),
        (internet, f"address add {OPEN.address_6}/128 dev lo nodad"),
        *((name, "link set lo up") for name in (client, internet)),
        (client, "link set near up"),
        (internet, "link set far up"),
        (client, f"route add default via {FIREWALL}"),
        (client, f"-6 route add default via {FIREWALL_6}"),
    ]
    for namespace, command in commands:
        run("ip", "-n", namespace, *command.split())
    for namespace, end in ((client, "near"), (internet, "far")):
        await_carrier(namespace, end)


def await_carrier(namespace: str, end: str) -> None:
    """The kernel notices a moment after both ends are up; what is sent before that is lost."""
    give_up = time.monotonic() + LIMIT
    while "state UP" not in run("ip", "-n", namespace, "link", "show", end):
        if time.monotonic() > give_up:
            raise RuntimeError(f"{end} stays without carrier")
        time.sleep(0.01)


@contextmanager
def _resolv_conf(client: str) -> Iterator[None]:
    """`ip netns exec` shows this file as /etc/resolv.conf, see ip-netns(8)."""
    folder = Path("/etc/netns") / client
    had_parent = folder.parent.exists()
    folder.mkdir(parents=True)
    try:
        (folder / "resolv.conf").write_text(f"nameserver {FIREWALL}\n")
        yield
    finally:
        shutil.rmtree(folder)
        if not had_parent:
            folder.parent.rmdir()


@contextmanager
def _nameserver(internet: str) -> Iterator[None]:
    """A real one, which knows every site and leads all other names to `ANY`."""
    records = [f"--address=/{site.host}/{site.address}" for site in SITES]
    records += [f"--address=/{OPEN.host}/{OPEN.address_6}"]
    records += [f"--address=/{MISSING}/", f"--address=/#/{ANY.address}"]
    # The family that has no address is then NODATA rather than a question for a resolver further up.
    records += [f"--local=/{host}/" for host in (*(site.host for site in SITES), "#")]
    options = f"--keep-in-foreground --log-facility=- --conf-file=/dev/null --no-resolv --no-hosts --pid-file= --user=root --bind-interfaces --listen-address={FIREWALL}"
    with background(internet, "dnsmasq", *options.split(), *records) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "started" in line:
                break
        else:
            raise RuntimeError("dnsmasq did not start")
        yield


@contextmanager
def _servers(internet: str, folder: Path) -> Iterator[None]:
    command = (sys.executable, "-m", "tests.netns.internet", str(folder))
    with background(internet, *command) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            assert process.stderr is not None
            process.terminate()
            raise RuntimeError(f"the servers did not start: {process.stderr.read()}")
        yield


@contextmanager
def background(namespace: str, *command: str) -> Iterator["subprocess.Popen[str]"]:
    """A process in a namespace, its standard streams piped; stopped at the end."""
    with subprocess.Popen(
        ["ip", "netns", "exec", namespace, *command],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
