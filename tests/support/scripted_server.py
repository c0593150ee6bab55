"""A server that answers each transaction with given bytes in given pieces, each read before the next is sent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hiredis

MOST_TURNS = 8
"""Turns of the event loop after which what is there has been read, whoever reads it."""
OPENING = {
    b"HELLO": b"%1\r\n$5\r\nproto\r\n:3\r\n",
    b"CLIENT": b"+OK\r\n",
    b"SELECT": b"+OK\r\n",
    b"PING": b"+PONG\r\n",
}
"""What a client says when it opens a connection, and how it is answered."""


async def turns() -> None:
    for _ in range(MOST_TURNS):
        await asyncio.sleep(0)


@dataclass
class Answer:
    """What a transaction is answered."""

    pieces: Sequence[bytes]
    cut: bool = False
    """Whether the connection is closed then."""
    rest: bytes = b""
    """What follows once ``go_on`` is set."""
    said: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the pieces are sent."""
    go_on: asyncio.Event = field(default_factory=asyncio.Event)


class ScriptedServer:
    """Runs in the event loop of its client, and takes turns with it, so that pieces are never read together."""

    def __init__(self, listener: socket.socket) -> None:
        self.connections = 0
        self._listener = listener
        self._answers: list[Answer] = []

    def will_say(self, *pieces: bytes, cut: bool = False, rest: bytes = b"") -> Answer:
        """Answer the next transaction so."""
        answer = Answer(pieces, cut, rest)
        self._answers.append(answer)
        return answer

    @property
    def answers_left(self) -> int:
        """How many transactions it has an answer for."""
        return len(self._answers)

    async def serve(self) -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            while True:
                connection, _ = await loop.sock_accept(self._listener)
                self.connections += 1
                tasks.create_task(self._talk(connection))

    async def _talk(self, connection: socket.socket) -> None:
        reader, loop = hiredis.Reader(notEnoughData=None), asyncio.get_running_loop()
        with connection, suppress(ConnectionError):
            connection.setblocking(False)
            while data := await loop.sock_recv(connection, 65_536):
                reader.feed(data)
                while (command := reader.gets()) is not None:
                    if not await self._answered(connection, command[0]):
                        return

    async def _answered(self, connection: socket.socket, command: bytes) -> bool:
        """Answer a command; return whether the connection stays."""
        loop = asyncio.get_running_loop()
        if command in OPENING:
            await loop.sock_sendall(connection, OPENING[command])
        elif command == b"EXEC":
            answer = self._answers.pop(0)
            for piece in answer.pieces:
                await loop.sock_sendall(connection, piece)
                await turns()
            answer.said.set()
            if answer.rest:
                await answer.go_on.wait()
                await loop.sock_sendall(connection, answer.rest)
            return not answer.cut
        return True


@asynccontextmanager
async def scripted_server(folder: Path) -> AsyncIterator[tuple[ScriptedServer, str]]:
    """A server on a Unix socket, and its URL."""
    path = folder / "scripted.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.setblocking(False)
        server = ScriptedServer(listener)
        serving: asyncio.Task[Any] = asyncio.create_task(server.serve())
        try:
            yield server, f"unix://{path}"
        finally:
            serving.cancel()
            await asyncio.wait([serving])
