"""Proxy settings in the containers of the sensor and its companions, without credentials. Pure."""

import re
from collections.abc import Iterator

from preflight.kube import Object, text
from preflight.model.sensor import ProxySetting
from preflight.sensor.inventory import Inventory
from preflight.sensor.read import TEXT_LIMIT, name_of, namespace_of, variables

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""In either case; AKS puts both into pods (AKS HTTP proxy page)."""
_URL = re.compile(
    r"(?:(https?|socks[45][ah]?)://)?(?:.*@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?"
)
"""A proxy's URL: scheme, credentials, host, port. What does not look like one is not shown at all."""
HIDDEN = "set, in a form that is not shown here"


def proxies(inventory: Inventory) -> tuple[ProxySetting, ...]:
    """Each variable of each workload once, in the order of the workloads."""
    found = {
        (setting.workload, setting.variable): setting
        for kind, workload in inventory.workloads
        for setting in _of(kind, workload)
    }
    return tuple(found.values())


def _of(kind: str, workload: Object) -> Iterator[ProxySetting]:
    place = f"{kind} {namespace_of(workload)}/{name_of(workload)}"
    for name, entry in variables(workload):
        if name.upper() in VARIABLES and (value := _value(name, entry)):
            yield ProxySetting(workload=place, variable=name.upper(), value=value)


def _value(name: str, entry: Object) -> str:
    if secret := text(entry, "valueFrom", "secretKeyRef", "name"):
        return f"from the secret {secret[:63]}, which is not read"
    if config := text(entry, "valueFrom", "configMapKeyRef", "name"):
        return f"from the ConfigMap {config[:63]}"
    value = text(entry, "value").strip()
    if not value:
        return ""
    return _list(value) if name.upper() == "NO_PROXY" else _shown(value)


def _shown(value: str) -> str:
    """Scheme, host and port; the credentials stay behind."""
    found = _URL.fullmatch(value)
    if found is None:
        return HIDDEN
    scheme, host, port = found.groups(default="")
    return f"{scheme or 'http'}://{host}{port}"


def _list(value: str) -> str:
    """The tokens of NO_PROXY; one with an @ or a URL in it is no token and is left out."""
    tokens = (token.strip() for token in value.split(","))
    plain = [token for token in tokens if token and "@" not in token and "://" not in token]
    shown = ",".join(plain)
    return shown if len(shown) <= TEXT_LIMIT else f"{shown[:TEXT_LIMIT]}... ({len(plain)} entries)"
