"""Who blocks, as far as the evidence says, and the rule that would open the path."""

from collections.abc import Iterable, Sequence

from preflight.diagnosis.lookups import replies
from preflight.diagnosis.makers import MAKERS
from preflight.diagnosis.proxy_answer import engine_of
from preflight.diagnosis.quote import plain
from preflight.diagnosis.rows import Row
from preflight.diagnosis.rules.tls_intercepted import SELF_SIGNED
from preflight.model.diagnosis import BY_PROXY, BY_RESOLVER, Cause, Diagnosis
from preflight.model.endpoint import Protocol
from preflight.model.evidence import Exchange, Lookup, Tunnel
from preflight.model.report import Allow, BlockedBy, Engine

BY_NOBODY = frozenset(
    {
        Cause.TLS_UNTRUSTED,
        Cause.TLS_EXPIRED,
        Cause.TLS_NAME_MISMATCH,
        Cause.TLS_VERSION,
        Cause.HOST_CLOCK_SKEW,
    }
)
"""Causes that need not be anybody's rule, and that no rule would mend."""


def blockers(group: Sequence[Row]) -> tuple[BlockedBy, ...]:
    """Whose rule it is, each named once; empty where the cause is nobody's rule."""
    return tuple(dict.fromkeys(by for row in group for by in _blockers(row.diagnosis)))


def _blockers(diagnosis: Diagnosis) -> Iterable[BlockedBy]:
    cause = diagnosis.cause
    if cause in BY_NOBODY:
        return
    if cause in BY_RESOLVER:
        lookups = [step for step in diagnosis.observations if isinstance(step, Lookup)]
        names = dict.fromkeys(str(lookup.destination) for lookup in lookups if lookup.destination)
        yield from (_by(Engine.DNS, name) for name in names or ("hosts file",))
    elif cause in BY_PROXY:
        last = diagnosis.observations[-1]
        engine = engine_of(last) if isinstance(last, Tunnel | Exchange) else Engine.PROXY
        yield _by(engine, diagnosis.scope)
    elif cause in {Cause.HTTP_BLOCK_PAGE, Cause.TLS_NOT_TLS, Cause.TLS_INTERCEPTED}:
        yield _by_maker(diagnosis.scope)
    else:
        yield _by(Engine.UNKNOWN, "")


def _by_maker(scope: str) -> BlockedBy:
    """Who wrote the certificate or page: the engine where the contract has one, else the name that it goes by."""
    engine = next((maker.engine for maker in MAKERS if maker.name == scope), Engine.UNKNOWN)
    return _by(engine, scope if engine is Engine.UNKNOWN and scope != SELF_SIGNED else "")


def _by(engine: Engine, name: str) -> BlockedBy:
    return BlockedBy(engine=engine, name=plain(name) or None, rule=None, source=None)


def allow(cause: Cause, group: Sequence[Row]) -> tuple[Allow, ...]:
    """The rules that open the path, as documented, each named once; empty where no rule would help."""
    if cause in BY_NOBODY:
        return ()
    if cause is Cause.DNS_RESOLVER_UNREACHABLE:
        return tuple(dict.fromkeys(rule for row in group for rule in _to_resolvers(row)))
    if cause is Cause.PROXY_UNREACHABLE:
        return tuple(dict.fromkeys(rule for row in group for rule in _to_proxy(row)))
    return tuple(dict.fromkeys(rule for row in group for rule in _to_endpoint(row)))


def _to_resolvers(row: Row) -> Iterable[Allow]:
    for reply in replies(row.case.evidence) if row.case else ():
        if reply.resolver is not None:
            for protocol in (Protocol.UDP, Protocol.TCP):
                yield _allow(str(reply.resolver.address), reply.resolver.port, protocol)


def _to_proxy(row: Row) -> Iterable[Allow]:
    proxy = row.case.proxy if row.case else None
    return [_allow(plain(each.host), each.port, Protocol.TCP) for each in (proxy,) if each]


def _to_endpoint(row: Row) -> Iterable[Allow]:
    endpoint = row.endpoint
    for tag in endpoint.service_tags or (None,):
        yield _allow(endpoint.fqdn, endpoint.port, endpoint.protocol, tag)


def _allow(fqdn: str, port: int, protocol: Protocol, service_tag: str | None = None) -> Allow:
    return Allow(fqdn=fqdn, port=port, protocol=protocol, service_tag=service_tag)
