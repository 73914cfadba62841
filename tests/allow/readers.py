"""Each dialect's text read back, by means of its own format: what it opens, as (destination, port, protocol).

Written from the formats' documentation and not from the renderers, so that what is not well-formed fails here.
"""

import csv
import io
import json
import re
import shlex
from collections.abc import Callable, Iterator
from typing import Any

import hcl2
import yaml

from tests.allow.bicep import resources

Opening = tuple[str, int, str]
"""Destination as the dialect spells it, port, and what the dialect calls the protocol."""


def azure_firewall(text: str) -> Iterator[Opening]:
    for resource in json.loads(text)["resources"]:
        yield from _collections(resource["properties"]["ruleCollections"])


def azure_firewall_bicep(text: str) -> Iterator[Opening]:
    for resource in resources(text):
        yield from _collections(resource.get("properties", {}).get("ruleCollections", []))


def _collections(collections: list[dict[str, Any]]) -> Iterator[Opening]:
    for collection in collections:
        assert collection["action"] == {"type": "Allow"}
        assert 100 <= collection["priority"] <= 65_000
        for rule in collection["rules"]:
            yield from _azure_rule(rule)


def _azure_rule(rule: dict[str, Any]) -> Iterator[Opening]:
    assert re.fullmatch(r"[a-zA-Z0-9][\w.-]{0,78}[a-zA-Z0-9_]", rule["name"])
    assert rule["sourceAddresses"]
    if rule["ruleType"] == "ApplicationRule":
        for protocol in rule["protocols"]:
            for name in rule["targetFqdns"]:
                yield name, protocol["port"], protocol["protocolType"]
        return
    assert rule["ruleType"] == "NetworkRule"
    for name in rule.get("destinationFqdns", []) + rule.get("destinationAddresses", []):
        for port in rule["destinationPorts"]:
            yield name, int(port), rule["ipProtocols"][0]


def azure_firewall_terraform(text: str) -> Iterator[Opening]:
    group = _blocks(hcl2.loads(text)["resource"])["azurerm_firewall_policy_rule_collection_group"]
    (body,) = _plain(group).values()
    for collection in body.get("application_rule_collection", []):
        for rule in collection["rule"]:
            for protocol in rule["protocols"]:
                for name in rule["destination_fqdns"]:
                    yield name, protocol["port"], protocol["type"]
    for collection in body.get("network_rule_collection", []):
        for rule in collection["rule"]:
            names = rule.get("destination_fqdns", []) + rule.get("destination_addresses", [])
            for name in names:
                yield name, int(rule["destination_ports"][0]), rule["protocols"][0]


def _blocks(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: value for block in blocks for key, value in _plain(block).items()}


def _plain(value: Any) -> Any:
    """HCL's strings without the quotes that the parser keeps."""
    if isinstance(value, str):
        return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    return value


def nsg(text: str) -> Iterator[Opening]:
    priorities = set()
    for resource in json.loads(text)["resources"]:
        rule = resource["properties"]
        assert (rule["direction"], rule["access"]) == ("Outbound", "Allow")
        assert 100 <= rule["priority"] <= 4096
        assert len(rule["description"]) <= 140
        priorities.add(rule["priority"])
        one = rule.get("destinationAddressPrefix")
        for prefix in [one] if one else rule["destinationAddressPrefixes"]:
            yield prefix, int(rule["destinationPortRange"]), rule["protocol"]
    assert len(priorities) == len(json.loads(text)["resources"])


SURICATA = re.compile(
    r"pass (tls|http|tcp|udp) \$HOME_NET any -> (any|\[[0-9a-f:., ]+\]) (\d+) \(([^()\n]*(?:\[[^\]\n]*\][^()\n]*)*)\)"
)


def aws_network_firewall(text: str) -> Iterator[Opening]:
    sids = set()
    for group in json.loads(text)["Resources"].values():
        assert group["Type"] == "AWS::NetworkFirewall::RuleGroup"
        source = group["Properties"]["RuleGroup"]["RulesSource"]
        for name in source.get("RulesSourceList", {}).get("Targets", []):
            assert not name.startswith("*")
            yield name, 0, source["RulesSourceList"]["TargetTypes"][0]
        for line in filter(None, source.get("RulesString", "").split("\n")):
            found = SURICATA.fullmatch(line)
            assert found, line
            sids.add(re.findall(r"sid:(\d+);", found[4])[0])
            parts = re.findall(r'content:"([^"]*)";', found[4])
            for where in ["*".join(parts)] if parts else found[2].strip("[]").split(", "):
                yield where, int(found[3]), found[1]
        assert len(sids) == len(list(filter(None, source.get("RulesString", "").split("\n"))))


def gcp(text: str) -> Iterator[Opening]:
    priorities = []
    for words in commands(text):
        assert words[:5] == ["gcloud", "compute", "network-firewall-policies", "rules", "create"]
        priorities.append(int(words[5]))
        options = dict(word.partition("=")[::2] for word in words[6:])
        assert (options["--direction"], options["--action"]) == ("EGRESS", "allow")
        protocol, _, port = options["--layer4-configs"].partition(":")
        names = options.get("--dest-fqdns") or options["--dest-ip-ranges"]
        assert "*" not in names
        assert len(names.split(",")) <= 100
        for name in names.split(","):
            yield name, int(port), protocol
    assert len(set(priorities)) == len(priorities)


def commands(text: str) -> Iterator[list[str]]:
    """The words of each command, as a shell splits them; `:` only checks that a variable is set."""
    for line in text.replace("\\\n", " ").split("\n"):
        words = shlex.split(line, comments=True)
        if words and words[0] != ":":
            yield words


def network_policy(text: str) -> Iterator[Opening]:
    for policy in yaml.safe_load_all(text):
        assert (policy["apiVersion"], policy["kind"]) == (
            "networking.k8s.io/v1",
            "NetworkPolicy",
        )
        assert policy["spec"]["policyTypes"] == ["Egress"]
        for number, rule in enumerate(policy["spec"]["egress"]):
            for port in rule["ports"]:
                yield from _blocks_of(rule["to"], port, is_dns=number == 0)


def _blocks_of(peers: list[Any], port: dict[str, Any], *, is_dns: bool) -> Iterator[Opening]:
    for peer in peers:
        assert set(peer) == ({"namespaceSelector", "podSelector"} if is_dns else {"ipBlock"})
        where = "kube-dns" if is_dns else peer["ipBlock"]["cidr"]
        yield where, port["port"], port["protocol"]


def cilium(text: str) -> Iterator[Opening]:
    for policy in yaml.safe_load_all(text):
        assert (policy["apiVersion"], policy["kind"]) == ("cilium.io/v2", "CiliumNetworkPolicy")
        dns, *rules = policy["spec"]["egress"]
        taught = {json.dumps(rule) for rule in dns["toPorts"][0]["rules"]["dns"]}
        for rule in rules:
            (to_port,) = rule["toPorts"]
            (port,) = to_port["ports"]
            for selector in rule.get("toFQDNs", []):
                assert json.dumps(selector) in taught  # without it the name is never learned
                (name,) = selector.values()
                yield name, int(port["port"]), port["protocol"]
            for cidr in rule.get("toCIDR", []):
                yield cidr, int(port["port"]), port["protocol"]


def calico(text: str) -> Iterator[Opening]:
    *sets, policy = yaml.safe_load_all(text)
    nets = {}
    for each in sets:
        assert (each["apiVersion"], each["kind"]) == ("projectcalico.org/v3", "GlobalNetworkSet")
        ((label, value),) = each["metadata"]["labels"].items()
        nets[f"{label} == '{value}'"] = each["spec"]["nets"]
    assert policy["kind"] == "GlobalNetworkPolicy"
    assert policy["metadata"]["name"].startswith(f"{policy['spec']['tier']}.")
    for rule in policy["spec"]["egress"]:
        assert rule["action"] == "Allow"
        chosen = rule["destination"]["selector"]
        for port in rule["destination"]["ports"]:
            for net in nets.get(chosen, [chosen]):
                yield net, port, rule["protocol"]


def squid(text: str) -> Iterator[Opening]:
    acls: dict[str, tuple[str, list[str]]] = {}
    for line in text.split("\n"):
        match line.split():
            case ["acl", name, kind, *values] if values:
                acls.setdefault(name, (kind, []))[1].extend(v for v in values if v != "-i")
                assert acls[name][0] == kind
            case ["http_access", "allow", method, source, port, names]:
                assert acls[source][0] == "src"
                assert method in {"CONNECT", "!CONNECT"}
                for name in acls[names][1]:
                    yield name, int(acls[port][1][0]), method
            case []:
                pass
            case words:
                assert words[0].startswith("#"), line


def paloalto_edl(text: str) -> Iterator[Opening]:
    for line in text.splitlines():
        assert re.fullmatch(r"(\*\.)?[a-z0-9.-]+/", line)
        yield line, 0, "URL"


FORTIOS = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


def fortigate(text: str) -> Iterator[Opening]:
    tables: dict[str, dict[str, dict[str, list[str]]]] = {}
    table: dict[str, dict[str, list[str]]] = {}
    edited: dict[str, list[str]] = {}
    number = 0
    for line in text.split("\n"):
        if line.startswith("#"):
            continue
        words = [quoted or bare for quoted, bare in FORTIOS.findall(line)]
        assert "?" not in line
        match words:
            case ["config", *kind]:
                table = tables.setdefault(" ".join(kind), {})
            case ["edit", name]:
                assert len(name) <= 79
                number += 1
                edited = table.setdefault(name if name != "0" else f"new {number}", {})
            case ["set", key, *values]:
                edited[key] = values
            case ["next"] | ["end"] | []:
                pass
            case _:
                raise AssertionError(line)
    yield from _policies(tables)


def _policies(tables: dict[str, dict[str, dict[str, list[str]]]]) -> Iterator[Opening]:
    known, groups = tables["firewall address"], tables["firewall addrgrp"]
    for policy in tables["firewall policy"].values():
        assert policy["action"] == ["accept"]
        (source,) = policy["srcaddr"]
        assert source == "SOURCE_ADDRESS" or all(
            known[name]["subnet"] for name in groups[source]["member"]
        )
        ((key, (port,)),) = tables["firewall service custom"][policy["service"][0]].items()
        for member in groups[policy["dstaddr"][0]]["member"]:
            where = known[member].get("fqdn") or known[member]["subnet"]
            yield where[0], int(port), key.removesuffix("-portrange")


def csv_rows(text: str) -> Iterator[Opening]:
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    for row in rows:
        assert row["direction"] == "outbound"
        assert None not in row.values()
        yield row["destination_fqdn"] or row["destination_ip"], int(row["port"]), row["protocol"]


def markdown(text: str) -> Iterator[Opening]:
    table = text.partition("## What to allow")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in table.split("\n") if line.startswith("| `")]
    for name, port, *_ in rows:
        found = re.fullmatch(r"(TCP|UDP) (\d+)( \(.*\))?", port)
        assert found
        yield name.strip(" `"), int(found[2]), found[1]


READERS: dict[str, Callable[[str], Iterator[Opening]]] = {
    "azure-firewall": azure_firewall,
    "azure-firewall-bicep": azure_firewall_bicep,
    "azure-firewall-terraform": azure_firewall_terraform,
    "nsg": nsg,
    "aws-network-firewall": aws_network_firewall,
    "gcp": gcp,
    "network-policy": network_policy,
    "cilium": cilium,
    "calico": calico,
    "squid": squid,
    "paloalto-edl": paloalto_edl,
    "fortigate": fortigate,
    "csv": csv_rows,
    "markdown": markdown,
}


def openings(text: str, dialect: str) -> set[Opening]:
    """What the text opens; nothing twice."""
    found = list(READERS[dialect](text))
    assert len(found) == len(set(found))
    return set(found)
