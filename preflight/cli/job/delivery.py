"""How the program, the user's files and credentials get to the pods."""

from typing import TYPE_CHECKING

from preflight import locate
from preflight.catalog.load import compile_folder
from preflight.cli.job.wanted import Wanted
from preflight.errors import ClusterError
from preflight.job import bootstrap, template
from preflight.job.payload import PART_LIMIT, Payload, build
from preflight.kube import CONFIG_MAPS, SECRETS, Resource

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Belongings = tuple[tuple[Resource, template.Manifest], ...]


def packed() -> Payload:
    """This program, as pods get it; takes some two seconds."""
    folder: Traversable | None = locate.folder("endpoints")
    if folder is None:
        raise ClusterError("the catalogue is missing from this installation")
    return build(compile_folder(folder))


def pack(
    wanted: Wanted, payload: Payload | None, *, run: str, prefix: str, part: int = PART_LIMIT
) -> tuple[template.Delivery, str | None, str | None, Belongings]:
    """The delivery, the names of the ConfigMap of files and of the proxy's Secret, and what has to be made for them."""
    found: list[tuple[Resource, template.Manifest]] = []
    delivery = template.Delivery(image=wanted.image)
    if payload is not None:
        parts = payload.parts(part)
        names = tuple(f"{prefix}-payload-{number}" for number in range(1, len(parts) + 1))
        delivery = template.Delivery(
            image=wanted.image, command=bootstrap.command(payload.sha256), config_maps=names
        )
        maps = template.payload_maps(parts, names, run)
        found += [(CONFIG_MAPS, manifest) for manifest in maps]
    files = f"{prefix}-files" if wanted.files else None
    if files:
        found.append((CONFIG_MAPS, template.files_map(dict(wanted.files), files, run)))
    secret = f"{prefix}-proxy" if wanted.secret_proxy else None
    if secret and wanted.secret_proxy:
        found.append((SECRETS, template.proxy_secret(wanted.secret_proxy, secret, run)))
    return delivery, files, secret, tuple(found)
