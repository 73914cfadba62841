"""How the sensor came onto the cluster: as the AKS add-on, as the Arc extension, or by Helm. Pure.

The chart gives its objects the same names and even the label `managedby=aks` wherever it is installed, and the Arc extension is a Helm
release too; so it is the release's name and the extension's own object that tell them apart.
"""

from collections.abc import Iterator

from preflight.kube import Object, strings, text
from preflight.model.diagnosis import Confidence
from preflight.model.sensor import Clue, Install, Method, Role
from preflight.sensor.inventory import Inventory
from preflight.sensor.names import EXTENSION, RELEASES, SENSOR_ROLES, role_of
from preflight.sensor.read import clue, labels_of, name_of, namespace_of

RELEASE_ANNOTATION = "meta.helm.sh/release-name"
"""Helm's own mark on what it manages (Helm documentation, from 3.2 on)."""


def installs(inventory: Inventory) -> tuple[Install, ...]:
    """One for each namespace that holds workloads of the sensor, with how it came there."""
    spaces: dict[str, list[tuple[str, Object]]] = {}
    for kind, found in inventory.workloads:
        if role_of(namespace_of(found), name_of(found)) in SENSOR_ROLES:
            spaces.setdefault(namespace_of(found), []).append((kind, found))
    return tuple(
        _install(namespace, found, inventory) for namespace, found in sorted(spaces.items())
    )


def _install(namespace: str, found: list[tuple[str, Object]], inventory: Inventory) -> Install:
    release = _release(found)
    known = release[0] if release else None
    if known is not None and known.startswith(RELEASES):
        return _said(Method.HELM, Confidence.CONFIRMED, namespace, release)
    if known is not None and known.lower().startswith(EXTENSION):
        return _said(Method.ARC_EXTENSION, Confidence.CONFIRMED, namespace, release)
    if extension := _extension(inventory):
        return _said(Method.ARC_EXTENSION, Confidence.CONFIRMED, namespace, (known, extension))
    if namespace == "azuredefender":
        seen = clue(*found[0], "in the namespace of the Arc extension before 2024")
        return _said(Method.ARC_EXTENSION, Confidence.LIKELY, namespace, (known, seen))
    if added := _add_on(namespace, found, known):
        return added
    return _unknown(namespace, found, known)


def _add_on(namespace: str, found: list[tuple[str, Object]], release: str | None) -> Install | None:
    """The add-on is in kube-system and no Helm release; its pods have the label `app=defender`."""
    if namespace != "kube-system" or release is not None:
        return None
    for kind, each in found:
        if labels_of(each).get("app") == "defender" or _pod_labels(each).get("app") == "defender":
            return _said(
                Method.AKS_ADD_ON,
                Confidence.CONFIRMED,
                namespace,
                (None, clue(kind, each, "in kube-system, label app=defender")),
            )
    seen = clue(*found[0], "in kube-system, of no Helm release")
    return _said(Method.AKS_ADD_ON, Confidence.LIKELY, namespace, (None, seen))


def _unknown(namespace: str, found: list[tuple[str, Object]], release: str | None) -> Install:
    if release is not None:
        seen = clue(*found[0], f"annotation {RELEASE_ANNOTATION}={release}")
        return _said(Method.HELM, Confidence.LIKELY, namespace, (release, seen))
    seen = clue(*found[0], "states no release, and no Arc extension was seen")
    return _said(Method.UNKNOWN, Confidence.POSSIBLE, namespace, (None, seen))


def _said(
    method: Method, confidence: Confidence, namespace: str, seen: tuple[str | None, Clue] | None
) -> Install:
    release, clue_ = seen or (None, None)
    return Install(
        method=method,
        namespace=namespace,
        confidence=confidence,
        release=release,
        clues=(clue_,) if clue_ else (),
    )


def _release(found: list[tuple[str, Object]]) -> tuple[str, Clue] | None:
    """The release that Helm's annotation or the chart's label names; of the sensor before the admission controller's."""
    ordered = sorted(found, key=lambda pair: _is_admission(pair[1]))
    for kind, each in ordered:
        for release, says in _marks(each):
            return release, clue(kind, each, says)
    return None


def _marks(found: Object) -> Iterator[tuple[str, str]]:
    stated = strings(found, "metadata", "annotations").get(RELEASE_ANNOTATION)
    if stated:
        yield stated[:63], f"annotation {RELEASE_ANNOTATION}={stated}"
    labels = labels_of(found)
    if labels.get("release") and labels.get("heritage", "").lower() == "helm":
        yield labels["release"][:63], f"label release={labels['release']}"


def _extension(inventory: Inventory) -> Clue | None:
    for found in inventory.extensions:
        kind = text(found, "spec", "extensionType") or name_of(found)
        if kind.lower().startswith(EXTENSION):
            return clue("ExtensionConfig", found, f"extension type {EXTENSION}")
    return None


def _is_admission(found: Object) -> bool:
    return role_of(namespace_of(found), name_of(found)) is Role.ADMISSION


def _pod_labels(found: Object) -> dict[str, str]:
    return strings(found, "spec", "template", "metadata", "labels")
