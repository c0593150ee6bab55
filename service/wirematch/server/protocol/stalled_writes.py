"""Disconnect clients that do not read their response.

Otherwise the data would stay in memory, and the connection and its stream would be occupied, for as long as the
client's machine keeps the connection alive.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import struct
import termios


class WriteTimeout:
    """Disconnects one client when it reads nothing of the unsent data for too long."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, stream_seconds: float) -> None:
        """``seconds`` is the time in which a client must read some of a finished response.

        ``stream_seconds`` is the same for a response that is still being produced.
        """
        self.answered = False
        """Whether the response is finished."""
        self._loop = loop
        self._finished_seconds = seconds
        self._stream_seconds = stream_seconds
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._left = 0
        self._since = 0.0

    def watch(self, transport: asyncio.Transport) -> None:
        """Start the timer if anything is unsent; until that is read, nothing else is written."""
        if transport.get_write_buffer_size() and self._timer is None:
            self._transport, self._left, self._since = transport, _left(transport), self._loop.time()
            self._wait()

    def end(self) -> None:
        """Stop the timer: data was read, or the connection is closed."""
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
        elif self._loop.time() - self._since >= self._seconds * 0.99:  # timers are coarse
            self._transport.abort()
            return
        self._wait()


def _left(transport: asyncio.Transport) -> int:
    """Unsent bytes here and in the kernel, which accepts more only once much of its own buffer is free."""
    left, peer = transport.get_write_buffer_size(), transport.get_extra_info("socket")
    with contextlib.suppress(OSError, AttributeError):  # the kernel may not tell
        left += struct.unpack("i", fcntl.ioctl(peer.fileno(), termios.TIOCOUTQ, struct.pack("i", 0)))[0]
    return left
