"""Entries → endpoints: placeholders filled, one endpoint for each host, port and protocol of an entry."""

import re
from collections.abc import Mapping
from dataclasses import replace

from preflight.catalog.select.requirement import requirement_of
from preflight.hostname import address_of
from preflight.model.endpoint import Answer, Endpoint, Entry, Port
from preflight.model.profile import Selection

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
OPTIONS = {"region": "--region NAME", "workspace_id": "--workspace-id GUID"}
"""The options that supply a placeholder; every other one is supplied with `--set`."""
LABELS = {
    "api_server_fqdn": "API server's name",
    "dce_id": "data collection endpoint's label",
    "dns_server": "nodes' DNS server",
    "region_short": "short region code",
    "servicebus_host": "relay host",
}
"""What people call a placeholder, where that is not its own name in words."""
SHORT_REGIONS = {"eastus": "eus"}
"""Region → short code, as far as the vendor's page gives any (Arc network requirements, 2026-06-11); others must be supplied."""
AWS_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn")
HTTPS_PORT = 443


def endpoints_of(entry: Entry, selection: Selection) -> tuple[Endpoint, ...]:
    """The endpoints that `entry` becomes: its hosts by its ports, in the entry's order, at least one.

    The first keeps the entry's id, the others add what differs. Where a name is not known the endpoint is skipped, with the reason
    and how to supply it.
    """
    hosts = entry.hosts or (entry.fqdn,)
    every = (endpoint_at(entry, host, port, selection) for host in hosts for port in entry.ports)
    return tuple({endpoint.id: endpoint for endpoint in every}.values())


def endpoint_at(entry: Entry, host: str, port: Port, selection: Selection) -> Endpoint:
    """The endpoint of `entry` at one of its hosts, placeholders possibly included, or at one that it covers."""
    requirement, condition = requirement_of(entry, selection)
    values = dict(selection.values)
    name = fill(host, values)
    return Endpoint(
        id=endpoint_id(entry, name, port, values),
        fqdn=fill(entry.fqdn, values),
        host=name,
        port=port.number,
        protocol=port.protocol,
        component=entry.component,
        requirement=requirement,
        condition=condition,
        purpose=entry.purpose,
        answer=_answer(entry.answer, values),
        issuers=entry.issuers,
        trust=entry.trust,
        service_tags=tuple(_substitute(tag, values) for tag in entry.service_tags),
        private_zones=tuple(fill(zone, values) for zone in entry.private_zones),
        sources=entry.sources,
        skipped=_why_skipped(entry, name, port),
    )


def endpoint_id(entry: Entry, host: str, port: Port, values: Mapping[str, str]) -> str:
    """The entry's id, then host, protocol and port where they are not those of the entry's first endpoint."""
    first = entry.ports[0]
    own_hosts = entry.hosts or (entry.fqdn,)
    parts = [entry.id]
    if host != fill(own_hosts[0], values):
        parts.append(host)
    if port.protocol is not first.protocol:
        parts.append(port.protocol)
    if port.number != first.number:
        parts.append(str(port.number))
    return "/".join(parts)


def fill(template: str, values: Mapping[str, str]) -> str:
    """The name with every known placeholder filled, lower case without trailing dot; unknown ones stay as they are."""
    filled = _substitute(template, values)
    return filled if PLACEHOLDER.search(filled) else filled.lower().removesuffix(".")


def _substitute(template: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: _value(found, template, values), template)


def _value(found: re.Match[str], template: str, values: Mapping[str, str]) -> str:
    """The placeholder's value, or the placeholder itself.

    `{region}` is the Azure region, in names of AWS the AWS region. One option gives either, and they cannot be
    mistaken for each other: AWS regions have hyphens (`eu-west-1`), Azure regions have none. One in the other's place would be a name
    that does not exist, and a false alarm.
    """
    if found[1] == "region_short":
        return values.get("region_short") or SHORT_REGIONS.get(values.get("region", ""), found[0])
    value = values.get(found[1], "")
    if found[1] == "region" and ("-" in value) != template.endswith(AWS_SUFFIXES):
        return found[0]
    return value or found[0]


def _answer(answer: Answer, values: Mapping[str, str]) -> Answer:
    """The documented answer, its path filled; with an unknown part in the path, nothing is known about the answer to `/`."""
    path = _substitute(answer.path, values)
    return Answer() if PLACEHOLDER.search(path) else replace(answer, path=path)


def _why_skipped(entry: Entry, name: str, port: Port) -> str:
    if "*" in name:
        how = "allow the rule, and test it with --endpoint HOST where you know a name"
        return f"no concrete name is documented behind this wildcard ({entry.obtained}): {how}"
    unknown = dict.fromkeys(PLACEHOLDER.findall(name))
    if unknown:
        return "; ".join(_how_to_supply(placeholder, name) for placeholder in unknown)
    if "{api_server_fqdn}" in entry.hosts and port.number != HTTPS_PORT and address_of(name):
        # In a pod the API server is known by its service address, which forwards 443 and nothing else.
        return f"the API server is known by its address alone; {_supply('api_server_fqdn')}"
    return ""


def _how_to_supply(placeholder: str, name: str) -> str:
    if placeholder == "region" and name.endswith(AWS_SUFFIXES):
        return "the AWS region is not known; give --region NAME, as in eu-west-1"
    label = LABELS.get(placeholder, placeholder.replace("_", " "))
    return f"the {label} is not known; {_supply(placeholder)}"


def _supply(placeholder: str) -> str:
    return f"give {OPTIONS.get(placeholder, f'--set {placeholder}=VALUE')}"
