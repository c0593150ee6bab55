"""An end to answers that nobody reads: a client that takes nothing of what waits for it is cut off.

Without one, what was written stays in memory, and the connection and the place of a stream are taken, for as long as
the client's machine says that it is still there.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import struct
import termios


class Unread:
    """What waits to be taken on one connection."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, stream_seconds: float) -> None:
        """``seconds`` after the last byte that was taken of a finished answer, or one that is still being made."""
        self.answered = False
        """Whether the answer is finished."""
        self._loop = loop
        self._finished_seconds = seconds
        self._stream_seconds = stream_seconds
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._left = 0
        self._since = 0.0

    def watch(self, transport: asyncio.Transport) -> None:
        """Begin, if anything waits; until it is taken nothing else is written."""
        if transport.get_write_buffer_size() and self._timer is None:
            self._transport, self._left, self._since = transport, _left(transport), self._loop.time()
            self._wait()

    def end(self) -> None:
        """It was taken, or is being taken, or the connection is gone."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def _seconds(self) -> float:
        return self._finished_seconds if self.answered else self._stream_seconds

    def _wait(self) -> None:
        self._timer = self._loop.call_later(min(self._seconds, self._finished_seconds), self._look)

    def _look(self) -> None:
        assert self._transport is not None
        self._timer = None
        if not self._transport.get_write_buffer_size():
            return
        left = _left(self._transport)
        if left < self._left:
            self._left, self._since = left, self._loop.time()
        elif self._loop.time() - self._since >= self._seconds * 0.99:  # clocks of timers are coarse
            self._transport.abort()
            return
        self._wait()


def _left(transport: asyncio.Transport) -> int:
    """Bytes that were not taken, here and in the kernel, which asks for more only when much of its own is gone."""
    left, peer = transport.get_write_buffer_size(), transport.get_extra_info("socket")
    with contextlib.suppress(OSError, AttributeError):  # where the kernel does not tell
        left += struct.unpack("i", fcntl.ioctl(peer.fileno(), termios.TIOCOUTQ, struct.pack("i", 0)))[0]
    return left
