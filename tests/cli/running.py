"""The command as users run it: a process of its own."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which a command that should have ended counts as hanging."""
SURROUNDINGS = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "KUBERNETES_SERVICE_HOST",
    "NO_COLOR",
    "COLUMNS",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """Standard output as one JSON object."""
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded

    @property
    def causes(self) -> dict[str, str | None]:
        """Each endpoint's cause by its host."""
        return {endpoint["host"]: endpoint["cause"] for endpoint in self.report["endpoints"]}


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without what would change a result, and with `extra`."""
    hidden = {name.lower() for name in SURROUNDINGS}
    kept = {name: value for name, value in os.environ.items() if name.lower() not in hidden}
    return {**kept, "PYTHONPATH": str(ROOT), **(extra or {})}


async def start(
    *arguments: str, env: Mapping[str, str] | None = None
) -> asyncio.subprocess.Process:
    """A running command."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "preflight",
        *arguments,
        env=environment(env),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def finish(process: asyncio.subprocess.Process) -> Finished:
    """Wait for it; a command that hangs is killed and fails the test."""
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return Finished(code=process.returncode, out=out.decode(), err=err.decode())


async def preflight(*arguments: str, env: Mapping[str, str] | None = None) -> Finished:
    """Run a command to its end."""
    return await finish(await start(*arguments, env=env))
