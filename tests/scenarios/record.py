"""Record the situations of `tests.netns` anew: `python -m tests.scenarios.record`, as root on Linux."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.netns.addresses import (
    BEHIND_PROXY,
    DEAD_PROXY_PORT,
    DROPPED,
    FILTERED,
    INTERCEPTED,
    LOGIN_PROXY_PORT,
    MISSING,
    NEIGHBOUR,
    OPEN,
    PROHIBITED,
    PROXY,
    PROXY_PORT,
    REFUSED,
    SILENT_RESOLVER,
)
from tests.netns.world import LIMIT, ROOT, World, why_not, world
from tests.scenarios.replay import FOLDER

QUICK = ("--timeout", "1")


def only(*hosts: str) -> tuple[str, ...]:
    """Just these."""
    return tuple(word for host in hosts for word in ("--only-endpoint", host))


def via(port: int, login: str = "") -> tuple[str, str]:
    """Through the proxy."""
    return "--proxy", f"http://{login}{PROXY.address}:{port}"


def profile(far_side: World) -> tuple[str, ...]:
    """A whole one, every placeholder filled."""
    words = [
        "--environment",
        "aks",
        "--region",
        "westeurope",
        "--set",
        "region_short=weu",
        "--cluster-ca-file",
    ]
    server = "api_server_fqdn=cluster.hcp.westeurope.azmk8s.io"
    return (*words, str(far_side.services), "--set", server)


def situations(far_side: World) -> Mapping[str, tuple[str, ...]]:
    """Name → what is typed behind `check`."""
    everyone = (DROPPED, REFUSED, PROHIBITED, INTERCEPTED, FILTERED, NEIGHBOUR)
    public = "api.cloud.defender.microsoft.com"
    silent = ("--dns-server", SILENT_RESOLVER.address)
    return {
        "open-both-families": only(OPEN.host, NEIGHBOUR.host, public),
        "open-profile-aks": profile(far_side),
        "blocked-each-in-its-own-way": (*QUICK, *only(*(s.host for s in everyone), MISSING)),
        "name-filter-and-no-other-name": only(FILTERED.host),
        "name-filter-without-control": ("--no-control", *only(FILTERED.host)),
        "interceptor-trusted-here": ("--ca-file", str(far_side.both), *only(INTERCEPTED.host)),
        "resolver-silent": (*QUICK, *silent, *only(OPEN.host, NEIGHBOUR.host, REFUSED.host)),
        "proxy-open": (*via(PROXY_PORT), *only(BEHIND_PROXY.host)),
        "proxy-denied": (*via(PROXY_PORT), *only(OPEN.host)),
        "proxy-wants-credentials": (*via(LOGIN_PROXY_PORT), *only(OPEN.host)),
        "proxy-rejects-credentials": (*via(LOGIN_PROXY_PORT, "who:ever@"), *only(OPEN.host)),
        "proxy-down": (*via(DEAD_PROXY_PORT), *only(OPEN.host)),
    }


def record(far_side: World, name: str, *arguments: str) -> None:
    """Run the command in the client's namespace and keep what it judged."""
    (FOLDER / name).mkdir(exist_ok=True)
    file = FOLDER / name / "evidence.json"
    command = [sys.executable, "-m", "tests.lab.recorded", "--record", str(file), "check", "-q"]
    trust = () if "--ca-file" in arguments else ("--ca-file", str(far_side.services))
    surroundings = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    subprocess.run(
        ["ip", "netns", "exec", far_side.client, *command, *trust, *arguments],
        cwd=ROOT,
        env=surroundings,
        timeout=LIMIT,
        check=False,  # its exit code is the verdict
    )


def main() -> None:
    """Record them all."""
    if reason := why_not():
        sys.exit(reason)
    with TemporaryDirectory() as folder, world(Path(folder)) as far_side:
        for name, arguments in situations(far_side).items():
            record(far_side, name, *arguments)


if __name__ == "__main__":
    main()
