"""The files that tell about the surroundings, and how they are read."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from preflight.files import read_bounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the surroundings are described."""

    resolv_conf: Path = Path("/etc/resolv.conf")
    hosts: Path = Path("/etc/hosts")
    service_account: Path = Path("/var/run/secrets/kubernetes.io/serviceaccount")
    """Folder of the mounted service account: `namespace` and `ca.crt`."""
    dmi: Path = Path("/sys/class/dmi/id")
    """Folder in which Linux shows who made the machine."""


def standard_places(environ: Mapping[str, str], *, system: str = os.name) -> Places:
    """The places of this operating system; `system` is `os.name`."""
    if system != "nt":
        return Places()
    windows = Path(environ.get("SystemRoot", r"C:\Windows"))
    return Places(hosts=windows / "System32" / "drivers" / "etc" / "hosts")


def read_text(path: Path, limit: int) -> str | None:
    """The file's text, or None where it cannot be read, which the C library takes for absent too.

    Of a file longer than `limit` bytes, the lines that are whole within it.
    """
    try:
        read = read_bounded(path, limit + 1)
    except OSError:
        return None
    whole = read if len(read) <= limit else read[: read.rfind(b"\n") + 1]
    return whole.decode("utf-8", "replace")
