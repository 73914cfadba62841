"""The first lines that run in the pod: they put the payload together, verify it, and start `check` from it.

Only the standard library is there yet, of Python 3.11 or later. What goes wrong is one line in the log, and exit code 4.
"""

import inspect

PAYLOAD_FOLDER = "/preflight/payload"
"""Where the ConfigMaps with the parts are mounted."""
SCRATCH_FOLDER = "/tmp"  # noqa: S108 - the pod's own, in memory
"""Where the program is unpacked to."""


def command(sha256: str) -> tuple[str, ...]:
    """The container's command: an isolated Python that runs `start`."""
    script = (
        f"{inspect.getsource(start)}\nstart({PAYLOAD_FOLDER!r}, {sha256!r}, {SCRATCH_FOLDER!r})"
    )
    return ("python3", "-I", "-B", "-c", script)


def start(folder: str, sha256: str, scratch: str, arguments: list[str] | None = None) -> None:
    """Run the payload in the folder with this process's arguments. Its source travels, so it imports what it needs itself."""
    import hashlib
    import lzma
    import runpy
    import sys
    from pathlib import Path
    from typing import NoReturn

    def fail(problem: object) -> NoReturn:
        sys.stderr.write(f"the program cannot be unpacked: {problem}\n")
        raise SystemExit(4)

    if sys.hexversion < 0x030B_0000:
        fail(f"Python 3.11 or later is needed; the image has {sys.version.split()[0]}")
    archive = Path(scratch, "defender-preflight.zip")
    try:
        packed = b"".join(part.read_bytes() for part in sorted(Path(folder).glob("part-*")))
        if hashlib.sha256(packed).hexdigest() != sha256:
            fail("its digest is not the one that was sent")
        archive.write_bytes(lzma.decompress(packed))
    except (OSError, lzma.LZMAError) as trouble:
        fail(trouble)
    del packed
    sys.path.insert(0, str(archive))
    sys.argv = ["defender-preflight", *(sys.argv[1:] if arguments is None else arguments)]
    runpy.run_module("preflight", run_name="__main__", alter_sys=True)
