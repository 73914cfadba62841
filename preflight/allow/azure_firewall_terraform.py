"""Azure Firewall policy: a rule collection group for Terraform (`azurerm` 3.x and later)."""

from collections.abc import Iterator, Sequence

from preflight.allow.azure import (
    APPLICATION_PRIORITY,
    GROUP_PRIORITY,
    NETWORK_PRIORITY,
    ApplicationRule,
    NetworkRule,
    collections,
)
from preflight.allow.objects import identifier
from preflight.allow.words import preamble
from preflight.model.request import Rendered, Request

ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})


def render(request: Request) -> Rendered:
    """The file; empty where nothing can be asked for."""
    group = collections(request)
    if group.is_empty:
        return Rendered(text="", remarks=group.remarks)
    kinds = (
        ("network", NETWORK_PRIORITY, [_network(rule) for rule in group.network]),
        ("application", APPLICATION_PRIORITY, [_application(rule) for rule in group.application]),
    )
    lines = [
        *(f"# {line}" for line in preamble(request, group.remarks)),
        "",
        *_variable("firewall_policy_id", "string", "Resource id of the firewall policy", ()),
        "",
        *_variable(
            "source_addresses",
            "list(string)",
            "CIDRs from which the traffic comes",
            group.source,
        ),
        "",
        f'resource "azurerm_firewall_policy_rule_collection_group" "{identifier(group.name)}" {{',
        f"  name               = {quoted(group.name)}",
        "  firewall_policy_id = var.firewall_policy_id",
        f"  priority           = {GROUP_PRIORITY}",
        *(
            f"  {line}".rstrip()
            for kind, priority, rules in kinds
            if rules
            for line in ("", *_collection(kind, group.name, priority, rules))
        ),
        "}",
    ]
    return Rendered(text="\n".join(lines) + "\n", remarks=group.remarks)


def quoted(text: str) -> str:
    """A string of HCL in which nothing is a template (Terraform language, "Strings and Templates")."""
    safe = text.translate(ESCAPES).replace("${", "$${").replace("%{", "%%{")
    return f'"{safe}"'


def _variable(name: str, kind: str, what: str, default: Sequence[str]) -> Iterator[str]:
    yield f'variable "{name}" {{'
    yield f"  description = {quoted(what)}"
    yield f"  type        = {kind}"
    if default:
        yield f"  default     = [{', '.join(map(quoted, default))}]"
    yield "}"


def _collection(
    kind: str, prefix: str, priority: int, rules: Sequence[Sequence[str]]
) -> Iterator[str]:
    yield f"{kind}_rule_collection {{"
    yield f"  name     = {quoted(f'{prefix}-{kind}')}"
    yield f"  priority = {priority}"
    yield '  action   = "Allow"'
    for rule in rules:
        yield ""
        yield "  rule {"
        yield from (f"    {line}" for line in rule)
        yield "  }"
    yield "}"


def _application(rule: ApplicationRule) -> list[str]:
    return [
        f"name             = {quoted(rule.name)}",
        f"description      = {quoted(rule.description)}",
        "source_addresses = var.source_addresses",
        "destination_fqdns = [",
        *_commented(rule.fqdns),
        "]",
        "protocols {",
        f"  type = {quoted(rule.protocol)}",
        f"  port = {rule.port}",
        "}",
    ]


def _network(rule: NetworkRule) -> list[str]:
    key = "destination_fqdns" if rule.fqdns else "destination_addresses"
    return [
        f"# {rule.description}",
        f"name             = {quoted(rule.name)}",
        f"protocols        = [{quoted(rule.protocol)}]",
        "source_addresses = var.source_addresses",
        f"{key} = [",
        *_commented(rule.fqdns or rule.destinations),
        "]",
        f'destination_ports = ["{rule.port}"]',
    ]


def _commented(names: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from (f"  {quoted(name)}, # {what}" for name, what in names)
