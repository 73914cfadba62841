"""What people call the values of the model, the same in every output."""

from preflight.model.endpoint import Cloud, Environment, Protocol

ENVIRONMENTS = {
    Environment.AKS: "AKS",
    Environment.EKS: "EKS",
    Environment.GKE: "GKE",
    Environment.ARC: "Arc-connected cluster",
}
CLOUDS = {
    Cloud.PUBLIC: "Azure public cloud",
    Cloud.USGOV: "Azure US Government",
    Cloud.CHINA: "Azure operated by 21Vianet (China)",
}
SPOKEN = {
    Protocol.HTTPS: "HTTPS",
    Protocol.WSS: "WebSocket over TLS",
    Protocol.HTTP: "HTTP",
    Protocol.TCP: "",
    Protocol.UDP: "",
}
"""What is spoken above TCP or UDP, where that is known."""


def transport(protocol: Protocol) -> str:
    """What a firewall rule calls it."""
    return "UDP" if protocol is Protocol.UDP else "TCP"
