"""The queue that makes the benchmark's round trip."""

from bench.delay_link import DelayLine


def test_packet_leaves_when_it_has_travelled_long_enough() -> None:
    line = DelayLine(0.025)
    line.push(b"a", now=1.0)

    assert line.pop_due(1.024) == []
    assert line.pop_due(1.025) == [b"a"]
    assert line.pop_due(2.0) == []


def test_packets_stay_in_order_and_leave_each_at_its_own_time() -> None:
    line = DelayLine(0.025)
    line.push(b"a", now=1.0)
    line.push(b"b", now=1.001)
    line.push(b"c", now=1.020)

    assert line.pop_due(1.030) == [b"a", b"b"]
    assert line.pop_due(1.050) == [b"c"]


def test_next_due_is_the_oldest_packet_and_none_on_an_empty_line() -> None:
    line = DelayLine(0.5)
    assert line.next_due is None

    line.push(b"a", now=1.0)
    line.push(b"b", now=2.0)

    assert line.next_due == 1.5
