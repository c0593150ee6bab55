"""HTTP clients with little overhead: both cores are needed for what is measured."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from typing import Any

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def bulk(port: int, lines: Iterable[bytes], options: str = "") -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Send lines to the bulk endpoint while reading its results; return results and summary."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    writer.write(
        f"POST /v1/articles/bulk{options} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode()
    )

    async def send() -> None:
        for line in lines:
            writer.write(b"%x\r\n%s\r\n" % (len(line), line))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    sending = asyncio.create_task(send())
    await reader.readuntil(b"\r\n\r\n")
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await sending
    writer.close()
    *results, last = map(json.loads, body.splitlines())
    return results, last["summary"]


async def post(stream: Stream, path: str, content: bytes) -> tuple[int, bytes]:
    """Send one request over a persistent connection; return status and body."""
    reader, writer = stream
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
    answered = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in answered.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return int(answered[9:12]), await reader.readexactly(length)


async def post_all(port: int, path: str, contents: Sequence[bytes], connections: int) -> float:
    """Post all contents over several connections; return the seconds taken. Raises RuntimeError if one is refused."""
    rest = iter(contents)

    async def work() -> None:
        stream = await asyncio.open_connection("127.0.0.1", port)
        for content in rest:
            status, body = await post(stream, path, content)
            if status >= 400:
                raise RuntimeError(body.decode())
        stream[1].close()

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(connections)))
    return time.perf_counter() - started


async def post_steadily(port: int, path: str, contents: Sequence[bytes], a_second: float) -> tuple[list[float], int]:
    """Post at a constant rate, whether or not responses keep up.

    Returns the milliseconds from sending to the response, and how many requests were refused for overload (503). No
    request is delayed by another that waits for its response. Timer latency, up to a millisecond, is not counted.
    """
    streams: asyncio.Queue[Stream] = asyncio.Queue()
    took: list[float] = []
    refused = 0
    started = time.perf_counter()

    async def work(content: bytes) -> None:
        nonlocal refused
        stream = await asyncio.open_connection("127.0.0.1", port) if streams.empty() else streams.get_nowait()
        sent = time.perf_counter()
        status, body = await post(stream, path, content)
        streams.put_nowait(stream)
        if status == 503:
            refused += 1
        elif status >= 400:
            raise RuntimeError(body.decode())
        else:
            took.append((time.perf_counter() - sent) * 1000)

    tasks = []
    for place, content in enumerate(contents):
        due = started + place / a_second
        await asyncio.sleep(max(0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(work(content)))
    await asyncio.gather(*tasks)
    while not streams.empty():
        streams.get_nowait()[1].close()
    return took, refused
