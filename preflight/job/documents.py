"""Reads the template of `job/base`, and writes manifests as YAML."""

from collections.abc import Iterable, Mapping
from typing import Any

from preflight import locate
from preflight.errors import ClusterError


def template() -> dict[str, Any]:
    """The Job of `job/base/job.yaml`."""
    import yaml

    folder = locate.folder("job")
    if folder is None:
        raise ClusterError("the Job's template is missing from this installation")
    text = folder.joinpath("base", "job.yaml").read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)
    if not isinstance(loaded, dict):
        raise ClusterError("the Job's template of this installation is damaged")
    return loaded


def as_yaml(manifests: Iterable[Mapping[str, Any]]) -> str:
    """The manifests as documents of one file, in the order of their keys."""
    import yaml

    return yaml.safe_dump_all(manifests, sort_keys=False, width=1_000, explicit_start=True)
