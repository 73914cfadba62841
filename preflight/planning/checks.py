"""The checks of a plan: what is asked once, for however many endpoints."""

from collections.abc import Iterable, Sequence

from preflight.model.endpoint import Answer, Endpoint, Protocol, Trust
from preflight.model.plan import Check, Plan
from preflight.model.profile import Settings
from preflight.model.vantage import Vantage
from preflight.planning.no_proxy import exemptions
from preflight.planning.route import ways

BASES = (None, "inferred", "third-party", "official-doc", "official-script")
"""Where an expected answer comes from, weakest first; what is not named here counts as nothing."""
MANY = 2
"""Hosts that are told of once for all, beside each one's own row."""
TOKENS_SHOWN = 3


def plan(
    endpoints: Iterable[Endpoint],
    *,
    vantage: Vantage,
    settings: Settings,
    notices: Iterable[str] = (),
) -> Plan:
    """One check per host, port and protocol of the endpoints that can be probed, in the order of their first endpoint.

    Every endpoint that is not skipped is in exactly one check. `notices` are passed on, with a word on a NO_PROXY that is not read
    alike everywhere.
    """
    kept = tuple(endpoints)
    shared: dict[tuple[str, int, Protocol], list[Endpoint]] = {}
    for endpoint in kept:
        if not endpoint.skipped:
            key = (endpoint.host, endpoint.port, endpoint.protocol)
            shared.setdefault(key, []).append(endpoint)
    checks = tuple(_check(served, vantage, settings) for served in shared.values())
    return Plan(endpoints=kept, checks=checks, notices=(*notices, *_ambiguous(checks)))


def _check(served: list[Endpoint], vantage: Vantage, settings: Settings) -> Check:
    """The check that answers for `served`, which agree on host, port and protocol."""
    first = served[0]
    way, other = ways(first.host, first.port, first.protocol, vantage)
    return Check(
        host=first.host,
        port=first.port,
        protocol=first.protocol,
        path=max((endpoint.answer for endpoint in served), key=_worth).path,
        route=way,
        trust=_trust(served),
        timeout=settings.timeout,
        ids=tuple(endpoint.id for endpoint in served),
        wildcard=next((e.fqdn for e in served if _is_under_wildcard(e)), None),
        alternative=other,
        exemptions=exemptions(first.host, first.port, first.protocol, vantage.no_proxy)
        if other
        else (),
    )


def _ambiguous(checks: Sequence[Check]) -> tuple[str, ...]:
    """A sentence on the tokens of NO_PROXY that some client libraries follow and others do not, where many hosts depend on them."""
    tokens: dict[str, None] = {}
    hosts = set()
    for check in checks:
        read = {each.token for each in check.exemptions}
        if len({token is None for token in read}) > 1:
            hosts.add(check.host)
            tokens.update(dict.fromkeys(sorted(token for token in read if token)))
    if len(hosts) < MANY:
        return ()
    shown = ", ".join(repr(token[:60]) for token in list(tokens)[:TOKENS_SHOWN])
    return (
        f"NO_PROXY sends {len(hosts)} hosts past the proxy for some client libraries and through it for others ({shown});"
        " the check goes as Go does, and each row names the others",
    )


def _is_under_wildcard(endpoint: Endpoint) -> bool:
    """Whether the documentation asks for every name under a zone, of which the host is one."""
    zone = endpoint.fqdn.removeprefix("*")
    return zone != endpoint.fqdn and "*" not in zone and endpoint.host.endswith(zone)


def _worth(answer: Answer) -> tuple[bool, int, int]:
    """How much an answer to this path would prove; the first of equals is taken."""
    rank = BASES.index(answer.basis) if answer.basis in BASES else 0
    return (answer.path != "/", rank, len(answer.path))


def _trust(served: list[Endpoint]) -> Trust:
    """The cluster's CA as soon as one entry knows the host as the API server: no public CA vouches for it."""
    return Trust.CLUSTER if any(e.trust is Trust.CLUSTER for e in served) else Trust.PUBLIC
