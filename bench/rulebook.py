"""Usage: python -m bench.rulebook FOLDER JSON|YAML: policies and firewall exports of a large estate, as kubectl, az, aws and gcloud print them.

Always the same, so that figures can be compared: nothing in here is random.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

NAMESPACES = 100
SYSTEM = "kube-system"
"""The namespace of the sensor's pods."""
NETWORK_POLICIES = 8_000
CILIUM_POLICIES = 1_000
CALICO_POLICIES = 1_000
POLICIES = NETWORK_POLICIES + CILIUM_POLICIES + CALICO_POLICIES

SECURITY_RULES = 1_000
"""Of one network security group."""
FIREWALL_RULES = 2_500
"""Of one Azure Firewall policy."""
GROUP_RULES = 500
"""Of one AWS security group."""
VPC_RULES = 1_000
"""Of one Google network."""
RULES = SECURITY_RULES + FIREWALL_RULES + GROUP_RULES + VPC_RULES

COLLECTION = 100
"""Rules of one rule collection."""
SENSOR = {"app": "defender"}
TCP_443 = {"port": 443, "protocol": "TCP"}
DNS = {"port": 53, "protocol": "UDP"}

Item = dict[str, Any]
Write = Callable[[Path, str, object], None]


def write_json(folder: Path, name: str, content: object) -> None:
    """As the tools print it with `-o json`."""
    (folder / f"{name}.json").write_text(json.dumps(content, indent=4) + "\n")


def write_yaml(folder: Path, name: str, content: object) -> None:
    """As kubectl prints it with `-o yaml`; what is no Kubernetes object stays JSON, as clouds export it."""
    import yaml

    if not isinstance(content, dict) or content.get("kind") != "List":
        write_json(folder, name, content)
        return
    dumper = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper
    plain = json.loads(json.dumps(content))  # no part twice, or it would be written as an alias
    with (folder / f"{name}.yaml").open("w") as file:
        yaml.dump(plain, file, Dumper=dumper)


FORMATS: dict[str, Write] = {"JSON": write_json, "YAML": write_yaml}


def write_rulebook(folder: Path, write: Write) -> None:
    """All of it, one file for each command that exports."""
    write(folder, "networkpolicies", _list(_network_policies()))
    write(folder, "ciliumnetworkpolicies", _list(_cilium_policies()))
    write(folder, "caliconetworkpolicies", _list(_calico_policies()))
    write(folder, "nsg", _security_group())
    write(folder, "rule-collection-groups", [_rule_collection_group()])
    write(folder, "security-groups", _aws_security_groups())
    write(folder, "firewall-rules", list(_vpc_rules()))


def _list(items: Iterator[Item]) -> Item:
    return {"apiVersion": "v1", "items": list(items), "kind": "List", "metadata": {}}


def _object(kind: str, version: str, number: int, spec: Item) -> Item:
    """One object, with what the API server adds to it."""
    namespace = SYSTEM if number % NAMESPACES == 0 else f"team-{number % NAMESPACES}"
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {
            "annotations": {"meta.helm.sh/release-name": f"release-{number}"},
            "creationTimestamp": "2026-03-01T08:00:00Z",
            "generation": 1,
            "labels": {"app.kubernetes.io/managed-by": "Helm", "team": f"t{number % 40}"},
            "name": f"policy-{number}",
            "namespace": namespace,
            "resourceVersion": str(100_000 + number),
            "uid": f"00000000-0000-4000-8000-{number:012}",
        },
        "spec": spec,
    }


def _labels(number: int) -> dict[str, str]:
    """Of the pods that a policy selects: the sensor's in its namespace."""
    return SENSOR if number % NAMESPACES == 0 else {"app": f"service-{number % 300}"}


def _network_policies() -> Iterator[Item]:
    for number in range(NETWORK_POLICIES):
        peers = [
            {"ipBlock": {"cidr": _block(number + step), "except": [_part(number + step)]}}
            for step in range(3)
        ]
        inside = {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": SYSTEM}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
        spec = {
            "egress": [
                {"ports": [TCP_443], "to": peers},
                {"ports": [DNS, {**DNS, "protocol": "TCP"}], "to": [inside]},
            ],
            "podSelector": {"matchLabels": _labels(number)},
            "policyTypes": ["Ingress", "Egress"],
        }
        yield _object("NetworkPolicy", "networking.k8s.io/v1", number, spec)


def _cilium_policies() -> Iterator[Item]:
    for number in range(CILIUM_POLICIES):
        names = [
            {"matchName": f"api-{number}.example.com"},
            {"matchPattern": f"*.s{number}.example.net"},
        ]
        ports = [{"ports": [{"port": "443", "protocol": "TCP"}]}]
        resolver = {
            "matchLabels": {"k8s:io.kubernetes.pod.namespace": SYSTEM, "k8s-app": "kube-dns"}
        }
        questions = {
            "ports": [{"port": "53", "protocol": "ANY"}],
            "rules": {"dns": [{"matchPattern": "*"}]},
        }
        spec = {
            "egress": [
                {"toFQDNs": names, "toPorts": ports},
                {"toEndpoints": [resolver], "toPorts": [questions]},
                {"toCIDRSet": [{"cidr": _block(number)}], "toPorts": ports},
            ],
            "endpointSelector": {"matchLabels": _labels(number)},
        }
        yield _object("CiliumNetworkPolicy", "cilium.io/v2", number, spec)


def _calico_policies() -> Iterator[Item]:
    for number in range(CALICO_POLICIES):
        ((key, value),) = _labels(number).items()
        to = {"nets": [_block(number)], "ports": [443, "8443:8453"]}
        names = {"domains": [f"api-{number}.example.com"], "ports": [443]}
        spec = {
            "egress": [
                {"action": "Allow", "destination": to, "protocol": "TCP", "source": {}},
                {"action": "Allow", "destination": names, "protocol": "TCP", "source": {}},
            ],
            "order": 1000 + number,
            "selector": f"{key} == '{value}' && has(team)",
            "types": ["Egress"],
        }
        yield _object("NetworkPolicy", "projectcalico.org/v3", number, spec)


def _security_group() -> Item:
    """As `az network nsg show` prints it."""
    return {
        "etag": 'W/"00000000-0000-4000-8000-000000000000"',
        "id": f"{_resource('networkSecurityGroups')}/nodes",
        "location": "westeurope",
        "name": "nodes",
        "resourceGroup": "network",
        "securityRules": [_security_rule(number) for number in range(SECURITY_RULES)],
        "type": "Microsoft.Network/networkSecurityGroups",
    }


def _security_rule(number: int) -> Item:
    return {
        "access": "Deny" if number % 5 == 0 else "Allow",
        "destinationAddressPrefixes": [_block(number), _block(number + 7)],
        "destinationPortRange": "443",
        "destinationPortRanges": [],
        "direction": "Outbound",
        "name": f"rule-{number}",
        "priority": 100 + number,
        "protocol": "Tcp",
        "provisioningState": "Succeeded",
        "sourceAddressPrefix": "10.240.0.0/16",
        "sourceAddressPrefixes": [],
        "sourcePortRange": "*",
        "sourcePortRanges": [],
        "type": "Microsoft.Network/networkSecurityGroups/securityRules",
    }


def _rule_collection_group() -> Item:
    """As `az network firewall policy rule-collection-group list` prints each."""
    return {
        "id": f"{_resource('firewallPolicies')}/hub/ruleCollectionGroups/platform",
        "name": "platform",
        "priority": 300,
        "provisioningState": "Succeeded",
        "ruleCollections": [_collection(first) for first in range(0, FIREWALL_RULES, COLLECTION)],
        "type": "Microsoft.Network/FirewallPolicies/RuleCollectionGroups",
    }


def _collection(first: int) -> Item:
    is_of_names = first % (2 * COLLECTION) == 0
    rule = _application_rule if is_of_names else _network_rule
    return {
        "action": {"type": "Allow"},
        "name": f"collection-{first}",
        "priority": 1_000 + first,
        "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
        "rules": [rule(number) for number in range(first, first + COLLECTION)],
    }


def _application_rule(number: int) -> Item:
    return {
        "fqdnTags": [],
        "name": f"rule-{number}",
        "protocols": [{"port": 443, "protocolType": "Https"}],
        "ruleType": "ApplicationRule",
        "sourceAddresses": ["10.240.0.0/16"],
        "sourceIpGroups": [],
        "targetFqdns": [f"api-{number}.example.com", f"*.s{number}.example.net"],
        "terminateTLS": False,
        "webCategories": [],
    }


def _network_rule(number: int) -> Item:
    return {
        "destinationAddresses": [_block(number), _part(number + 3)],
        "destinationFqdns": [],
        "destinationIpGroups": [],
        "destinationPorts": ["443", "8443-8453"],
        "ipProtocols": ["TCP"],
        "name": f"rule-{number}",
        "ruleType": "NetworkRule",
        "sourceAddresses": ["10.240.0.0/16"],
        "sourceIpGroups": [],
    }


def _aws_security_groups() -> Item:
    """As `aws ec2 describe-security-groups` prints it."""
    permissions = [
        {
            "FromPort": 443,
            "IpProtocol": "tcp",
            "IpRanges": [{"CidrIp": _block(number), "Description": f"rule {number}"}],
            "Ipv6Ranges": [],
            "PrefixListIds": [],
            "ToPort": 443,
            "UserIdGroupPairs": [],
        }
        for number in range(GROUP_RULES)
    ]
    group = {
        "GroupId": "sg-0123456789abcdef0",
        "GroupName": "nodes",
        "IpPermissions": [],
        "IpPermissionsEgress": permissions,
    }
    return {"SecurityGroups": [group]}


def _vpc_rules() -> Iterator[Item]:
    """As `gcloud compute firewall-rules list` prints them."""
    for number in range(VPC_RULES):
        yield {
            "allowed": [{"IPProtocol": "tcp", "ports": ["443"]}],
            "creationTimestamp": "2026-03-01T00:00:00.000-08:00",
            "destinationRanges": [_block(number)],
            "direction": "EGRESS",
            "disabled": False,
            "id": str(10**18 + number),
            "kind": "compute#firewall",
            "logConfig": {"enable": False},
            "name": f"rule-{number}",
            "network": "https://www.googleapis.com/compute/v1/projects/p/global/networks/nodes",
            "priority": 1_000 + number,
        }


def _resource(kind: str) -> str:
    group = "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/network"
    return f"{group}/providers/Microsoft.Network/{kind}"


def _block(number: int) -> str:
    """A public prefix."""
    return f"{20 + number % 60}.{number // 60 % 256}.{number // 7 % 256}.0/24"


def _part(number: int) -> str:
    """A prefix inside the block of that number."""
    return f"{_block(number).removesuffix('0/24')}64/26"


if __name__ == "__main__":
    write_rulebook(Path(sys.argv[1]), FORMATS[sys.argv[2]])
