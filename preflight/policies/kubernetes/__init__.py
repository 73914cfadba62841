"""The rules of the cluster itself. `cluster` asks its engines in the order in which they decide; each has a file or a package."""

from preflight.policies.kubernetes.cluster import Cluster
from preflight.policies.kubernetes.inventory import Inventory
from preflight.policies.kubernetes.selecting import selects_by_labels
from preflight.policies.kubernetes.sensor import DOCUMENTED, sensor

__all__ = ["DOCUMENTED", "Cluster", "Inventory", "selects_by_labels", "sensor"]
