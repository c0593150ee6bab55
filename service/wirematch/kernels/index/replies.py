"""``replies.c``: locate the values in the answer of a Redis transaction without copying them."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import NOT_READABLE, Address, address, bind

_INCOMPLETE, _COMPLETE = 0, 1
_NOTHING = -1
_FIRST_ROOM = 1 << 17
_read = bind("wirematch_read_reply", ctypes.c_int64, Address)


class Values(NamedTuple):
    """Byte strings within a buffer, some of which may be null."""

    data: NDArray[np.uint8]
    begins: NDArray[np.int64]
    lengths: NDArray[np.int64]
    """Negative for null."""

    @classmethod
    def of(cls, values: Sequence[bytes | None]) -> Values:
        """Build from single values."""
        lengths = np.array([_NOTHING if value is None else len(value) for value in values], np.int64)
        begins = np.cumsum([0, *np.maximum(lengths, 0)])[:-1]
        return cls(np.frombuffer(b"".join(value or b"" for value in values), np.uint8), begins, lengths)

    def at(self, place: int) -> bytes | None:
        """The value at an index."""
        begin, length = int(self.begins[place]), int(self.lengths[place])
        return None if length < 0 else self.data[begin : begin + length].tobytes()

    def copies(self) -> list[bytes | None]:
        """Each value, copied."""
        data, places = self.data.data, zip(self.begins.tolist(), self.lengths.tolist(), strict=True)
        return [None if length < 0 else bytes(data[begin : begin + length]) for begin, length in places]

    def some(self, which: NDArray[np.intp] | NDArray[np.bool_]) -> Values:
        """Those at these indices, or those flagged."""
        return Values(self.data, self.begins[which], self.lengths[which])

    def from_(self, place: int) -> Values:
        """Those from one on."""
        return self._replace(begins=self.begins[place:], lengths=self.lengths[place:])


class _Reply(ctypes.Structure):
    _fields_ = (
        ("bytes", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("at", ctypes.c_size_t),
        ("taken", ctypes.c_int64),
        ("commands", ctypes.c_int64),
        ("answers", ctypes.c_int64),
        ("members", ctypes.c_int64),
        ("found", ctypes.c_size_t),
        ("room", ctypes.c_size_t),
        ("begins", ctypes.c_void_p),
        ("lengths", ctypes.c_void_p),
    )


class Reply:
    """The incoming answer to ``MULTI``, some commands and ``EXEC``."""

    def __init__(self, commands: int, most: int) -> None:
        """``most`` is the largest possible number of values."""
        self._data = np.empty(_FIRST_ROOM, np.uint8)
        self._begins, self._lengths = np.empty(most, np.int64), np.empty(most, np.int64)
        begins, lengths = address(self._begins), address(self._lengths)
        self._reply = _Reply(address(self._data), 0, 0, commands + 1, commands, -1, 0, 0, most, begins, lengths)
        self._told = _INCOMPLETE

    @property
    def is_open(self) -> bool:
        """Whether more is expected."""
        return self._told == _INCOMPLETE

    @property
    def came(self) -> bytes:
        """Everything received."""
        return self._data[: self._reply.size].tobytes()

    def room(self, wanted: int) -> memoryview:
        """Return where the next bytes are to be written: room for ``wanted`` of them or more."""
        size = self._reply.size
        if size + wanted > len(self._data):
            larger = np.empty(4 * (size + wanted), np.uint8)
            larger[:size] = self._data[:size]
            self._data = larger
            self._reply.bytes = address(larger)
        return self._data[size:].data

    def add(self, count: int) -> None:
        """Read on: ``count`` more bytes were written there."""
        self._reply.size += count
        self._told = NOT_READABLE if _read is None else _read(ctypes.addressof(self._reply))

    def values(self) -> Values | None:
        """The members of all answers, flattened; None if the client library has to read them."""
        if self._told != _COMPLETE:
            return None
        found = self._reply.found
        return Values(self._data[: self._reply.size], self._begins[:found], self._lengths[:found])


def is_there() -> bool:
    """Whether this way of reading is available."""
    return _read is not None


def values_in(answers: Sequence[Any]) -> Values:
    """Values of answers that the client library has read."""
    return Values.of([_bytes(one) for answer in answers for one in (answer if isinstance(answer, list) else (answer,))])


def _bytes(value: Any) -> bytes | None:
    return value if value is None or isinstance(value, bytes) else str(value).encode()
