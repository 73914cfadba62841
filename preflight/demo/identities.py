"""The demo's certificates: servers' contexts that present them, and the authorities that the simulated host trusts.

The keys in `pki/` are public on purpose and protect nothing; `tools/make_demo_pki.py` makes them anew.
"""

import ssl
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from preflight.demo.world import Identity

ROOT = "root.pem"
"""Stands in for the public authorities."""
FIREWALL_ROOT = "firewall-root.pem"
"""The firewall's own authority."""
CLUSTER_ROOT = "cluster-root.pem"
"""The cluster's own authority."""


def pem(name: str) -> str:
    """The text of a file in `pki/`, from wherever the package lies."""
    return (files("preflight.demo") / "pki" / name).read_text("ascii")


@cache
def server_context(identity: Identity) -> ssl.SSLContext:
    """A server's context that presents an identity."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    # OpenSSL reads keys from files only, and in an archive there is none.
    with TemporaryDirectory() as folder:
        file = Path(folder) / "identity.pem"
        file.write_text(pem(f"{identity}.pem"), "ascii")
        context.load_cert_chain(file)
    return context
