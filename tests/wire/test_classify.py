"""Which outcome an exception chain stands for."""

import errno
import inspect
import ssl
from itertools import pairwise

import httpcore
import pytest

from preflight.model.evidence import Outcome
from preflight.wire.classify import (
    TEXT_LIMIT,
    Malformed,
    PeerClosed,
    TooLarge,
    classify,
    describe,
    verify_code,
)

WRAPPERS = [
    kind
    for _, kind in inspect.getmembers(httpcore, inspect.isclass)
    if issubclass(kind, Exception) and not issubclass(kind, httpcore.ProtocolError)
]


def chained(*links: Exception, by_cause: bool) -> BaseException:
    """The first of `links`, raised because of the second, and so on."""
    for outer, inner in pairwise(links):
        if by_cause:
            outer.__cause__ = inner
        else:
            outer.__context__ = inner
    return links[0]


@pytest.mark.parametrize("by_cause", [True, False])
def test_the_truth_is_found_behind_what_libraries_wrap_around_it(by_cause: bool) -> None:
    error = chained(
        httpcore.ConnectError(),
        RuntimeError("retry"),
        OSError(errno.ECONNREFUSED, "no"),
        by_cause=by_cause,
    )
    assert classify(error) is Outcome.REFUSED


def test_the_outermost_link_that_is_known_decides() -> None:
    error = chained(TimeoutError(), ConnectionResetError(errno.ECONNRESET, "no"), by_cause=True)
    assert classify(error) is Outcome.DROPPED


def test_a_chain_that_runs_in_a_circle_ends() -> None:
    first, second = KeyError("a"), KeyError("b")
    first.__context__, second.__context__ = second, first
    assert classify(first) is Outcome.UNKNOWN
    assert len(describe(first)) <= TEXT_LIMIT


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (TooLarge("beyond"), Outcome.TOO_LARGE),
        (PeerClosed("end"), Outcome.CLOSED),
        (Malformed("rubbish"), Outcome.MALFORMED),
        (ssl.SSLEOFError(), Outcome.CLOSED),
        (ssl.SSLZeroReturnError(), Outcome.CLOSED),
        (BrokenPipeError(errno.EPIPE, "pipe"), Outcome.RESET),
        (OSError(errno.EXDEV, "an errno that no socket gives"), Outcome.UNKNOWN),
        (OSError("without errno"), Outcome.UNKNOWN),
        (ZeroDivisionError(), Outcome.UNKNOWN),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_each_kind_of_error_has_its_outcome(error: Exception, outcome: Outcome) -> None:
    assert classify(error) is outcome


@pytest.mark.parametrize("kind", [httpcore.RemoteProtocolError, httpcore.ProtocolError])
def test_broken_http_is_malformed(kind: type[Exception]) -> None:
    assert classify(kind("bad")) is Outcome.MALFORMED


def test_a_request_that_we_made_wrong_is_our_mistake_not_the_networks() -> None:
    assert classify(httpcore.LocalProtocolError("bad")) is Outcome.UNKNOWN


@pytest.mark.parametrize("kind", WRAPPERS, ids=lambda kind: kind.__name__)
def test_every_error_of_httpcore_is_what_it_wraps(kind: type[Exception]) -> None:
    wrapped = ConnectionResetError(errno.ECONNRESET, "no")
    assert classify(chained(kind(), wrapped, by_cause=True)) is Outcome.RESET


def test_the_verification_error_is_found_anywhere_in_the_chain() -> None:
    inner = ssl.SSLCertVerificationError("no")
    inner.verify_code = 20
    assert verify_code(chained(RuntimeError(), inner, by_cause=False)) == 20
    assert verify_code(RuntimeError()) is None


def test_the_description_is_what_the_deciding_link_says() -> None:
    error = chained(httpcore.ConnectError("oh"), OSError(errno.ECONNREFUSED, "no"), by_cause=True)
    assert describe(error) == "no"


def test_what_is_not_known_keeps_its_class_names() -> None:
    error = chained(RuntimeError(), KeyError("odd"), by_cause=True)
    assert describe(error) == "RuntimeError < KeyError: 'odd'"


def test_a_long_message_is_cut() -> None:
    assert len(describe(ValueError("x" * 10_000))) == TEXT_LIMIT
