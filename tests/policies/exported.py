"""Documents and flows in a line each, as the reader and the command line would make them."""

import json
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from preflight.model.document import Document
from preflight.model.flow import Destination, Flow, Origin, Ruling, Transfer, Workload
from preflight.policies import Load

EXPORTS = Path(__file__).parents[3] / "shared" / "cases" / "exports"
HOST = "login.example.com"
PUBLIC = "20.42.65.88"


def document(
    body: Mapping[str, Any], lines: Mapping[str, int] | None = None, file: str = "export.json"
) -> Document:
    """One exported object."""
    return Document(body=body, origin=Origin(file=file, line=1), lines=lines or {})


def exported(name: str) -> tuple[Document, ...]:
    """The objects of one of the public samples; a list is one document for each of its members."""
    path = EXPORTS / name
    if not path.is_file():
        pytest.skip(f"the public sample {name} is not beside this checkout")
    content = json.loads(path.read_text())
    bodies = content if isinstance(content, list) else [content]
    return tuple(document(body, file=name) for body in bodies)


def flow(
    to: str = HOST,
    *addresses: str,
    port: int = 443,
    transfer: Transfer = Transfer.TCP,
    source: str | None = "10.240.0.4",
) -> Flow:
    """A connection from a node to a host with these addresses, or to an address alone."""
    is_address = to[0].isdigit() or ":" in to
    return Flow(
        source=Workload(
            namespace="kube-system",
            host_network=True,
            address=ip_address(source) if source else None,
        ),
        destination=Destination(
            host=None if is_address else to,
            addresses=tuple(map(ip_address, [to] if is_address else addresses)),
            port=port,
            transfer=transfer,
        ),
    )


def said(load: Load, documents: Sequence[Document] | Document, asked: Flow) -> Ruling:
    """What an engine says, which it has to."""
    given = [documents] if isinstance(documents, Document) else documents
    decider = load(given)
    assert decider is not None, "the engine does not recognise its documents"
    ruling = decider.decide(asked)
    assert ruling is not None, "the engine has nothing to say of the flow"
    return ruling


def outcome(load: Load, documents: Sequence[Document] | Document, asked: Flow) -> tuple[str, str]:
    """Verdict and reason in the contract's words."""
    ruling = said(load, documents, asked)
    return ruling.verdict.value, ruling.reason.value
