"""Send commands over one connection, singly or as a transaction (MULTI), and read the answers."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

from redis.exceptions import ConnectionError as LostConnectionError
from redis.exceptions import ResponseError

from wirematch.kernels.index.replies import Reply, Values, is_there, values_in

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


try:
    from hiredis import PushNotification
    from redis._parsers.hiredis import NOT_ENOUGH_DATA, _AsyncHiredisParser
except ImportError:  # a redis-py that has moved its own: answers are read through its public interface
    PushNotification = NOT_ENOUGH_DATA = _AsyncHiredisParser = None  # type: ignore[assignment,misc]

_MULTI, _EXEC = b"*1\r\n$5\r\nMULTI\r\n", b"*1\r\n$4\r\nEXEC\r\n"


def in_transaction(commands: Sequence[bytes]) -> bytes:
    """Wrap packed commands into one transaction."""
    return b"".join((_MULTI, *commands, _EXEC))


def packed_command(words: Sequence[str | bytes | int]) -> bytes:
    """Encode a command in the Redis protocol, in one piece; redis-py makes many small ones."""
    encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n%s" % (len(encoded), b"".join([b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded]))


async def exchange_one(connection: Any, packed: bytes) -> Any:
    """Send a command and return its answer; an error answer is raised."""
    try:
        await _send(connection, packed)
        return await connection.read_response(timeout=math.inf)  # limited by the caller's timeout
    except ResponseError:
        raise
    except BaseException:
        await connection.disconnect(nowait=True)  # with an unread answer in it, it is useless
        raise


async def exchange_values(connection: Any, packed: bytes, commands: int, most: int) -> Values:
    """Send a transaction of so many ``commands``; return at most ``most`` values, without an object for each.

    Raises the first error among the answers. An answer of any other kind, such as an error, is left to redis-py unread.
    """
    try:
        await _send(connection, packed)
        if (values := await _read_values(connection, commands, most)) is not None:
            return values
        refused, answers = await _read(connection, commands)
    except BaseException:
        await connection.disconnect(nowait=True)
        raise
    return values_in(_sound(refused, answers))


async def _read_values(connection: Any, commands: int, most: int) -> Values | None:
    """Read an answer as Values; None if redis-py has to read it, both what has come and what is still to come."""
    parser = getattr(connection, "_parser", None)
    reader = _reader_of(parser)
    if parser is None or reader is None or not is_there() or reader.has_data():
        return None
    reply = Reply(commands, most)
    if not await receive(parser._stream, reply):  # noqa: SLF001 - where the parser reads
        return None
    values = reply.values()
    if values is None:
        reader.feed(reply.came)
    return values


async def _read(connection: Any, commands: int) -> tuple[list[ResponseError], list[Any]]:
    """Return the errors of commands that were refused when queued, and the answers."""
    refused = await _refused(connection, commands + 1)  # MULTI and each command
    try:
        return refused, await connection.read_response(timeout=math.inf)  # limited by the caller's timeout
    except ResponseError as error:
        return [*refused, error], []


def _sound(refused: Sequence[ResponseError], answers: list[Any]) -> list[Any]:
    failures = [*refused, *(answer for answer in answers if isinstance(answer, Exception))]
    if failures:
        raise failures[0]
    return answers


async def _send(connection: Any, packed: bytes) -> None:
    """Send without redis-py's timeout, which creates a task under Python 3.11; the caller's timeout limits it."""
    timeout, connection.socket_timeout = connection.socket_timeout, None
    try:
        await connection.send_packed_command(packed)
    finally:
        connection.socket_timeout = timeout


async def _refused(connection: Any, count: int) -> list[ResponseError]:
    """Return the errors among ``count`` "queued" answers; read from the parser, as redis-py takes 5 µs each."""
    parser = getattr(connection, "_parser", None)
    reader = _reader_of(parser)
    if parser is None or reader is None:
        return await _refused_plainly(connection, count)
    refused: list[ResponseError] = []
    while count:
        answer = reader.gets()
        if answer is NOT_ENOUGH_DATA:
            try:
                await parser.read_from_socket()
            except OSError as error:
                raise LostConnectionError(f"the answer cannot be read: {error}") from error
        elif isinstance(answer, PushNotification):
            await parser.handle_push_response(answer)
        else:
            count -= 1
            if isinstance(answer, ResponseError):
                refused.append(answer)
            elif isinstance(answer, LostConnectionError):
                raise answer
    return refused


def _reader_of(parser: object) -> Any:
    """The parser's reader; None unless it is the compiled parser as in redis-py 8.0."""
    if _AsyncHiredisParser is None or not isinstance(parser, _AsyncHiredisParser):
        return None
    if not all(hasattr(parser, name) for name in ("read_from_socket", "handle_push_response", "_stream")):
        return None
    reader = getattr(parser, "_reader", None)
    return reader if hasattr(reader, "gets") else None


async def _refused_plainly(connection: Any, count: int) -> list[ResponseError]:
    refused: list[ResponseError] = []
    for _ in range(count):
        try:
            await connection.read_response(timeout=math.inf)
        except ResponseError as error:
            refused.append(error)
    return refused
