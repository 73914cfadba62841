"""The two namespaces, the link between them, and what answers at the far end."""

import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.addresses import DEVICE, NAMESERVER, NEAR_ADDRESS, PREFIX
from bench.command import BenchmarkError, Sample, run

REPOSITORY = Path(__file__).resolve().parent.parent
SYSTEM_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
READY_LIMIT = 20.0
"""Seconds that one of the lab's own processes may take to start."""

STOP_LIMIT = 5.0
"""Seconds that it may take to end."""

PACKAGES = {
    "curl": "curl",
    "dnsmasq": "dnsmasq-base",
    "ip": "iproute2",
    "mount": "mount",
    "nft": "nftables",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "unshare": "util-linux",
}
"""Which Debian package has the command."""

WALL = """
table ip wall {{
    chain arriving {{
        type filter hook prerouting priority raw
        iifname {device} {what} drop
    }}
}}
"""


def obstacle() -> str | None:
    """Why the lab cannot be built on this machine, in one line; None when it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs root on Linux, for its network namespaces"
    missing = {
        package
        for command, package in PACKAGES.items()
        if shutil.which(command, path=_PATH) is None
    }
    if missing:
        return f"needs these Debian packages: {' '.join(sorted(missing))}"
    if not Path("/dev/net/tun").exists():
        return "needs /dev/net/tun"
    if not SYSTEM_BUNDLE.exists():
        return f"needs the system's CA bundle, {SYSTEM_BUNDLE} (Debian package ca-certificates)"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A built lab."""

    folder: Path
    """For files of the run; gone afterwards."""
    bundle: Path
    """The system's CA bundle and the far host's CA, in PEM."""
    near: tuple[str, ...]
    """What to put before a command so that it runs in the near namespace."""
    far: tuple[str, ...]
    python: Path
    """The interpreter that runs what is measured."""

    def run(self, command: list[str], *, limit: float) -> Sample:
        """Run `command` at the near end, in an environment without surprises."""
        return run(
            [*self.near, *command], environment=_environment(), folder=REPOSITORY, limit=limit
        )

    @contextmanager
    def wall(self, what: str = "") -> Iterator[None]:
        """Drop everything that arrives at the far end, or only `what` (an nftables match), for as long as the block lasts."""
        self._nft(WALL.format(device=DEVICE, what=what))
        try:
            yield
        finally:
            self._nft("delete table ip wall")

    def _nft(self, commands: str) -> None:
        command = [*self.far, "nft", "--file", "-"]
        done = subprocess.run(
            command, input=commands, text=True, capture_output=True, check=False, env=_environment()
        )
        if done.returncode != 0:
            raise BenchmarkError(f"nft: {done.stderr.strip()}")


@contextmanager
def laboratory(*, round_trip: float, hosts: int, python: Path) -> Iterator[Lab]:
    """Build the lab with a round trip of so many seconds and `hosts` test hosts; take all of it down at the end.

    Both namespaces have no name and live as long as the link's process, so that they are gone even after SIGKILL.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="preflight-bench-")))
        link = stack.enter_context(_link(folder, round_trip))
        far = ("nsenter", f"--net=/proc/{link.pid}/ns/net", f"--wd={REPOSITORY}", "--")
        near_network = f"--net=/proc/{link.pid}/fd/{_first_line(link)}"
        near = (
            "nsenter",
            near_network,
            f"--mount=/proc/{link.pid}/ns/mnt",
            f"--wd={REPOSITORY}",
            "--",
        )
        host = stack.enter_context(
            _helper([*far, sys.executable, "-m", "bench.far_host", str(folder), str(hosts)])
        )
        _first_line(host)
        bundle = folder / "bundle.pem"
        bundle.write_bytes(SYSTEM_BUNDLE.read_bytes() + (folder / "ca.pem").read_bytes())
        yield Lab(folder=folder, bundle=bundle, near=near, far=far, python=python)


@contextmanager
def _link(folder: Path, round_trip: float) -> Iterator[subprocess.Popen[str]]:
    """The link, in namespaces of its own where names are resolved by the far end."""
    (folder / "resolv.conf").write_text(f"nameserver {NAMESERVER}\n")
    (folder / "nsswitch.conf").write_text("hosts: files dns\n")
    command = (
        f'mount --bind "{folder}/resolv.conf" "$(readlink -f /etc/resolv.conf)" && '
        f'{{ [ ! -e /etc/nsswitch.conf ] || mount --bind "{folder}/nsswitch.conf" /etc/nsswitch.conf; }} && '
        f'exec "{sys.executable}" -m bench.delay_link {round_trip} {NEAR_ADDRESS}/{PREFIX} {NAMESERVER}/{PREFIX}'
    )
    with _helper(["unshare", "--net", "--mount", "--", "sh", "-c", command]) as process:
        yield process


@contextmanager
def _helper(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process of the lab: it ends when its standard input does, or is killed."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=_environment(),
        start_new_session=True,  # Ctrl-C is ours to handle
    )
    try:
        yield process
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _first_line(process: subprocess.Popen[str]) -> str:
    """What a helper says when it is ready; BenchmarkError when it ends or stays silent instead."""
    if process.stdout is None:
        raise BenchmarkError("a helper without output")
    ready, _, _ = select.select([process.stdout], [], [], READY_LIMIT)
    line = process.stdout.readline().strip() if ready else ""
    if not line:
        raise BenchmarkError("the lab could not be built; the reason is above, if there was one")
    return line


_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _environment() -> dict[str, str]:
    """No proxy, no other CA bundle, no Python or curl settings of whoever runs this."""
    return {"PATH": _PATH, "HOME": "/nonexistent", "LANG": "C.UTF-8"}
