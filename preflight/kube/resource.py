"""Kinds of objects, and where the API has them."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of the API; custom ones are made the same way."""

    group: str
    """Empty for the core group."""
    version: str
    plural: str
    namespaced: bool = True

    @property
    def api(self) -> str:
        """The path of its group and version, which lists what is served there."""
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    @property
    def kind(self) -> str:
        """As `kubectl` takes it: `jobs.batch`, `pods`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, *, namespace: str | None = None, name: str | None = None) -> str:
        """The path of one object, or of all; without a namespace, of all namespaces."""
        parts = [self.api]
        if self.namespaced and namespace is not None:
            parts += ["namespaces", quote(namespace, safe="")]
        parts.append(self.plural)
        if name is not None:
            parts.append(quote(name, safe=""))
        return "/".join(parts)


CONFIG_MAPS = Resource(group="", version="v1", plural="configmaps")
CRON_JOBS = Resource(group="batch", version="v1", plural="cronjobs")
DAEMON_SETS = Resource(group="apps", version="v1", plural="daemonsets")
DEPLOYMENTS = Resource(group="apps", version="v1", plural="deployments")
EVENTS = Resource(group="", version="v1", plural="events")
JOBS = Resource(group="batch", version="v1", plural="jobs")
NAMESPACES = Resource(group="", version="v1", plural="namespaces", namespaced=False)
NETWORK_POLICIES = Resource(group="networking.k8s.io", version="v1", plural="networkpolicies")
NODES = Resource(group="", version="v1", plural="nodes", namespaced=False)
PODS = Resource(group="", version="v1", plural="pods")
SECRETS = Resource(group="", version="v1", plural="secrets")
SERVICE_ACCOUNTS = Resource(group="", version="v1", plural="serviceaccounts")
