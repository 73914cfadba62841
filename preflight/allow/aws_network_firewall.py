"""AWS Network Firewall: stateful rule groups as a CloudFormation template (JSON).

HTTPS and HTTP names are domain lists, one each, so that a name needed over TLS is not opened in clear text. `.x` stands for x itself
and every name below it, which is more than the documented `*.x` by one name. What a domain list cannot hold is Suricata rules.
Deploy with `aws cloudformation deploy --template-file FILE`, then add the groups to the firewall's policy.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from preflight.allow.names import is_address
from preflight.allow.objects import slug
from preflight.allow.words import about, each, fqdns, heading, listed, printable
from preflight.model.endpoint import Protocol
from preflight.model.request import Inspection, Rendered, Request, Rule

LISTS = ((Protocol.HTTPS, "TLS_SNI", "Tls"), (Protocol.HTTP, "HTTP_HOST", "Http"))
CAPACITY_STEP = 100
"""A group's capacity is fixed when it is made: room for growth (a domain takes up to two units)."""
FIRST_SID = 7_410_001
"""Anywhere in 1 to 2,147,483,647, and unique within the group."""
DESCRIPTION_LIMIT = 500
PORTS = {Protocol.HTTPS: 443, Protocol.HTTP: 80}
Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Which rules go where."""

    listed: tuple[Rule, ...]
    written: tuple[Rule, ...]
    """As Suricata rules."""
    closed: tuple[Rule, ...]


def render(request: Request) -> Rendered:
    """The template; empty where nothing can be asked for."""
    parts = _parts(request.rules)
    remarks = tuple(_remarks(request, parts))
    groups = {name: group for name, group in _groups(request, parts) if group}
    if not groups:
        return Rendered(text="", remarks=remarks)
    template: Json = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": printable(" ".join(heading(request)), DESCRIPTION_LIMIT),
        "Metadata": {
            "Names": {target(rule): about(rule) for rule in parts.listed},
            "Remarks": [*request.remarks, *remarks],
        },
        **_parameters(request),
        "Resources": groups,
    }
    return Rendered(text=f"{json.dumps(template, indent=2)}\n", remarks=remarks)


def target(rule: Rule) -> str:
    """The name as a domain list spells it."""
    return f".{rule.suffix}" if rule.suffix else rule.fqdn


def _parts(rules: Sequence[Rule]) -> _Parts:
    by_list = tuple(r for r in rules if r.protocol in PORTS and _is_whole(r))
    rest = [rule for rule in rules if rule not in by_list]
    closed = tuple(rule for rule in rest if rule.protocol not in PORTS and not _numbers(rule))
    return _Parts(
        listed=by_list, written=tuple(rule for rule in rest if rule not in closed), closed=closed
    )


def _is_whole(rule: Rule) -> bool:
    return not is_address(rule.fqdn) and (rule.suffix is not None or not rule.is_wildcard)


def _numbers(rule: Rule) -> tuple[str, ...]:
    return (rule.fqdn,) if is_address(rule.fqdn) else tuple(map(str, rule.addresses))


def _groups(request: Request, parts: _Parts) -> Iterable[tuple[str, Json]]:
    for protocol, kind, word in LISTS:
        names = sorted({target(rule) for rule in parts.listed if rule.protocol is protocol})
        source = {
            "RulesSourceList": {
                "Targets": names,
                "TargetTypes": [kind],
                "GeneratedRulesType": "ALLOWLIST",
            }
        }
        group = _group(request, word.lower(), source, 2 * len(names)) if names else {}
        yield f"Defender{word}Names", group
    lines = [_suricata(rule, FIRST_SID + at) for at, rule in enumerate(parts.written)]
    strings = {"RulesString": "\n".join(lines)}
    yield "DefenderOther", _group(request, "other", strings, len(lines)) if lines else {}


def _group(request: Request, word: str, source: Mapping[str, object], units: int) -> Json:
    name = f"{slug(request.name)}-{word}"
    definition: object = list(request.source) or {"Ref": "SourceCidrs"}
    return {
        "Type": "AWS::NetworkFirewall::RuleGroup",
        "Properties": {
            "RuleGroupName": name,
            "Type": "STATEFUL",
            "Capacity": CAPACITY_STEP * (1 + units // CAPACITY_STEP),
            "Description": f"Egress of Defender for Containers: {word}",
            "RuleGroup": {
                "RuleVariables": {"IPSets": {"HOME_NET": {"Definition": definition}}},
                "RulesSource": source,
            },
        },
    }


def _parameters(request: Request) -> Json:
    if request.source:
        return {}
    what = "CIDRs from which the traffic comes: the nodes' subnets, separated by commas"
    return {"Parameters": {"SourceCidrs": {"Type": "CommaDelimitedList", "Description": what}}}


def _suricata(rule: Rule, sid: int) -> str:
    """One pass rule. Nothing but checked names and numbers is in it."""
    tail = f'msg:"{slug(rule.components[0])}"; sid:{sid}; rev:1;)'
    if rule.is_wildcard and rule.protocol in PORTS:
        head, _, end = rule.fqdn.partition("*")
        # The buffer of the Host header is in lower case already, and takes no flag for it.
        is_tls = rule.protocol is Protocol.HTTPS
        kind, buffer, case = ("tls", "tls.sni", " nocase;") if is_tls else ("http", "http.host", "")
        parts = ((head, "startswith"), (end, "endswith"))
        match = f"{buffer}; " + " ".join(
            f'content:"{text}";{case} {where};' for text, where in parts if text
        )
        return f"pass {kind} $HOME_NET any -> any {rule.port} ({match} flow:to_server; {tail}"
    kind = rule.transfer.value.lower()
    numbers = ", ".join(_numbers(rule))
    return f"pass {kind} $HOME_NET any -> [{numbers}] {rule.port} (flow:to_server; {tail}"


def _remarks(request: Request, parts: _Parts) -> Iterable[str]:
    if parts.closed:
        yield (
            f"Left out, because the firewall sees no name in it and no address is known: {each(parts.closed)}; "
            "give the addresses with --report or --address HOST=IP."
        )
    wild = [target(rule) for rule in parts.listed if rule.suffix]
    if wild:
        yield f"A leading dot also stands for the name itself without a label before it: {listed(wild)}."
    odd = [f"{r.fqdn}:{r.port}" for r in parts.listed if r.port != PORTS[r.protocol]]
    if odd:
        yield f"A domain list tells protocols apart, not ports; these use another port than usual: {listed(odd)}."
    seen = [rule.fqdn for rule in parts.written if _numbers(rule) and not is_address(rule.fqdn)]
    if seen:
        yield f"Opened at the addresses known today, which change without notice: {listed(seen)}."
    if parts.listed:
        yield (
            "An ALLOWLIST denies every other name of its protocol from these sources. In a policy with strict order, add the names to "
            "the list that is there instead of adding this group."
        )
    kept = [rule for rule in parts.listed if rule.inspection is Inspection.BYPASS]
    if kept:
        yield f"To be left out of TLS inspection: {listed(fqdns(kept))}."
    if not request.source:
        yield "The source is not known: the template asks for it (SourceCidrs), or give --source CIDR."
