"""A path of four hops: the client, then gateway, firewall and router, and the internet behind them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise

from tests.netns.world import LIMIT, ROOT, await_carrier, background, run

PLACES = ("client", "gateway", "firewall", "router", "internet")
"""In the order of the path; each is one hop from the next."""
PORT = 443
UNPRIVILEGED = (
    "setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all"
    " --no-new-privs"
)

Both = dict[int, str]
"""An address of each IP version."""


def _link(number: int, end: int) -> Both:
    """The address at one end of a link; the end that looks towards the client is 1, and what a hop answers with."""
    return {4: f"10.204.{number}.{end}", 6: f"fd00:204:a{number}::{end}"}


def _site(number: int) -> Both:
    """Addresses at the internet's end, which no real host has (RFC 5737, RFC 3849)."""
    return {4: f"198.51.100.{number}", 6: f"2001:db8:204::{number}"}


GATEWAY, FIREWALL, ROUTER = (_link(number, 1) for number in range(3))
"""Hops 1 to 3."""
OPEN = _site(1)
DROPPED = _site(2)
"""The firewall drops TCP to it, silently; datagrams pass, here as to every other."""
PROHIBITED = _site(3)
"""The firewall answers with ICMP prohibited."""
CLOSED = _site(4)
"""The firewall answers with ICMP port unreachable, as iptables' REJECT does by default."""
REJECTED = _site(5)
"""The firewall answers with RST."""
REDIRECTED = _site(6)
"""The firewall ends TCP itself, in the host's place."""
STALLED = _site(7)
"""The firewall lets the connection come about and drops what is sent on it."""
SITES = (OPEN, DROPPED, PROHIBITED, CLOSED, REJECTED, REDIRECTED, STALLED)


def _rules() -> str:
    judged = answered = ""
    for version, family in ((4, "ip"), (6, "ip6")):
        judged += f"""
            {family} daddr {DROPPED[version]} tcp dport {PORT} drop
            {family} daddr {PROHIBITED[version]} tcp dport {PORT} reject with icmpx type admin-prohibited
            {family} daddr {CLOSED[version]} tcp dport {PORT} reject with icmpx type port-unreachable
            {family} daddr {REJECTED[version]} tcp dport {PORT} reject with tcp reset
            {family} daddr {STALLED[version]} tcp dport {PORT} tcp flags & psh == psh drop"""
        answered += f"""
            {family} daddr {REDIRECTED[version]} tcp dport {PORT} redirect to :{PORT}"""
    return f"""table inet firewall {{
        chain passing {{
            type filter hook forward priority filter; policy accept;{judged}
        }}
        chain answering {{
            type nat hook prerouting priority dstnat; policy accept;{answered}
        }}
    }}"""


@dataclass(frozen=True, slots=True)
class Path:
    """The path that is up."""

    client: str
    """Name of the client's namespace."""

    def ask(self, module: str, *arguments: str) -> str:
        """What a Python module prints that runs at the client as nobody, without any capability."""
        done = subprocess.run(
            [
                *f"ip netns exec {self.client} {UNPRIVILEGED}".split(),
                *(sys.executable, "-m", module, *arguments),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert done.returncode in {0, 1}, done.stderr
        return done.stdout


@contextmanager
def path(server: str, *arguments: str) -> Iterator[Path]:
    """Build it; the Python module `server` runs at the firewall and at the internet's end, and says when it is ready."""
    names = {place: f"dp{os.getpid()}{place[:3]}" for place in PLACES}
    with ExitStack() as cleanup:
        for name in names.values():
            run("ip", "netns", "add", name)
            cleanup.callback(run, "ip", "netns", "del", name)
        for place, name in names.items():
            _prepare(name, SITES if place == "internet" else ())
        for number, (near, far) in enumerate(pairwise(names.values())):
            _join(near, far, number)
        for number, name in enumerate(names.values()):
            _lead(name, number)
        run("ip", "netns", "exec", names["firewall"], "nft", "-f", "-", stdin=_rules())
        for place in ("firewall", "internet"):
            command = (sys.executable, "-m", server, place, *arguments)
            process = cleanup.enter_context(background(names[place], *command))
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                process.terminate()
                assert process.stderr is not None
                raise RuntimeError(f"the server did not start: {process.stderr.read()}")
        yield Path(names["client"])


def _prepare(name: str, sites: tuple[Both, ...]) -> None:
    """Forwarding; addresses that are there at once; and no ICMP message held back, as routers do when they had to write many."""
    for setting in (
        "net.ipv6.conf.default.accept_dad=0",
        "net.ipv4.ip_forward=1",
        "net.ipv6.conf.all.forwarding=1",
        "net.ipv4.icmp_ratelimit=0",
        "net.ipv6.icmp.ratelimit=0",
    ):
        run("ip", "netns", "exec", name, "sysctl", "-q", "-w", setting)
    run(*f"ip -n {name} link set lo up".split())
    for address in (each[version] for each in sites for version in (4, 6)):
        run(*f"ip -n {name} address add {address} dev lo".split())


def _join(near: str, far: str, number: int) -> None:
    """A link from one place to the next."""
    run(*f"ip link add far0 netns {near} type veth peer name near0 netns {far}".split())
    for name, device, end in ((near, "far0", 2), (far, "near0", 1)):
        address = _link(number, end)
        run(*f"ip -n {name} address add {address[4]}/24 dev {device}".split())
        run(*f"ip -n {name} address add {address[6]}/64 dev {device} nodad".split())
    for name, device in ((near, "far0"), (far, "near0")):
        run(*f"ip -n {name} link set {device} up".split())
    for name, device in ((near, "far0"), (far, "near0")):
        await_carrier(name, device)


def _lead(name: str, number: int) -> None:
    """Outwards by default, and back to the links that lie behind."""
    routes = [("default", _link(number, 1))] if number < len(PLACES) - 1 else []
    behind = range(number - 1)
    routes4 = [(f"10.204.{link}.0/24", _link(number - 1, 2)) for link in behind]
    routes6 = [(f"fd00:204:a{link}::/64", _link(number - 1, 2)) for link in behind]
    for target, via in (*routes, *routes4):
        run(*f"ip -n {name} route add {target} via {via[4]}".split())
    for target, via in (*routes, *routes6):
        run(*f"ip -n {name} -6 route add {target} via {via[6]}".split())
