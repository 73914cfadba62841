"""A report's results in at most 4096 bytes of ASCII JSON: what a pod's termination message holds (`compact.schema.json`).

That message reaches the API server with the pod's status, also where logs cannot be read. It carries how each endpoint ended, and no
evidence. What does not fit is left out in this order, and counted: the hosts of reachable endpoints, all hosts, then endpoints, the
least important first. So the verdict that follows from what was carried is the report's own, or the weaker `inconclusive`.

The size is that of a message in Kubernetes (kubernetes.io, "Determine the Reason for Pod Failure", 2026-11).
"""

from preflight.codec.compact.decode import NOT_DELIVERED, decode
from preflight.codec.compact.encode import LIMIT, SCHEMA, encode

__all__ = ["LIMIT", "NOT_DELIVERED", "SCHEMA", "decode", "encode"]
