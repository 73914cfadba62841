"""This program as a pod runs it: a zip of Python source, compressed, and cut into parts that fit into ConfigMaps.

The zip holds `check` and what it imports, all pure Python, so that any stock Python image runs it. It is stored uncompressed inside
one xz stream, which packs far better than a zip does and starts no slower. The same sources give the same bytes.
"""

import hashlib
import io
import lzma
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from preflight import locate
from preflight.errors import ClusterError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

PACKAGES = (
    "anyio",
    "asn1crypto",
    "certifi",
    "click",
    "dns",
    "h11",
    "httpcore",
    "httpx",
    "idna",
    "yaml",
)
"""What `check` imports beside the standard library; tests/job/test_payload.py runs it with nothing else."""
MODULES = ("typing_extensions", "sniffio")
"""What some versions of those import before Python 3.13, or did once; taken along where it is installed (the extra `cluster` does)."""
LEFT_OUT = (
    "anyio/_backends/_trio",
    "anyio/pytest_plugin",
    "dns/quic",
    "httpx/_main",
    "preflight/allow",
    "preflight/attribution",
    "preflight/blame",
    "preflight/cli/demo",
    "preflight/cli/endpoints",
    "preflight/cli/job",
    "preflight/cli/page",
    "preflight/cli/report",
    "preflight/cli/rules",
    "preflight/cli/sensor",
    "preflight/demo",
    "preflight/diagnosis/vantages",
    "preflight/job",
    "preflight/kube",
    "preflight/objects",
    "preflight/policies",
    "preflight/report/fleet",
    "preflight/report/html",
    "preflight/sensor",
)
"""Beginnings of paths that `check` has no use for in a pod."""

PART_LIMIT = 1_000_000
"""Bytes; a ConfigMap holds 1 MiB (Kubernetes documentation, ConfigMaps, 2026-11)."""
APPLIED_PART_LIMIT = 180_000
"""Bytes; `kubectl apply` keeps the whole text in an annotation, which holds 256 KiB."""
DICTIONARY = 8 * 1024 * 1024
"""Bytes that unpacking needs at most; more would not make it smaller."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every member: the earliest that a zip knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The packed program."""

    data: bytes
    sha256: str
    """Of the data, in hex."""

    def parts(self, limit: int = PART_LIMIT) -> tuple[bytes, ...]:
        """The data cut into parts of at most so many bytes."""
        return tuple(self.data[at : at + limit] for at in range(0, len(self.data), limit))


def build(compiled_catalogue: str) -> Payload:
    """The payload of this installation; ClusterError when one of its packages cannot be read as source."""
    members = dict(_members())
    members["preflight/_endpoints/.compiled.json"] = compiled_catalogue.encode()
    data = _compressed(_zipped(members))
    return Payload(data=data, sha256=hashlib.sha256(data).hexdigest())


def _members() -> Iterator[tuple[str, bytes]]:
    """Paths inside the zip, and their bytes."""
    for package in ("preflight", *PACKAGES):
        try:
            folder = files(package)
        except ModuleNotFoundError:
            raise ClusterError(f"the pod needs {package!r}, which is not installed here") from None
        yield from _sources(folder, package)
    yield from _single_modules()
    yield "certifi/cacert.pem", files("certifi").joinpath("cacert.pem").read_bytes()
    yield from _catalogue()


def _sources(folder: "Traversable", path: str) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        inside = f"{path}/{item.name}"
        if inside.startswith(LEFT_OUT) or item.name == "__pycache__":
            continue
        if item.is_dir():
            yield from _sources(item, inside)
        elif item.name.endswith((".py", ".schema.json")):
            yield inside, item.read_bytes()


def _single_modules() -> Iterator[tuple[str, bytes]]:
    from importlib.util import find_spec

    for name in MODULES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            continue
        if spec.submodule_search_locations:
            yield from _sources(files(name), name)
        else:
            yield f"{name}.py", Path(spec.origin).read_bytes()


def _catalogue() -> Iterator[tuple[str, bytes]]:
    """The catalogue, to which the compiled form has to fit."""
    folder = locate.folder("endpoints")
    if folder is None:
        raise ClusterError("the catalogue is missing from this installation")
    for item in folder.iterdir():
        if item.name.endswith(".yaml"):
            yield f"preflight/_endpoints/{item.name}", item.read_bytes()


def _zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), members[name])
    return file.getvalue()


def _compressed(data: bytes) -> bytes:
    how = {"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": DICTIONARY}
    return lzma.compress(data, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, filters=[how])
