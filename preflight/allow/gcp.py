"""Google Cloud: rules of a global network firewall policy, as gcloud commands for a POSIX shell.

FQDN objects take no wildcard (Cloud NGFW, "FQDN objects"), so only names that are known can be opened. The firewall resolves them itself, by
Cloud DNS, and the clients have to resolve alike. VPC firewall rules, the older kind, know addresses alone.
"""

import shlex
from collections.abc import Iterable, Iterator, Sequence

from preflight.allow.names import is_address
from preflight.allow.objects import slug
from preflight.allow.sources import about_ipv6, ipv4
from preflight.allow.words import about, each, preamble
from preflight.model.flow import Transfer
from preflight.model.request import Rendered, Request, Rule

FIRST_PRIORITY = 1000
MOST_NAMES = 100
"""Names in one rule (Cloud NGFW quotas and limits)."""
MOST_ADDRESSES = 256
"""Address ranges in one rule."""


def render(request: Request) -> Rendered:
    """The commands; empty where nothing can be asked for."""
    commands = list(_commands(request))
    remarks = tuple(_remarks(request))
    if not commands:
        return Rendered(text="", remarks=remarks)
    lines = [
        *(f"# {line}" for line in preamble(request, remarks)),
        "",
        ': "${FIREWALL_POLICY:?set it to the name of the global network firewall policy}"',
        *_gap(request),
    ]
    for number, command in enumerate(commands):
        lines += ["", *command[0], *_create(request, FIRST_PRIORITY + number, command[1])]
    return Rendered(text="\n".join(lines) + "\n", remarks=remarks)


def _gap(request: Request) -> Iterator[str]:
    if not ipv4(request):
        yield ': "${SOURCE_CIDR:?set it to the CIDRs of the nodes, separated by commas}"'


def _commands(request: Request) -> Iterator[tuple[list[str], list[str]]]:
    """Comments and match of each rule, one per port and kind of destination, split where there are too many."""
    for (transfer, port), group in _by_port(request.rules).items():
        configs = f"--layer4-configs={transfer.value.lower()}:{port}"
        names = {name: rule for rule in group if not is_address(rule.fqdn) for name in rule.names}
        for part in _parts(sorted(names), MOST_NAMES):
            comments = [f"# {name}: {about(names[name])}" for name in part]
            yield comments, [configs, f"--dest-fqdns={','.join(part)}"]
        numbers = {rule.fqdn: rule for rule in group if is_address(rule.fqdn) and _fits(rule)}
        for part in _parts(list(numbers), MOST_ADDRESSES):
            comments = [f"# {number}: {about(numbers[number])}" for number in part]
            yield comments, [configs, f"--dest-ip-ranges={','.join(part)}"]


def _fits(rule: Rule) -> bool:
    """A rule holds one address family, and the source is IPv4."""
    return ":" not in rule.fqdn


def _by_port(rules: Sequence[Rule]) -> dict[tuple[Transfer, int], list[Rule]]:
    groups: dict[tuple[Transfer, int], list[Rule]] = {}
    for rule in rules:
        groups.setdefault((rule.transfer, rule.port), []).append(rule)
    return groups


def _parts(names: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    yield from (names[start : start + most] for start in range(0, len(names), most))


def _create(request: Request, priority: int, match: Sequence[str]) -> Iterator[str]:
    source = shlex.quote(",".join(ipv4(request))) if ipv4(request) else '"${SOURCE_CIDR:?}"'
    # `:?` in each command too: a shell that one pastes into goes on after an error, and an empty source would mean every source.
    yield f"gcloud compute network-firewall-policies rules create {priority} \\"
    yield '  --firewall-policy="${FIREWALL_POLICY:?}" --global-firewall-policy \\'
    yield f"  --direction=EGRESS --action=allow --src-ip-ranges={source} \\"
    yield from (f"  {shlex.quote(option)} \\" for option in match)
    yield f"  --description={shlex.quote(f'{slug(request.name)}: Defender for Containers')}"


def _remarks(request: Request) -> Iterable[str]:
    narrowed = [rule for rule in request.rules if rule.is_wildcard and rule.hosts]
    if narrowed:
        names = ", ".join(f"{rule.fqdn} ({', '.join(rule.hosts)})" for rule in narrowed)
        yield (
            f"FQDN objects take no wildcard. Only the names known today are open for {names}; others under the same wildcard stay "
            "closed, and the services may begin to use them without notice."
        )
    closed = [rule for rule in request.rules if rule.is_wildcard and not rule.hosts]
    if closed:
        yield (
            f"Left out, because no name is known behind the wildcard: {each(closed)}. Where you know one, give it with --endpoint HOST."
        )
    foreign = [rule for rule in request.rules if not _fits(rule)]
    if foreign:
        yield f"Left out, because a rule holds one address family: {each(foreign)}."
    if any(not is_address(name) for rule in request.rules for name in rule.names):
        yield "FQDN objects need Cloud NGFW Standard, and clients that resolve by the same Cloud DNS as the firewall."
    if request.rules:
        yield f"Priorities begin at {FIRST_PRIORITY}: move them before the rule that denies, and away from those in use."
    yield from about_ipv6(request, "a rule holds one address family")
    if not ipv4(request):
        yield "The source is not known: set SOURCE_CIDR, or give --source CIDR."
