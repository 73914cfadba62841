"""Pod Security Standards, "restricted", control by control (kubernetes.io/docs/concepts/security/pod-security-standards, 2026-11)."""

from collections.abc import Iterator
from typing import Any

VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
SYSCTLS = "sysctls"


def violations(spec: dict[str, Any]) -> list[str]:
    """The names of the controls that a pod's spec breaks, baseline's first."""
    return [
        *_of_pod(spec),
        *(name for one in spec["containers"] for name in _of_container(one, spec)),
    ]


def _of_pod(spec: dict[str, Any]) -> Iterator[str]:
    security = spec.get("securityContext", {})
    if any(spec.get(name) for name in ("hostNetwork", "hostPID", "hostIPC")):
        yield "Host Namespaces"
    if any(set(volume) - {"name"} - VOLUMES for volume in spec.get("volumes", [])):
        yield "Volume Types"
    if {"seLinuxOptions", "appArmorProfile", "windowsOptions", SYSCTLS} & security.keys():
        yield "SELinux, AppArmor, HostProcess, Sysctls"
    if security.get("runAsUser") == 0:
        yield "Running as Non-root user"
    if spec.get("initContainers") or spec.get("ephemeralContainers"):
        yield "Containers that this check does not look at"


def _of_container(container: dict[str, Any], spec: dict[str, Any]) -> Iterator[str]:
    own = container.get("securityContext", {})
    both = spec.get("securityContext", {}) | own
    capabilities = own.get("capabilities", {})
    broken = {
        "Privileged Containers": bool(own.get("privileged")),
        "Capabilities": capabilities.get("drop") != ["ALL"] or bool(capabilities.get("add")),
        "Privilege Escalation": own.get("allowPrivilegeEscalation") is not False,
        "Running as Non-root": both.get("runAsNonRoot") is not True or both.get("runAsUser") == 0,
        "Seccomp": both.get("seccompProfile", {}).get("type")
        not in {"RuntimeDefault", "Localhost"},
        "/proc Mount Type": both.get("procMount", "Default") != "Default",
        "Host Ports": any(port.get("hostPort") for port in container.get("ports", [])),
        "Host Probes / Lifecycle Hooks": any("host" in handler for handler in _handlers(container)),
    }
    yield from (name for name, is_broken in broken.items() if is_broken)


def _handlers(container: dict[str, Any]) -> Iterator[dict[str, Any]]:
    hooks = [
        container.get(name, {}) for name in ("livenessProbe", "readinessProbe", "startupProbe")
    ]
    hooks += container.get("lifecycle", {}).values()
    for hook in hooks:
        yield from (hook.get(kind, {}) for kind in ("httpGet", "tcpSocket"))
