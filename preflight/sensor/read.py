"""What is read of an object in more than one place: its name, its place in words, and texts that are safe to keep.

Objects are untrusted: texts are cut, and whatever may be user and password of a URL is taken out before anything is kept.
"""

import re
from collections.abc import Iterator

from preflight.kube import Object, items, strings, text
from preflight.model.sensor import Clue

TEXT_LIMIT = 300
"""Characters that are kept of any one text."""
NAME_LIMIT = 253
"""Characters of an object's name (RFC 1123 subdomain)."""
_USERINFO = re.compile(r"://.*@", re.DOTALL)


def name_of(found: Object) -> str:
    """The object's name, cut."""
    return text(found, "metadata", "name")[:NAME_LIMIT]


def namespace_of(found: Object) -> str:
    """The object's namespace, cut; empty where it has none."""
    return text(found, "metadata", "namespace")[:NAME_LIMIT]


def labels_of(found: Object) -> dict[str, str]:
    """The object's labels."""
    return strings(found, "metadata", "labels")


def clue(kind: str, found: Object, says: str) -> Clue:
    """What an object says, with the object's place."""
    namespace = namespace_of(found)
    place = f"{namespace}/{name_of(found)}" if namespace else name_of(found)
    return Clue(where=f"{kind} {place}", says=kept(says))


def kept(said: str) -> str:
    """The text cut, and without what may be credentials: everything from `://` to the last `@`.

    A password may hold any character, so all in between goes: rather a word too many than a secret.
    """
    return _USERINFO.sub("://***@", said[: 20 * TEXT_LIMIT])[:TEXT_LIMIT]


def containers(pod_spec: Object) -> Iterator[Object]:
    """The containers of a pod's spec, init containers first."""
    yield from items(pod_spec, "initContainers")
    yield from items(pod_spec, "containers")


def template(workload: Object) -> Object:
    """The spec of the pods that a workload makes."""
    spec = workload.get("spec")
    made = spec.get("template") if isinstance(spec, dict) else None
    pod = made.get("spec") if isinstance(made, dict) else None
    return pod if isinstance(pod, dict) else {}


def variables(workload: Object) -> Iterator[tuple[str, Object]]:
    """Name and entry of every environment variable of a workload's containers."""
    for container in containers(template(workload)):
        for entry in items(container, "env"):
            if name := text(entry, "name"):
                yield name, entry


def variable(workload: Object, name: str) -> str:
    """The plain value of the first such variable; empty where there is none, or it refers to something else."""
    values = (text(entry, "value") for known, entry in variables(workload) if known == name)
    return next((value[:TEXT_LIMIT] for value in values if value), "")
