"""Request → engine: what `rules request` writes is put to the engine that judges such rules, which has to open it and nothing beside it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
import yaml

from preflight.allow import render
from preflight.model.document import Document
from preflight.model.flow import Destination, Flow, FlowVerdict, Origin, Transfer, Workload
from preflight.model.request import Request, Rule
from preflight.model.vantage import Address
from preflight.policies import explain
from tests.allow.builders import MIXED, addresses, request
from tests.allow.readers import commands
from tests.allow.test_dialects import LEFT_OUT

SOURCE = Workload(
    namespace="kube-system",
    labels=(("app", "defender"),),
    namespace_labels=(("kubernetes.io/metadata.name", "kube-system"),),
    address=addresses("10.240.0.5")[0],
)
NOWHERE = addresses("198.51.100.250")
"""Where nothing that is asked for is."""


def by_json(text: str) -> list[Document]:
    return [Document(body=json.loads(text), origin=Origin(file="rules.json", line=1))]


def security_group(text: str) -> list[Document]:
    """The rules in a group that denies everything else."""
    rules = [
        {"name": each["name"], "properties": each["properties"]}
        for each in json.loads(text)["resources"]
    ]
    deny = {
        "priority": 4096, "direction": "Outbound", "access": "Deny", "protocol": "*", "sourcePortRange": "*",
        "sourceAddressPrefix": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*",
    }  # fmt: skip
    body = {
        "name": "nsg",
        "type": "Microsoft.Network/networkSecurityGroups",
        "properties": {"securityRules": [*rules, {"name": "deny-all", "properties": deny}]},
    }
    return [Document(body=body, origin=Origin(file="nsg.json", line=1))]


def rule_groups(text: str) -> list[Document]:
    """The template's groups as the service describes them, in a policy that drops what no rule passes."""
    resources = json.loads(text)["Resources"].values()
    arns = [f"arn:aws:network-firewall:eu-west-1:1:stateful-rulegroup/{n}" for n, _ in enumerate(resources)]  # fmt: skip
    bodies: list[dict[str, Any]] = [
        {
            "RuleGroupResponse": {
                "RuleGroupArn": arn,
                "RuleGroupName": each["Properties"]["RuleGroupName"],
                "Type": "STATEFUL",
            },
            "RuleGroup": each["Properties"]["RuleGroup"],
        }
        for arn, each in zip(arns, resources, strict=True)
    ]
    policy = {
        "FirewallPolicyResponse": {"FirewallPolicyName": "policy"},
        "FirewallPolicy": {
            "StatelessDefaultActions": ["aws:forward_to_sfe"],
            "StatelessFragmentDefaultActions": ["aws:forward_to_sfe"],
            "StatefulRuleGroupReferences": [{"ResourceArn": arn} for arn in arns],
        },
    }
    return [Document(body=body, origin=Origin(file="aws.json", line=1)) for body in (*bodies, policy)]  # fmt: skip


def squid_conf(text: str) -> list[Document]:
    body = {"squid.conf": f"{text}http_access deny all\n"}
    return [Document(body=body, origin=Origin(file="squid.conf", line=1))]


def policy_of_commands(text: str) -> list[Document]:
    """What the commands make, as `describe` shows the policy afterwards, with a rule that denies everything else."""
    rules: list[dict[str, Any]] = []
    for words in commands(text):
        options = dict(word.partition("=")[::2] for word in words[6:])
        protocol, _, port = options["--layer4-configs"].partition(":")
        match: dict[str, Any] = {
            "layer4Configs": [{"ipProtocol": protocol, "ports": [port]}],
            "srcIpRanges": options["--src-ip-ranges"].split(","),
        }
        for option, key in (("--dest-fqdns", "destFqdns"), ("--dest-ip-ranges", "destIpRanges")):
            if option in options:
                match[key] = options[option].split(",")
        rules.append(
            {"priority": int(words[5]), "direction": "EGRESS", "action": "allow", "match": match}
        )
    everything = {"layer4Configs": [{"ipProtocol": "all"}], "destIpRanges": ["0.0.0.0/0"]}
    rules.append({"priority": 65_000, "direction": "EGRESS", "action": "deny", "match": everything})
    body = {"kind": "compute#firewallPolicy", "name": "policy", "rules": rules}
    return [Document(body=body, origin=Origin(file="policy.json", line=1))]


def objects(text: str) -> list[Document]:
    namespace = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": "kube-system",
            "labels": {"kubernetes.io/metadata.name": "kube-system"},
        },
    }
    return [
        Document(body=body, origin=Origin(file="policy.yaml", line=1))
        for body in (namespace, *yaml.safe_load_all(text))
    ]


READ = {
    "azure-firewall": by_json,
    "nsg": security_group,
    "aws-network-firewall": rule_groups,
    "gcp": policy_of_commands,
    "network-policy": objects,
    "cilium": objects,
    "calico": objects,
    "squid": squid_conf,
}
"""Dialects that an engine reads, and how their text is given to it."""
WITHOUT_WILDCARDS = {"nsg", "network-policy", "calico", "gcp"}
LISTS = {"aws-network-firewall"}
"""Dialects that tell protocols apart, not ports."""


def verdicts(dialect: str, asked: Request, flows: Sequence[Flow]) -> list[FlowVerdict]:
    documents = READ[dialect](render(asked, dialect).text)
    return [each.verdict for each in explain(documents, flows)]


def flow(
    host: str | None, port: int, transfer: Transfer, at: tuple[Address, ...] = NOWHERE
) -> Flow:
    to = Destination(host=host, addresses=at, port=port, transfer=transfer)
    return Flow(source=SOURCE, destination=to)


def held(dialect: str) -> list[Rule]:
    """The rules that the dialect can say for certain: a security group's tags need their ranges to be judged."""
    rules = [rule for rule in MIXED if rule not in LEFT_OUT[dialect]]
    if dialect == "nsg":
        rules = [rule for rule in rules if not rule.service_tags]
    return [replace(rule, addresses=rule.addresses[:1]) for rule in rules]


def wanted(dialect: str, rule: Rule) -> Iterator[Flow]:
    """What the rule is for: its names, one label more where the dialect says that, and its addresses."""
    if rule.fqdn[0].isdigit():
        yield flow(None, rule.port, rule.transfer, addresses(rule.fqdn))
        return
    known = rule.names or (rule.fqdn.replace("*", "w1"),)
    deeper = (f"a.b.{rule.suffix}",) if rule.suffix and rule.depth != 1 else ()
    for host in known if dialect in WITHOUT_WILDCARDS else (*known, *deeper):
        yield flow(host, rule.port, rule.transfer, rule.addresses or NOWHERE)


@pytest.mark.parametrize("dialect", READ)
def test_everything_that_was_asked_for_is_allowed(dialect: str) -> None:
    rules = held(dialect)
    flows = [each for rule in rules for each in wanted(dialect, rule)]

    found = verdicts(dialect, request(*rules), flows)

    denied = [one.destination for one, said in zip(flows, found, strict=True) if said is not FlowVerdict.ALLOWED]  # fmt: skip
    assert flows
    assert denied == []


@pytest.mark.parametrize("dialect", READ)
def test_nothing_else_is_opened(dialect: str) -> None:
    rules = [rule for rule in held(dialect) if rule.transfer is Transfer.TCP]
    others = [flow("evil.example.net", rule.port, rule.transfer) for rule in rules]
    others += [
        flow(None if one.destination.host is None else one.destination.host, 4444, Transfer.TCP, one.destination.addresses)
        for rule in rules
        if dialect not in LISTS
        for one in wanted(dialect, rule)
    ]  # fmt: skip
    if dialect in LISTS:
        others = [one for one in others if one.destination.port in {80, 443}]

    found = verdicts(dialect, request(*rules), others)

    opened = [one.destination for one, said in zip(others, found, strict=True) if said is FlowVerdict.ALLOWED]  # fmt: skip
    assert others
    assert opened == []


@pytest.mark.parametrize("dialect", sorted(set(READ) - {"network-policy", "cilium", "calico"}))
def test_another_source_stays_closed(dialect: str) -> None:
    rules = [rule for rule in held(dialect) if rule.port == 443]
    elsewhere = replace(SOURCE, address=addresses("192.168.9.9")[0])
    flows = [replace(one, source=elsewhere) for rule in rules for one in wanted(dialect, rule)]

    found = verdicts(dialect, request(*rules), flows)

    if dialect not in LISTS:  # what no list is for, it neither passes nor drops
        assert FlowVerdict.ALLOWED not in found


@pytest.mark.parametrize("dialect", ["network-policy", "cilium", "calico"])
def test_other_pods_are_left_as_they_are(dialect: str) -> None:
    other = replace(SOURCE, labels=(("app", "other"),))
    rules = held(dialect)
    flows = [replace(one, source=other) for rule in rules for one in wanted(dialect, rule)]

    assert set(verdicts(dialect, request(*rules), flows)) == {FlowVerdict.ALLOWED}
