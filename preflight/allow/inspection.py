"""Which connections must not be decrypted on the way, as far as the vendor's pages say."""

from preflight.model.endpoint import Protocol, Trust
from preflight.model.request import Inspection

BYPASSED = {
    "defender-sensor": "Defender for Containers support matrix, 2026-06-12: a proxy whose certificates have to be trusted is not supported",
    "monitor": "Azure Monitor agent network configuration: HTTPS inspection has to be off for all its endpoints",
}
"""Component → the page that asks for it."""
BYPASSED_SUFFIXES = {
    ".gw.arc.azure.com": "Azure Arc gateway: these names have to be left out of inspection",
    ".azmk8s.io": "AKS egress: the tunnel to the API server needs ALPN left untouched",
    ".cx.aks.containerservice.azure.us": "AKS egress: the tunnel to the API server needs ALPN left untouched",
    ".azk8s.cn": "AKS egress: the tunnel to the API server needs ALPN left untouched",
}
"""Ending of a name → the page that asks for it."""


def inspection_of(fqdn: str, protocol: Protocol, component: str, trust: Trust) -> Inspection:
    """What is documented of one name; clients of the cluster's own API server trust the cluster's authority alone."""
    if protocol not in {Protocol.HTTPS, Protocol.WSS}:
        return Inspection.NOT_TLS
    if component in BYPASSED or trust is Trust.CLUSTER or fqdn.endswith(tuple(BYPASSED_SUFFIXES)):
        return Inspection.BYPASS
    return Inspection.UNSTATED
