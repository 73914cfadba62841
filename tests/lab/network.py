"""Four network namespaces in a row: client, firewall, router, internet. None has a name, so nothing of them outlives its process."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path

from tests.lab.addresses import CLIENT, CLIENT_6
from tests.lab.scenario import Place

TOOLS = {
    "dnsmasq": "dnsmasq-base",
    "faketime": "faketime",
    "ip": "iproute2",
    "iptables": "iptables",
    "mitmdump": "mitmproxy",
    "mount": "mount",
    "nft": "nftables",
    "nginx": "nginx-light",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "squid": "squid",
    "unbound": "unbound",
    "unshare": "util-linux",
}
"""Which Debian package has the command."""
NEEDED = """
ip link add lab0 type veth
mount -t tmpfs tmpfs /dev/shm
nft add table inet lab
iptables -A FORWARD -p tcp -m string --algo bm --string x -j REJECT --reject-with tcp-reset
[ -c /dev/net/tun ] || { echo there is no /dev/net/tun >&2; exit 1; }
"""
"""What scenarios do that a container or a kernel may not let them do, tried in a namespace that is gone at once."""
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
LIMIT = 30.0
"""Seconds after which anything here is taken to hang."""
ROOT = Path(__file__).parents[2]
STATES = {"tcp": "0A", "udp": "07"}
"""What /proc/net shows of a socket that hears: TCP_LISTEN, and UDP that is not connected (linux: net/tcp_states.h)."""
CAGED = ("unshare", "--pid", "--fork", "--kill-child", "--", "sh", "-c", '"$@"; exit', "--")
"""Before a server: one that changes its user or group forgets to die with its parent (prctl(2)), but dies with this shell."""
Listening = tuple[str, str, int]
"""`tcp` or `udp`, an address (empty for any), and a port."""
POLL = 0.005
"""Seconds between two looks at what the kernel tells nobody."""


def obstacle() -> str | None:
    """Why the lab cannot be built here, in one line; None when it can."""
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    if os.geteuid() != 0:
        return "network namespaces need root"
    missing = {package for tool, package in TOOLS.items() if not shutil.which(tool, path=PATH)}
    if missing:
        return f"these Debian packages are not installed: {' '.join(sorted(missing))}"
    try:
        run(["unshare", "--net", "--mount", "--pid", "--fork", "--", "sh", "-e"], stdin=NEEDED)
    except RuntimeError as trouble:
        return f"network namespaces are not permitted here, or the kernel lacks a part: {trouble}"
    return None


def run(command: Sequence[str], *, stdin: str | None = None) -> str:
    """What a command that must succeed prints; when it fails, its words are in the error."""
    done = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        env=surroundings(),
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def surroundings(**more: str) -> dict[str, str]:
    """This process's environment without what would change a result."""
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return {**kept, "PATH": PATH, "PYTHONPATH": str(ROOT), **more}


@dataclass(frozen=True, slots=True)
class Namespace:
    """A network and mount namespace that lives as long as its process."""

    pid: int

    def inside(self, *command: str) -> tuple[str, ...]:
        """The command as it runs in here; it dies with the process that starts it."""
        return (
            "nsenter",
            f"--net=/proc/{self.pid}/ns/net",
            f"--mount=/proc/{self.pid}/ns/mnt",
            f"--wd={ROOT}",
            *("--", "setpriv", "--pdeathsig", "KILL", "--"),
            *command,
        )

    def ip(self, *commands: str) -> None:
        """Carry out commands of ip(8)."""
        run(self.inside("ip", "-batch", "-"), stdin="\n".join(commands) + "\n")

    def shell(self, *lines: str) -> None:
        """Run a script that stops at the first error."""
        run(self.inside("sh", "-e"), stdin="\n".join(lines) + "\n")

    @contextmanager
    def background(
        self, *command: str, listening: Sequence[Listening], log: Path
    ) -> Iterator[None]:
        """Run a server until the block ends, which begins when it listens at all of these."""
        with (
            log.open("wb") as written,
            subprocess.Popen(
                self.inside(*CAGED, *command),
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                env=surroundings(),
            ) as process,
        ):
            try:
                self._await(process, listening, log)
                yield
            finally:
                process.kill()

    def _await(
        self, process: "subprocess.Popen[bytes]", listening: Sequence[Listening], log: Path
    ) -> None:
        def is_up() -> bool:
            if process.poll() is not None:
                raise RuntimeError(f"{log.stem} ended: {log.read_text()[-2000:]}")
            return all(map(self._has, listening))

        await_that(is_up, f"{log.stem} does not listen")

    def _has(self, listening: Listening) -> bool:
        protocol, address, port = listening
        end = f"{_as_listed(address)}:{port:04X}"
        return any(
            words[1].endswith(end) and words[3] == STATES[protocol]
            for family in ("", "6")
            for words in map(str.split, self._sockets(f"{protocol}{family}"))
        )

    def _sockets(self, kind: str) -> list[str]:
        table = Path(f"/proc/{self.pid}/net/{kind}")
        return table.read_text().splitlines()[1:] if table.exists() else []


def _as_listed(address: str) -> str:
    """The address as /proc/net shows it: words of four bytes, each in this machine's order; empty for any."""
    packed = ip_address(address).packed if address else b""
    words = (packed[start : start + 4] for start in range(0, len(packed), 4))
    return "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)


def await_that(is_so: Callable[[], bool], failure: str) -> None:
    """Return when it is so; RuntimeError when that takes too long."""
    give_up = time.monotonic() + LIMIT
    while not is_so():
        if time.monotonic() > give_up:
            raise RuntimeError(failure)
        time.sleep(POLL)


Way = Mapping[Place, Namespace]
"""The namespaces from the client to the internet, joined by links: `out0` towards the internet, `in0` towards the client."""

NEAR = {Place.CLIENT: CLIENT, Place.FIREWALL: "10.221.0.1", Place.ROUTER: "10.222.0.1"}
"""Addresses of the ends `out0`; those of the ends `in0` across from them differ in the last number."""
FAR = {Place.FIREWALL: "10.220.0.1", Place.ROUTER: "10.221.0.2", Place.INTERNET: "10.222.0.2"}
"""Addresses of the ends `in0`."""
NEAR_6 = {
    Place.CLIENT: CLIENT_6,
    Place.FIREWALL: "2001:db8:221::1",
    Place.ROUTER: "2001:db8:222::1",
}
FAR_6 = {
    Place.FIREWALL: "2001:db8:220::1",
    Place.ROUTER: "2001:db8:221::2",
    Place.INTERNET: "2001:db8:222::2",
}
SYSCTL = {
    "ipv6/conf/default/accept_dad": 0,  # addresses are there at once, link-local ones too
}
"""Settings of every place, by their path below /proc/sys/net; before there are links."""
ROUTER_SYSCTL = {
    "ipv4/ip_forward": 1,
    "ipv6/conf/all/forwarding": 1,
    # else one scenario's hops would depend on what was asked before
    "ipv4/icmp_ratelimit": 0,
    "ipv6/icmp/ratelimit": 0,
    "netfilter/nf_conntrack_acct": 1,
}


@contextmanager
def way(
    addresses: Sequence[str], *, has_ipv6: bool = False, round_trip: float = 0.0
) -> Iterator[Way]:
    """Build the way; the internet's end has all of `addresses`, and the link behind the firewall adds seconds of `round_trip`."""
    with ExitStack() as stack:
        made = {place: stack.enter_context(_namespace()) for place in Place}
        for place, namespace in made.items():
            settings = SYSCTL | (ROUTER_SYSCTL if place is not Place.CLIENT else {})
            namespace.shell(*(f"echo {n} >/proc/sys/net/{key}" for key, n in settings.items()))
        for near, far in pairwise(Place):
            if round_trip and near is Place.FIREWALL:
                stack.enter_context(_slow_link(made[near], made[far], round_trip))
            else:
                made[near].ip(f"link add out0 type veth peer name in0 netns {made[far].pid}")
        for place, namespace in made.items():
            namespace.ip(*_set_up(place, addresses, has_ipv6=has_ipv6))
        for place in NEAR:
            _await_carrier(made[place])
        yield made


def _set_up(place: Place, addresses: Sequence[str], *, has_ipv6: bool) -> Iterator[str]:
    """Commands of ip(8) for one place."""
    yield "link set lo up"
    for end, own, own_6 in (("out0", NEAR, NEAR_6), ("in0", FAR, FAR_6)):
        if place not in own:
            continue
        # One packet is one segment, as on a real link: what drops by size shall see sizes.
        yield f"link set {end} up gso_max_segs 1"
        yield f"address add {own[place]}/24 dev {end}"
        if has_ipv6:
            yield f"address add {own_6[place]}/64 dev {end} nodad"
    yield from _routes(place, FAR, NEAR, "10.220.0.0/24")
    if has_ipv6:
        yield from _routes(place, FAR_6, NEAR_6, "2001:db8:220::/64")
    if place is Place.INTERNET:
        for address in addresses:
            if has_ipv6 or ":" not in address:
                yield f"address add {address} dev lo{' nodad' if ':' in address else ''}"


def _routes(
    place: Place, far: Mapping[Place, str], near: Mapping[Place, str], client: str
) -> Iterator[str]:
    """Towards the internet by default, and back to the client."""
    places = list(Place)
    if place in near:
        yield f"route add default via {far[places[places.index(place) + 1]]}"
    if place is Place.ROUTER:
        yield f"route add {client} via {near[Place.FIREWALL]}"
    if place is Place.INTERNET:
        yield f"route add default via {near[Place.ROUTER]}"


def _await_carrier(namespace: Namespace) -> None:
    """The kernel notices a moment after both ends are up; what is sent before that is lost."""
    show = namespace.inside("ip", "link", "show", "out0")
    # a TUN device has no carrier to tell of
    await_that(
        lambda: any(f"state {state}" in run(show) for state in ("UP", "UNKNOWN")),
        "a link stays without carrier",
    )


def _slow_link(near: Namespace, far: Namespace, round_trip: float) -> AbstractContextManager[int]:
    module = (sys.executable, "-m", "tests.lab.slow_link")
    return _alive(*module, str(round_trip), str(near.pid), str(far.pid))


@contextmanager
def _namespace() -> Iterator[Namespace]:
    with _alive("unshare", "--net", "--mount", "--", "sh", "-c", "echo; exec cat") as pid:
        yield Namespace(pid)


@contextmanager
def _alive(*command: str) -> Iterator[int]:
    """A process that says a line when it stands and ends with its standard input, or with us; its id."""
    with subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "--", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=surroundings(),
    ) as process:
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise RuntimeError(f"{command[0]} did not start")
            yield process.pid
        finally:
            process.kill()
