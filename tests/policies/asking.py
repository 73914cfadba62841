"""Short questions to the engines: documents as YAML, a source, a destination.

said = ask(POLICY, to="20.42.65.85:443", labels={"app": "web"})
assert said.verdict is FlowVerdict.DENIED
"""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from textwrap import dedent
from typing import Any

import yaml

from preflight.hostname import address_of, split_port
from preflight.model.document import Document
from preflight.model.flow import (
    Destination,
    Explanation,
    Flow,
    FlowVerdict,
    Labels,
    Origin,
    Ruling,
    Transfer,
    Workload,
)
from preflight.policies import explain

ALLOWED, DENIED, UNKNOWN = FlowVerdict.ALLOWED, FlowVerdict.DENIED, FlowVerdict.UNKNOWN
METADATA_NAME = "kubernetes.io/metadata.name"
API = "api.cloud.defender.microsoft.com"
PUBLIC = "20.42.65.85"


def documents(*texts: str | Mapping[str, Any]) -> list[Document]:
    """Every YAML document, or mapping, as one Document; `file.yaml` with its number as line."""
    bodies: list[Any] = []
    for text in texts:
        bodies += [text] if isinstance(text, Mapping) else list(yaml.safe_load_all(dedent(text)))
    return [
        Document(body=body, origin=Origin(file="file.yaml", line=number))
        for number, body in enumerate(bodies, 1)
        if body is not None
    ]


def pod(
    namespace: str = "shop",
    name: str | None = "web-1",
    labels: Mapping[str, str] | None = None,
    *,
    namespace_labels: Mapping[str, str] | None = None,
    **fields: Any,
) -> Workload:
    """A pod whose labels, and its namespace's, are all known."""
    return Workload(
        namespace=namespace,
        pod=name,
        labels=sorted_labels(labels or {}),
        namespace_labels=sorted_labels({**(namespace_labels or {}), METADATA_NAME: namespace}),
        **fields,
    )


def sorted_labels(labels: Mapping[str, str]) -> Labels:
    return tuple(sorted(labels.items()))


def destination(
    to: str | Workload, *, addresses: Sequence[str] = (), protocol: str = "TCP"
) -> Destination:
    """`host:port`, `address:port`, or a pod with port 443."""
    transfer = Transfer(protocol)
    if isinstance(to, Workload):
        return Destination(workload=to, transfer=transfer)
    host, port = split_port(to)
    address = address_of(host)
    return Destination(
        host=None if address else host,
        addresses=(address,) if address else tuple(map(ip_address, addresses)),
        port=port or 443,
        transfer=transfer,
    )


def explained(
    *given: str | Mapping[str, Any], source: Workload | None = None, to: Destination
) -> Explanation:
    flow = Flow(source=source or pod(), destination=to)
    return explain(documents(*given), [flow])[0]


def ask(
    *given: str | Mapping[str, Any],
    to: str | Workload = f"{PUBLIC}:443",
    source: Workload | None = None,
    addresses: Sequence[str] = (),
    protocol: str = "TCP",
) -> Explanation:
    """What the documents say of one flow."""
    where = destination(to, addresses=addresses, protocol=protocol)
    return explained(*given, source=source, to=where)


def last(said: Explanation) -> Ruling:
    """The step that decides."""
    return said.path[-1]
