"""A profile's endpoints, or what a report found stopped → the request. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from preflight.allow.inspection import inspection_of
from preflight.allow.minimal import minimal
from preflight.allow.names import covers, depth, is_address, is_name, is_service_tag
from preflight.allow.pods import sensor_pods
from preflight.allow.words import printable
from preflight.model.endpoint import Endpoint, Protocol
from preflight.model.names import transport
from preflight.model.profile import Profile
from preflight.model.request import Pods, Request, Rule
from preflight.model.vantage import Address

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
Addresses = Mapping[str, Sequence[Address]]
"""Host (or documented name) → what it leads to."""


def of_endpoints(
    endpoints: Iterable[Endpoint],
    *,
    name: str,
    profile: Profile,
    source: tuple[str, ...] = (),
    pods: Pods | None = None,
    addresses: Addresses | None = None,
) -> Request:
    """The request for everything that a profile needs; `addresses` are those that the user gave."""
    chosen = tuple(endpoints)
    known = addresses or {}
    rules = minimal(rule for endpoint in chosen for rule in rules_of(endpoint, known))
    return Request(
        name=name,
        rules=rules,
        source=source,
        pods=pods or sensor_pods(profile.environment),
        profile=profile,
        remarks=(
            *dict.fromkeys(remark for each in chosen for remark in why_not(each)),
            *unused(known, rules),
        ),
    )


def unused(addresses: Addresses, rules: Sequence[Rule]) -> Iterator[str]:
    """A sentence for each host whose addresses were given and for which there is no rule: likely a slip of the pen."""
    for host in addresses:
        is_used = any(host in {rule.fqdn, *rule.hosts} or covers(rule.fqdn, host) for rule in rules)
        if not is_used:
            yield f"The addresses of {printable(host)} are not used: no rule is for it."


def rules_of(
    endpoint: Endpoint, addresses: Addresses, findings: tuple[str, ...] = ()
) -> Iterator[Rule]:
    """The rule for the documented name, and one for the host where that name does not cover it; neither with placeholders."""
    if _is_fit(endpoint.fqdn):
        yield _rule(endpoint, endpoint.fqdn, addresses, findings)
    if _is_fit(endpoint.host) and not _is_within(endpoint.host, endpoint.fqdn):
        yield _rule(endpoint, endpoint.host, addresses, findings)


def why_not(endpoint: Endpoint) -> Iterator[str]:
    """Why a documented name is in no rule, as a sentence; nothing where it is."""
    if _is_fit(endpoint.fqdn):
        return
    name = printable(endpoint.fqdn)
    where = f"{transport(endpoint.protocol)} {endpoint.port}"
    missing = dict.fromkeys(PLACEHOLDER.findall(endpoint.fqdn))
    if missing:
        how = " and ".join(_option(part, endpoint.fqdn) for part in missing)
        yield f"{name}, {where} ({printable(endpoint.component)}) is left out: a part of the name is not known; give {how}."
    else:
        yield f"{name!r}, {where} is left out: that is no name that a rule could hold."


def _option(placeholder: str, fqdn: str) -> str:
    """What fills a placeholder. One option gives the region of either cloud."""
    match placeholder:
        case "region" if fqdn.endswith((".amazonaws.com", ".amazonaws.com.cn")):
            return "--region NAME (of AWS, as in eu-west-1)"
        case "region":
            return "--region NAME (of Azure, as in westeurope)"
        case "workspace_id":
            return "--workspace-id GUID"
        case other:
            return f"--set {printable(other)}=VALUE"


def _is_fit(name: str) -> bool:
    return is_address(name) or is_name(name)


def _leads(host: str, name: str, endpoint: Endpoint) -> bool:
    """Whether what `host` leads to is what this rule leads to."""
    return host == name or covers(name, host) or (host == endpoint.host and name == endpoint.fqdn)


def _is_within(host: str, fqdn: str) -> bool:
    return "*" in host or host == fqdn or covers(fqdn, host)


def _rule(endpoint: Endpoint, name: str, addresses: Addresses, findings: tuple[str, ...]) -> Rule:
    behind = covers(name, endpoint.host)
    is_websocket = endpoint.protocol is Protocol.WSS
    tags = tuple(tag for tag in endpoint.service_tags if is_service_tag(tag))
    found = [a for host, own in addresses.items() if _leads(host, name, endpoint) for a in own]
    return Rule(
        fqdn=name,
        port=endpoint.port,
        protocol=Protocol.HTTPS if is_websocket else endpoint.protocol,
        requirement=endpoint.requirement,
        hosts=(endpoint.host,) if behind and is_name(endpoint.host) else (),
        depth=depth(name, endpoint.host) if behind else None,
        addresses=tuple(dict.fromkeys(found)),
        service_tags=tags if name == endpoint.fqdn else (),
        purposes=tuple(filter(None, (endpoint.purpose,))),
        components=(endpoint.component,),
        sources=tuple(source.url for source in endpoint.sources if source.url)[:1],
        inspection=inspection_of(name, endpoint.protocol, endpoint.component, endpoint.trust),
        is_websocket=is_websocket,
        findings=findings,
    )
