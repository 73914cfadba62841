"""What the kernel's error queue holds of ICMP messages that anybody on the way may have written."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from preflight.model.evidence import Transport
from preflight.wire.error_queue import ERROR, decoded
from preflight.wire.hop import meaning
from tests.budget import examples
from tests.fuzz.mutations import Edit, bends

FAMILIES = st.sampled_from((0, 1, 2, 10, 0xFFFF))
BYTE = st.integers(0, 255)


@examples(100)
@given(BYTE, st.integers(0, 4), BYTE, BYTE, FAMILIES, st.binary(max_size=40), bends(2))
def test_an_entry_is_read_or_left_out(
    number: int, origin: int, type_: int, code: int, family: int, rest: bytes, bend: Edit
) -> None:
    entry = ERROR.pack(number, origin, type_, code, 0, 0, 0) + struct.pack("=H", family) + rest
    told = decoded(bend(entry))
    if told is not None:
        for transport in Transport:
            for version in (4, 6):
                _, said = meaning(told, transport, version=version)
                assert said.isprintable()
                assert len(said) < 100
