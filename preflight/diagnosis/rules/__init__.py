"""One cause per file, and the order in which they are asked: the first that speaks wins.

`NAME_RULES` judge what the resolvers said, `ADDRESS_RULES` the main line at one address, `PATH_RULES` how the addresses differ. Each
goes from the most specific to the weakest; the last of the addresses' and of the paths' always speaks.
"""

from types import ModuleType

from preflight.diagnosis import ipv4_absent, ipv6_absent, open_path, unexplained
from preflight.diagnosis.case import AddressRule, NameRule, PathRule
from preflight.diagnosis.rules import (
    dns_forged,
    dns_no_data,
    dns_nxdomain,
    dns_query_dropped,
    dns_refused,
    dns_resolver_unreachable,
    dns_servfail,
    dns_sinkholed,
    host_clock_skew,
    http_block_page,
    http_dropped,
    http_reset,
    path_ipv6_broken,
    path_large_hello_dropped,
    path_mtu_blackhole,
    path_partial_addresses,
    path_unstable,
    path_wildcard_missing,
    proxy_auth_required,
    proxy_denied,
    proxy_dropped,
    proxy_unreachable,
    proxy_upstream_failed,
    tcp_dropped,
    tcp_refused,
    tcp_unreachable,
    tls_alert,
    tls_closed,
    tls_dropped,
    tls_expired,
    tls_intercepted,
    tls_name_mismatch,
    tls_not_tls,
    tls_reset,
    tls_sni_dropped,
    tls_sni_reset,
    tls_untrusted,
    tls_version,
)

NAME_RULES: tuple[NameRule, ...] = (
    proxy_unreachable.explain_name,  # before every dns rule: those are about the endpoint's own name
    dns_sinkholed.explain,
    dns_resolver_unreachable.explain,
    dns_query_dropped.explain,
    dns_nxdomain.explain,
    dns_servfail.explain,
    dns_refused.explain,
    dns_no_data.explain,
)

ADDRESS_RULES: tuple[AddressRule, ...] = (
    ipv4_absent.explain,  # before tcp.unreachable: a family that is not set up is no fault
    ipv6_absent.explain,
    path_unstable.explain,  # before everything that takes the failure for lasting
    # up to the proxy's word
    proxy_unreachable.explain,
    proxy_auth_required.explain,
    proxy_upstream_failed.explain,
    proxy_dropped.explain,
    proxy_denied.explain,
    dns_forged.explain_anybody,  # before what is said of a host to which the name should not lead
    # up to the connection
    tcp_dropped.explain,
    tcp_refused.explain,
    tcp_unreachable.explain,
    # up to the answer: who wrote it comes before who vouches for the connection
    http_block_page.explain,
    http_reset.explain,
    http_dropped.explain,
    # up to the handshake, and what a passed one still shows
    tls_intercepted.explain,
    host_clock_skew.explain,
    dns_forged.explain,
    path_mtu_blackhole.explain,  # before every rule that takes silence for a filter
    path_large_hello_dropped.explain,
    tls_sni_reset.explain,
    tls_sni_dropped.explain,
    tls_reset.explain,
    tls_dropped.explain,
    tls_closed.explain,
    tls_alert.explain,
    tls_untrusted.explain,
    tls_expired.explain,
    tls_name_mismatch.explain,
    tls_version.explain,
    tls_not_tls.explain,
    path_wildcard_missing.explain,  # open, with a reserve
    open_path.explain,
    unexplained.explain,
)

PATH_RULES: tuple[PathRule, ...] = (
    path_ipv6_broken.explain,
    path_partial_addresses.explain,
    open_path.explain_path,
    unexplained.explain_path,
)

PAGES: tuple[ModuleType, ...] = (
    dns_resolver_unreachable,
    dns_query_dropped,
    dns_nxdomain,
    dns_servfail,
    dns_refused,
    dns_no_data,
    dns_sinkholed,
    dns_forged,
    tcp_dropped,
    tcp_refused,
    tcp_unreachable,
    tls_sni_reset,
    tls_sni_dropped,
    tls_reset,
    tls_dropped,
    tls_closed,
    tls_alert,
    tls_intercepted,
    tls_untrusted,
    tls_expired,
    tls_name_mismatch,
    tls_version,
    tls_not_tls,
    host_clock_skew,
    http_block_page,
    http_reset,
    http_dropped,
    proxy_unreachable,
    proxy_auth_required,
    proxy_denied,
    proxy_upstream_failed,
    proxy_dropped,
    path_mtu_blackhole,
    path_large_hello_dropped,
    path_wildcard_missing,
    path_partial_addresses,
    path_ipv6_broken,
    path_unstable,
)
"""A page for every cause, in the contract's order."""
