"""Receive replies into their own buffer, without a copy into a stream and another out of it."""

from __future__ import annotations

import asyncio

from redis.exceptions import ConnectionError as LostConnectionError

from wirematch.kernels.index.replies import Reply

CLOSED = "the server closed the connection"
_ROOM = 1 << 16
"""Minimum free bytes in the buffer before each read."""


async def receive(stream: asyncio.StreamReader, reply: Reply) -> bool:
    """Receive until the reply is complete; False if the stream must be read in the usual way.

    Raises LostConnectionError.
    """
    transport = getattr(stream, "_transport", None)
    if transport is None or getattr(stream, "_buffer", True) or stream.at_eof():
        return False
    before = transport.get_protocol()
    receiver = _Receiver(reply, before)
    transport.set_protocol(receiver)
    try:
        await receiver.done
    finally:
        transport.set_protocol(before)
    return True


class _Receiver(asyncio.BufferedProtocol):
    """Replaces a transport's protocol for a while, and forwards all events but received data to it."""

    def __init__(self, reply: Reply, before: asyncio.Protocol) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._reply = reply
        self._before = before

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._reply.room(max(sizehint, _ROOM))

    def buffer_updated(self, nbytes: int) -> None:
        self._reply.add(nbytes)
        if not self._reply.is_open and not self.done.done():
            self.done.set_result(None)

    def eof_received(self) -> bool | None:
        self._fail(LostConnectionError(CLOSED))
        return self._before.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(LostConnectionError(f"the answer cannot be read: {exc}" if exc else CLOSED))
        self._before.connection_lost(exc)

    def pause_writing(self) -> None:
        self._before.pause_writing()

    def resume_writing(self) -> None:
        self._before.resume_writing()

    def _fail(self, error: LostConnectionError) -> None:
        if not self.done.done():
            self.done.set_exception(error)
