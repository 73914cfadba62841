"""Loads what the later steps need while the first packets travel."""

from preflight.model.endpoint import Trust
from preflight.wire.network import Network


def preload(network: Network) -> None:
    """Import the protocol libraries and read the trust store; meant for a thread, so that the event loop stays awake.

    In the order in which an open path needs them: the DNS answer, the ClientHello, the request.
    """
    import dns.message  # noqa: F401 - for its effect

    network.tls_context(Trust.PUBLIC, verify=True)
    import httpcore  # noqa: F401 - for its effect
    import httpx  # noqa: F401 - for its effect
