"""Every way for an operation to end has been seen to happen."""

import inspect
from collections.abc import Callable

import pytest

from preflight.model.evidence import Outcome
from tests.wire import (
    test_connect,
    test_exchange,
    test_handshake,
    test_hop,
    test_resolve,
    test_tunnel,
)

PRODUCED: dict[Outcome, Callable[..., object]] = {
    Outcome.OK: test_connect.test_an_open_port_gives_a_stream_that_knows_both_ends,
    Outcome.DROPPED: test_connect.test_an_unanswered_syn_is_dropped_and_its_own_port_is_known,
    Outcome.REFUSED: test_connect.test_rst_in_answer_to_syn_is_refused,
    Outcome.UNREACHABLE: test_connect.test_an_address_to_which_nothing_leads_is_unreachable,
    Outcome.TTL_EXCEEDED: test_hop.test_a_router_that_used_up_the_last_hop_is_named,
    Outcome.RESET: test_exchange.test_a_connection_reset_after_the_request,
    Outcome.CLOSED: test_exchange.test_a_connection_closed_after_the_request,
    Outcome.LOCAL: test_connect.test_a_process_without_descriptors_left_is_stopped_by_its_own_host,
    Outcome.MALFORMED: test_exchange.test_an_answer_that_is_no_http_is_malformed,
    Outcome.TOO_LARGE: test_exchange.test_a_head_without_end_is_too_large,
    Outcome.UNKNOWN: test_connect.test_an_error_that_nobody_knows_keeps_its_class_name,
    Outcome.NXDOMAIN: test_resolve.test_an_answer_without_addresses_is_named_by_its_rcode,
    Outcome.NO_DATA: test_resolve.test_an_answer_without_addresses_is_named_by_its_rcode,
    Outcome.SERVFAIL: test_resolve.test_an_answer_without_addresses_is_named_by_its_rcode,
    Outcome.RCODE_REFUSED: test_resolve.test_an_answer_without_addresses_is_named_by_its_rcode,
    Outcome.RCODE_OTHER: test_resolve.test_an_answer_without_addresses_is_named_by_its_rcode,
    Outcome.CNAME_LOOP: test_resolve.test_a_circle_of_cnames_ends,
    Outcome.ALERT: test_handshake.test_an_alert_is_named,
    Outcome.NOT_TLS: test_handshake.test_what_answers_the_client_hello_instead_of_a_server_hello,
    Outcome.UNTRUSTED: test_handshake.test_a_certificate_that_cannot_be_accepted_is_named,
    Outcome.EXPIRED: test_handshake.test_a_certificate_that_cannot_be_accepted_is_named,
    Outcome.NOT_YET_VALID: test_handshake.test_a_certificate_that_cannot_be_accepted_is_named,
    Outcome.NAME_MISMATCH: test_handshake.test_a_certificate_that_cannot_be_accepted_is_named,
    Outcome.VERSION: test_handshake.test_a_server_that_knows_only_tls_1_1_has_no_version_in_common,
    Outcome.AUTH_REQUIRED: test_tunnel.test_a_refusal_is_named_by_its_status,
    Outcome.DENIED: test_tunnel.test_a_refusal_is_named_by_its_status,
    Outcome.UPSTREAM_FAILED: test_tunnel.test_a_refusal_is_named_by_its_status,
}
"""A test of this folder that produces the outcome."""


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_produced_by_a_test_that_names_it(outcome: Outcome) -> None:
    assert f"Outcome.{outcome.name}" in inspect.getsource(PRODUCED[outcome])
