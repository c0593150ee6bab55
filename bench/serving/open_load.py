"""An open-loop load generator: requests at a given rate, whether or not they are answered, over enough connections."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_CONNECTIONS = 900
"""Below what the service allows one address."""
LAST_SECONDS = 15.0
"""How long to wait for responses after the last request."""


@dataclass
class Answers:
    """Results of all requests."""

    asked: int = 0
    unsent: int = 0
    """Not sent because every connection was waiting for a response."""
    cut: int = 0
    """Connections closed before their response."""
    statuses: Counter[int] = field(default_factory=Counter)
    accepted_seconds: list[float] = field(default_factory=list)
    """Seconds from when a request was due to its response, of those with status 200."""
    last_accepted: float = 0.0
    """Time of the last of these responses (``time.perf_counter``); refusals may come a second later."""
    refused_late: int = 0
    """Refused after waiting in vain."""
    retry_after: Counter[str] = field(default_factory=Counter)


def request_of(path: str, body: bytes) -> bytes:
    """Return a request as bytes."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _value(head: bytes, name: bytes) -> bytes:
    """Return the value of a header, or nothing; ``head`` is in lower case, and one that the service writes."""
    return head.partition(b"\r\n%s: " % name)[2].partition(b"\r\n")[0]


class Connection(asyncio.Protocol):
    """A connection with one request at a time."""

    def __init__(self, answers: Answers, idle: list[Connection]) -> None:
        self._answers, self._idle = answers, idle
        self._transport: asyncio.Transport | None = None
        self._due = 0.0
        self._waits = False
        self._came = b""
        self.done: asyncio.Future[bool] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def send(self, request: bytes, due: float) -> None:
        """Send a request; its response is recorded."""
        assert self._transport is not None
        self._due, self._waits, self._came = due, True, b""
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._came += data
        head, found, body = self._came.partition(b"\r\n\r\n")
        if not found:
            return
        head = head.lower()
        if len(body) < int(_value(head, b"content-length") or 0):
            return
        self._waits = False
        status = int(head[9:12])
        self._answers.statuses[status] += 1
        if status == 200:
            self._answers.last_accepted = time.perf_counter()
            self._answers.accepted_seconds.append(self._answers.last_accepted - self._due)
        if b"in vain" in body:
            self._answers.refused_late += 1
        if again := _value(head, b"retry-after"):
            self._answers.retry_after[again.decode()] += 1
        if _value(head, b"connection") == b"close":
            self.close()
        else:
            self._idle.append(self)
        self._settle(ok=status == 200)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - its name is asyncio's
        """See asyncio.Protocol."""
        if self._waits:
            self._answers.cut += 1
            self._waits = False
        if self in self._idle:
            self._idle.remove(self)
        self._transport = None
        self._settle(ok=False)

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()

    @property
    def waits(self) -> bool:
        """Whether it is waiting for a response."""
        return self._waits

    def _settle(self, *, ok: bool) -> None:
        if self.done is not None and not self.done.done():
            self.done.set_result(ok)


class Load:
    """Load on one port."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self._port, self._requests = port, requests
        self._next = 0

    async def closed(self, clients: int, seconds: float) -> Answers:
        """Closed loop: ``clients`` that each send the next request when they have a response."""
        answers = Answers()
        end = time.perf_counter() + seconds

        async def client() -> None:
            connection = await self._open(answers, [])
            while (now := time.perf_counter()) < end:
                connection.done = asyncio.get_running_loop().create_future()
                answers.asked += 1
                connection.send(self._request(), now)
                await connection.done
            connection.close()

        await asyncio.gather(*(client() for _ in range(clients)))
        return answers

    async def offered(self, rate: float, seconds: float) -> Answers:
        """Open loop: ``rate`` requests a second, whatever happens to them."""
        answers, idle, all_of_them = Answers(), list[Connection](), set[Connection]()
        opening: set[asyncio.Task[None]] = set()

        async def send_on_a_new_one(request: bytes, due: float) -> None:
            connection = await self._open(answers, idle)
            all_of_them.add(connection)
            connection.send(request, due)

        started = time.perf_counter()
        while (now := time.perf_counter() - started) < seconds:
            while answers.asked < rate * now:
                due = started + answers.asked / rate
                answers.asked += 1
                if idle:
                    idle.pop().send(self._request(), due)
                elif len(all_of_them) + len(opening) < MOST_CONNECTIONS:
                    opening.add(task := asyncio.create_task(send_on_a_new_one(self._request(), due)))
                    task.add_done_callback(opening.discard)
                else:
                    answers.unsent += 1
            await asyncio.sleep(0.005)
        end = time.perf_counter() + LAST_SECONDS
        while (opening or any(one.waits for one in all_of_them)) and time.perf_counter() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        for connection in all_of_them:
            connection.close()
        return answers

    def _request(self) -> bytes:
        self._next += 1
        return self._requests[self._next % len(self._requests)]

    async def _open(self, answers: Answers, idle: list[Connection]) -> Connection:
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: Connection(answers, idle), "127.0.0.1", self._port
        )
        return connection
