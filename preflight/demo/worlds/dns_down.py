"""The same cluster with a resolver that does not answer: one cause, however many endpoints it stops."""

from dataclasses import replace

from preflight.demo.world import Resolver
from preflight.demo.worlds.clean import CLEAN, RESOLVER

DNS_DOWN = replace(
    CLEAN,
    title="an AKS cluster whose resolver does not answer",
    resolvers=(Resolver(peer=RESOLVER, is_silent=True),),
)
