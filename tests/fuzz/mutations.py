"""How a valid message is bent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hypothesis import strategies as st

Edit = Callable[[bytes], bytes]
INTERESTING = (0, 1, 2, 3, 0x0C, 0x15, 0x1F, 0x20, 0x3F, 0x40, 0x7F, 0x80, 0xC0, 0xFE, 0xFF)
"""Bytes at which lengths, labels, pointers, tags and text change their meaning."""
MOST = 4
"""Edits of one message: a parser that stops at the first of them should still meet the others now and then."""


def _place(position: float, size: int) -> int:
    return min(int(position * size), max(size - 1, 0))


def _set(position: float, value: int) -> Edit:
    def edit(data: bytes) -> bytes:
        at = _place(position, len(data))
        return data[:at] + bytes([value]) + data[at + 1 :]

    return edit


def _set_number(position: float, value: int) -> Edit:
    def edit(data: bytes) -> bytes:
        at = _place(position, len(data))
        return data[:at] + value.to_bytes(2) + data[at + 2 :]

    return edit


def _insert(position: float, piece: bytes) -> Edit:
    def edit(data: bytes) -> bytes:
        at = _place(position, len(data))
        return data[:at] + piece + data[at:]

    return edit


def _cut(position: float, size: int) -> Edit:
    def edit(data: bytes) -> bytes:
        at = _place(position, len(data))
        return data[:at] + data[at + size :]

    return edit


def _repeat(position: float, size: int, times: int) -> Edit:
    def edit(data: bytes) -> bytes:
        at = _place(position, len(data))
        return data[:at] + data[at : at + size] * times + data[at + size :]

    return edit


def _end(position: float) -> Edit:
    return lambda data: data[: _place(position, len(data))]


POSITIONS = st.floats(0, 1, exclude_max=True)
VALUES = st.sampled_from(INTERESTING) | st.integers(0, 255)
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(_set, POSITIONS, VALUES),
    st.builds(
        _set_number, POSITIONS, st.sampled_from((0, 1, 0x7FFF, 0xFFFF)) | st.integers(0, 600)
    ),
    st.builds(_insert, POSITIONS, st.binary(min_size=1, max_size=8)),
    st.builds(_cut, POSITIONS, st.sampled_from((1, 2, 4, 40))),
    st.builds(_repeat, POSITIONS, st.sampled_from((1, 2, 12, 60)), st.sampled_from((2, 40, 1000))),
    st.builds(_end, POSITIONS),
)


def bends(most: int = MOST) -> st.SearchStrategy[Edit]:
    """Up to `most` edits in a row; none at all is among them."""

    def applied(edits: Sequence[Edit]) -> Edit:
        def edit(data: bytes) -> bytes:
            for each in edits:
                data = each(data)
            return data

        return edit

    return st.lists(EDITS, max_size=most).map(applied)


def pieces(data: bytes, cuts: Sequence[float]) -> list[bytes]:
    """The bytes in as many parts as cuts make of them, as a network may deliver them."""
    places = sorted({_place(cut, len(data)) for cut in cuts})
    bounds = [0, *places, len(data)]
    return [data[a:b] for a, b in pairwise(bounds) if a < b]


CUTS = st.lists(POSITIONS, max_size=3)

# DER (X.690): a tree of nodes, so that one of them can be strange while those around it stay right.


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One tag, length and value; `parts` in place of `value` where the value is made of nodes."""

    tag: int
    value: bytes = b""
    parts: tuple["Node", ...] | None = None

    def encoded(self) -> bytes:
        """In DER again."""
        body = self.value if self.parts is None else b"".join(p.encoded() for p in self.parts)
        return bytes([self.tag]) + _length(len(body)) + body


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([0x80 | len(octets)]) + octets


def tree(der: bytes) -> Node:
    """The one node that valid DER with tags of one byte is."""
    (node,) = _nodes(der)
    return node


def _nodes(data: bytes) -> tuple[Node, ...]:
    nodes: list[Node] = []
    while data:
        tag, first = data[0], data[1]
        octets = first & 0x7F if first & 0x80 else 0
        size = int.from_bytes(data[2 : 2 + octets]) if octets else first
        body = data[2 + octets : 2 + octets + size]
        data = data[2 + octets + size :]
        nodes.append(Node(tag=tag, parts=_nodes(body)) if tag & 0x20 else Node(tag=tag, value=body))
    return tuple(nodes)


def count(node: Node) -> int:
    """The nodes of the tree."""
    return 1 + sum(map(count, node.parts or ()))


Change = Callable[[Node], tuple[Node, ...]]
"""What one node becomes: none, itself changed, or several."""


def changed(node: Node, number: int, change: Change) -> tuple[Node, ...]:
    """The tree whose node of that number, counted from the root, is changed."""
    if number == 0:
        return change(node)
    number -= 1
    made: list[Node] = []
    for part in node.parts or ():
        size = count(part)
        made.extend(changed(part, number, change) if 0 <= number < size else (part,))
        number -= size
    return (replace(node, parts=tuple(made)),)


TAGS = (
    0x01,
    0x02,
    0x03,
    0x04,
    0x05,
    0x06,
    0x0A,
    0x0C,
    0x13,
    0x14,
    0x16,
    0x17,
    0x18,
    0x1C,
    0x1E,
    0x30,
    0x31,
    0x80,
    0x81,
    0x82,
    0x84,
    0x86,
    0x87,
    0x88,
    0xA0,
    0xA3,
    0xA4,
)
CONTENTS = (
    b"",
    b"\x00",
    b"\xff" * 40,
    b"0" * 15 + b"Z",
    b"99999999999999Z",
    b"500101000000Z",
    b"20500101000000.5+0100",
    b"\x1b[31m\xe2\x80\xae",
    b"\x55\x04\x0a",
    b"\x80" * 20,
    b"a." * 3000,
)


def _as(tag: int) -> Change:
    return lambda node: (replace(node, tag=tag),)


def _with(content: bytes) -> Change:
    return lambda node: (Node(tag=node.tag, value=content),)


def _times(number: int) -> Change:
    return lambda node: (node,) * number


def _within(depth: int) -> Change:
    def change(node: Node) -> tuple[Node, ...]:
        for _ in range(depth):
            node = Node(tag=0x30, parts=(node,))
        return (node,)

    return change


CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.sampled_from(TAGS).map(_as),
    st.sampled_from(CONTENTS).map(_with),
    st.binary(max_size=20).map(_with),
    st.sampled_from((0, 2, 300)).map(_times),
    st.sampled_from((1, 50)).map(_within),
)


@st.composite
def bent_der(draw: st.DrawFn, der: bytes) -> bytes:
    """DER in which up to three nodes are strange, and sometimes some bytes."""
    root = tree(der)
    for _ in range(draw(st.integers(1, 3))):
        made = changed(root, draw(st.integers(0, count(root) - 1)), draw(CHANGES))
        if len(made) != 1:
            return b"".join(node.encoded() for node in made)
        (root,) = made
    bend = draw(st.none() | bends(1))
    return bend(root.encoded()) if bend else root.encoded()
