"""What was typed → what the pods are to do. Everything is validated here, before anything is made in a cluster."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from preflight.catalog.load import load
from preflight.catalog.placeholders import PLACEHOLDERS
from preflight.cli import arguments
from preflight.errors import UsageError
from preflight.files import read_bounded
from preflight.job.template import FILES_FOLDER, STOCK_IMAGE, Toleration, holds_program
from preflight.model.fleet import Network

FILES_LIMIT = 1_000_000
"""Bytes of all files together: they travel in one ConfigMap."""
LABEL_KEY = r"(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
LABEL_VALUE = r"(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?"
NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute", "")
MOST_PARALLEL = 500
TEXTS = ("region", "workspace_id", "sensor_version", "timeout", "deadline")
LISTS = ("component", "endpoint", "only_endpoint", "dns_server", "waive")
ONE: dict[str, Callable[[str], object]] = {
    "region": arguments.region,
    "workspace_id": arguments.workspace_id,
    "sensor_version": arguments.sensor_version,
    "timeout": partial(arguments.seconds, option="--timeout"),
}
MANY: dict[str, Callable[[str], object]] = {
    "dns_server": arguments.dns_server,
    "endpoint": arguments.target,
    "only_endpoint": partial(arguments.target, option="--only-endpoint"),
    "waive": arguments.waiver,
    "values": partial(arguments.assignment, known=PLACEHOLDERS),
}
FLAGS = {"everything": "--all", "no_proxy": "--no-proxy", "no_control": "--no-control"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The pods of a run, before it is known on which nodes."""

    arguments: tuple[str, ...]
    deadline: float
    files: tuple[tuple[str, str], ...]
    """Name in the pod's folder and text of each file that was named."""
    secret_proxy: str | None
    """The proxy's URL, where it holds credentials."""
    image: str
    pull_secrets: tuple[str, ...]
    networks: tuple[Network, ...]
    node_selector: tuple[tuple[str, str], ...]
    tolerations: tuple[Toleration, ...]

    @property
    def brings_program(self) -> bool:
        """Whether the program has to be brought to the image."""
        return not holds_program(self.image)


def wanted(typed: dict[str, Any]) -> Wanted:
    """The typed options as pods take them; UsageError for what cannot be."""
    _validate(typed)
    files = _files(typed)
    secret_proxy = _secret_proxy(typed["proxy"])
    return Wanted(
        arguments=tuple(_arguments(typed, secret=secret_proxy is not None)),
        deadline=arguments.seconds(typed["deadline"], option="--deadline"),
        files=files,
        secret_proxy=secret_proxy,
        image=_image(typed["image"]),
        pull_secrets=tuple(_name(text, "--image-pull-secret") for text in typed["pull_secrets"]),
        networks=networks(typed["network"]),
        node_selector=tuple(_label(text) for text in typed["node_selector"]),
        tolerations=tuple(_toleration(text) for text in typed["tolerations"]),
    )


def _validate(typed: dict[str, Any]) -> None:
    """Make each value as `check` does, only to find what cannot be before a pod finds it."""
    if typed["proxy"] and typed["no_proxy"]:
        raise UsageError("--proxy and --no-proxy exclude each other")
    for name, parse in ONE.items():
        if typed[name]:
            parse(typed[name])
    for name, parse in MANY.items():
        for text in typed[name]:
            parse(text)


def run_name() -> str:
    """A word that no other run has."""
    return secrets.token_hex(4)


def networks(word: str) -> tuple[Network, ...]:
    """The networks of `--network`."""
    return (Network.POD, Network.HOST) if word == "both" else (Network(word),)


def parallel(text: str) -> int:
    """The number of `--parallel`."""
    if re.fullmatch(r"[0-9]{1,4}", text) and 1 <= int(text) <= MOST_PARALLEL:
        return int(text)
    raise UsageError(f"--parallel: write a number from 1 to {MOST_PARALLEL}")


def namespace(text: str | None) -> str | None:
    """The name of `--namespace`."""
    return None if text is None else _name(text, "--namespace")


def _arguments(typed: dict[str, Any], *, secret: bool) -> list[str]:
    """Of `check` in the pod; each in one word, so that a manifest shows option and value together."""
    found = [f"--environment={typed['environment']}", f"--cloud={typed['cloud']}"]
    found += [f"--{name.replace('_', '-')}={typed[name]}" for name in TEXTS if typed[name]]
    found += [f"--{name.replace('_', '-')}={value}" for name in LISTS for value in typed[name]]
    found += [f"--set={value}" for value in typed["values"]]
    found += [option for name, option in FLAGS.items() if typed[name]]
    if typed["proxy"] and not secret:
        found.append(f"--proxy={typed['proxy']}")
    for name, option, _ in _named_files(typed):
        found.append(f"{option}={FILES_FOLDER}/{name}")
    return found


def _named_files(typed: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name in the pod, option and path here of each file."""
    found = [("ca.pem", "--ca-file", typed["ca_file"])]
    found += [("cluster-ca.pem", "--cluster-ca-file", typed["cluster_ca_file"])]
    found += [
        (f"catalog-{number}.yaml", "--catalog", file)
        for number, file in enumerate(typed["catalog"], start=1)
    ]
    return [one for one in found if one[2]]


def _files(typed: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    load(tuple(Path(file) for file in typed["catalog"]))  # CatalogError for the first problem
    found = tuple((name, _text(path, option)) for name, option, path in _named_files(typed))
    if sum(len(text.encode()) for _, text in found) > FILES_LIMIT:
        raise UsageError(
            "--ca-file and --catalog: together more than 1 MB, which no ConfigMap holds"
        )
    return found


def _text(path: str, option: str) -> str:
    try:
        text = read_bounded(Path(path), FILES_LIMIT + 1).decode("utf-8")
    except OSError as error:
        raise UsageError(f"{option} {path!r}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{option} {path!r}: it is not UTF-8") from None
    if option != "--catalog" and "-----BEGIN " not in text:
        raise UsageError(f"{option} {path!r}: it holds no certificate in PEM form")
    return text


def _secret_proxy(text: str | None) -> str | None:
    """The proxy's URL where it holds credentials, which may stand in no manifest of a pod."""
    if text is None:
        return None
    return text if arguments.proxy(text).credentials else None


def _image(text: str | None) -> str:
    image = text or STOCK_IMAGE
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,499}", image):
        return image
    raise UsageError("--image: write REGISTRY/NAME:TAG or REGISTRY/NAME@sha256:DIGEST")


def _name(text: str, option: str) -> str:
    if re.fullmatch(NAME, text):
        return text
    raise UsageError(f"{option}: a name has lower-case letters, digits, hyphens and dots")


def _label(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if equals and re.fullmatch(LABEL_KEY, key) and re.fullmatch(LABEL_VALUE, value):
        return key, value
    raise UsageError(
        "--node-selector: write KEY=VALUE, as `kubectl get nodes --show-labels` shows it"
    )


def _toleration(text: str) -> Toleration:
    taint, _, effect = text.partition(":")
    key, equals, value = taint.partition("=")
    good = re.fullmatch(LABEL_KEY, key) and re.fullmatch(LABEL_VALUE, value) and effect in EFFECTS
    if good:
        return Toleration(key=key, value=value if equals else None, effect=effect)
    raise UsageError(
        f"--toleration: write KEY[=VALUE][:EFFECT] with one of {', '.join(EFFECTS[:-1])}"
    )
