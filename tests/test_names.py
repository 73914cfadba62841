"""Every value of the model has a name that people know it by."""

import pytest

from preflight.model.endpoint import Cloud, Environment, Protocol
from preflight.model.names import CLOUDS, ENVIRONMENTS, SPOKEN, transport


def test_no_value_is_without_a_name() -> None:
    assert (set(CLOUDS), set(ENVIRONMENTS)) == (set(Cloud), set(Environment))
    assert set(SPOKEN) == set(Protocol)


@pytest.mark.parametrize("protocol", Protocol)
def test_every_protocol_has_a_transport(protocol: Protocol) -> None:
    assert transport(protocol) == ("UDP" if protocol is Protocol.UDP else "TCP")
