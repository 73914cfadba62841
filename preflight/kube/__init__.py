"""The few Kubernetes calls that we need: a Protocol, its implementation over the official client, and the kubeconfig.

Objects are the API's own JSON as plain dicts, untrusted like everything from outside: read them with `fields`. Calls are synchronous
and may be made from several threads. What the API refuses, or cannot be reached, is a ClusterError (exit code 4).
"""

from preflight.kube.fields import integer, items, mapping, strings, text
from preflight.kube.protocol import Change, ChangeType, Kube, Object, Permission
from preflight.kube.resource import (
    CONFIG_MAPS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    EVENTS,
    JOBS,
    NAMESPACES,
    NETWORK_POLICIES,
    NODES,
    PODS,
    SECRETS,
    SERVICE_ACCOUNTS,
    Resource,
)

__all__ = [
    "CONFIG_MAPS",
    "CRON_JOBS",
    "DAEMON_SETS",
    "DEPLOYMENTS",
    "EVENTS",
    "JOBS",
    "NAMESPACES",
    "NETWORK_POLICIES",
    "NODES",
    "PODS",
    "SECRETS",
    "SERVICE_ACCOUNTS",
    "Change",
    "ChangeType",
    "Kube",
    "Object",
    "Permission",
    "Resource",
    "integer",
    "items",
    "mapping",
    "strings",
    "text",
]
