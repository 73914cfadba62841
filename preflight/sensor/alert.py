"""The documented harmless call that makes Defender for Cloud raise a test alert.

Listing the pods of a namespace that does not exist is what its control plane detection knows as a test. The call reads, finds nothing and
changes nothing; the alert comes from the API server's audit log, so it says nothing of the sensor's own way out.
"""

from preflight.errors import RefusedError
from preflight.kube import PODS, Kube
from preflight.model.sensor import AlertCall
from preflight.sensor.gather import gap, right

NAMESPACE = "asc-alerttest-662jfi039n"
"""Defender's test namespace (page on configuring the components, 2023-06-29; alert validation, 2022-10-06)."""
MINUTES = 30
"""Within which the alert appears, by the same pages."""
ALERT = "Microsoft Defender for Cloud test alert for K8S (not a threat)"
"""The alert's name (alert validation, 2022-10-06)."""


def call(kube: Kube) -> AlertCall:
    """Lists the pods of the test namespace, once. Raises UnreachableError."""
    try:
        found = sum(1 for _ in kube.list(PODS, namespace=NAMESPACE))
    except RefusedError as refused:
        refusal = gap("the test alert", refused, right("list", PODS, NAMESPACE))
        return AlertCall(context=kube.context, namespace=NAMESPACE, pods=None, refusal=refusal)
    return AlertCall(context=kube.context, namespace=NAMESPACE, pods=found)
