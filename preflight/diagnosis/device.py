"""The kind of device that typically behaves as a cause describes. A type, never a culprit: what the evidence names is in `blocked_by`."""

from collections.abc import Mapping
from typing import assert_never

from preflight.model.diagnosis import Cause
from preflight.model.evidence import (
    Connect,
    Datagram,
    Delivery,
    Exchange,
    Handshake,
    Hello,
    Hop,
    Lookup,
    Observation,
    Outcome,
    Transport,
    Tunnel,
)

DEVICES: Mapping[Cause, str] = {
    Cause.DNS_RESOLVER_UNREACHABLE: "a network rule or network policy that lacks UDP and TCP 53 to the resolver",
    Cause.DNS_QUERY_DROPPED: "a resolver policy (DNS filter) that drops questions for listed names",
    Cause.DNS_NXDOMAIN: "a resolver policy that denies the name, or a private zone that lacks it",
    Cause.DNS_SERVFAIL: "a resolver whose forwarder or upstream it cannot reach",
    Cause.DNS_REFUSED: "a resolver policy that serves neither this client nor this name",
    Cause.DNS_NO_DATA: "a resolver policy or private zone that hides the addresses",
    Cause.DNS_SINKHOLED: "a resolver policy (DNS firewall) that answers with a sinkhole's address",
    Cause.DNS_FORGED: "a resolver policy, or a portal in front of the resolver, that redirects names to itself",
    Cause.TCP_DROPPED: "a network rule, network security group or network policy that drops SYNs",
    Cause.TCP_REFUSED: "a firewall rule that rejects with RST, or a host without a listener on that port",
    Cause.TCP_UNREACHABLE: "a missing route, or a rule that rejects with ICMP",
    Cause.TLS_SNI_RESET: "an FQDN rule (application rule) that completes TCP and resets the ClientHello",
    Cause.TLS_SNI_DROPPED: "an FQDN rule (application rule) that reads the ClientHello and drops it",
    Cause.TLS_RESET: "a firewall that completes TCP and resets the ClientHello, such as an FQDN rule",
    Cause.TLS_DROPPED: "a firewall that lets TCP connect and drops the ClientHello",
    Cause.TLS_CLOSED: "a firewall or relay that completes TCP in the host's place and then hangs up",
    Cause.TLS_ALERT: "a firewall with a TLS proxy that answers the ClientHello in the host's place",
    Cause.TLS_INTERCEPTED: "TLS inspection: a firewall or proxy with a certificate authority of its own",
    Cause.TLS_NOT_TLS: "a portal or firewall that answers in clear text whatever is asked",
    Cause.HTTP_BLOCK_PAGE: "a web filter or application rule that answers with a page of its own",
    Cause.HTTP_RESET: "a web filter or application rule that reads the request and resets it",
    Cause.HTTP_DROPPED: "a web filter or application rule that reads the request and drops it",
    Cause.PROXY_AUTH_REQUIRED: "an explicit proxy that wants credentials",
    Cause.PROXY_DENIED: "an explicit proxy whose access list lacks the destination",
    Cause.PROXY_UPSTREAM_FAILED: "an explicit proxy whose own way out is blocked",
    Cause.PROXY_DROPPED: "an explicit proxy that accepts the connection and stays silent",
    Cause.PATH_MTU_BLACKHOLE: "a tunnel or VPN with a smaller MTU, and a filter that drops its ICMP",
    Cause.PATH_LARGE_HELLO_DROPPED: "a firewall that cannot put together a ClientHello of several segments",
    Cause.PATH_WILDCARD_MISSING: "an FQDN rule (application rule) with single names in place of the wildcard",
    Cause.PATH_PARTIAL_ADDRESSES: "a rule made of addresses that covers only some of the host's",
    Cause.PATH_IPV6_BROKEN: "a route or rule that was made for IPv4 alone",
    Cause.PATH_UNSTABLE: "one bad member among several firewalls, gateways or front ends",
}
"""For causes that some kind of device typically brings about; the others are the host's or the service's own."""


def device(cause: Cause, decisive: Observation) -> str:
    """What typically behaves so; empty where the evidence does not tell."""
    if isinstance(decisive, Lookup) and decisive.transport is Transport.HOSTS:
        return ""
    if cause is Cause.PROXY_UNREACHABLE:
        return _before_proxy(decisive)
    if cause is Cause.TLS_DROPPED and isinstance(decisive, Handshake):
        return _silent(decisive.delivery)
    return DEVICES.get(cause, "")


def _before_proxy(decisive: Observation) -> str:
    match decisive:
        case Connect(outcome=Outcome.DROPPED | Outcome.UNREACHABLE):
            return "a network rule or network policy that lacks this source's way to the proxy"
        case Connect(outcome=Outcome.REFUSED):
            return "a proxy that does not listen on that port"
        case Lookup() | Connect() | Handshake() | Tunnel() | Exchange() | Datagram():
            return ""
        case Hello() | Hop():
            return ""
        case _ as unreachable:
            assert_never(unreachable)


def _silent(delivery: Delivery | None) -> str:
    """Who acknowledged the ClientHello had it: that is more than a filter of packets does."""
    if delivery is None:
        return DEVICES[Cause.TLS_DROPPED]
    if delivery.is_acknowledged:
        return "a firewall that completes TCP, takes the ClientHello and never answers it"
    return "a packet filter that lets SYNs pass and drops the ClientHello, or a path that loses large packets"
