"""Answers are received whole over every transport and event loop, and none is taken for another's."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis.asyncio
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from wirematch.index.connections.connection import Store, connect, packed_command
from wirematch.kernels.replies import Values

PATIENCE = 30.0
LOST = b"the connection ends within this"
LONG = random.Random(3).randbytes(3_000_000)
SHORT = {"short": b"s", "none": None}


class Relay:
    """Passes on what Valkey answers in pieces of sizes that are drawn; a piece with LOST is cut off there."""

    def __init__(self, server: redis.asyncio.Redis, sizes: tuple[int, ...]) -> None:
        where = server.connection_pool.connection_kwargs
        self._path = where.get("path")
        self._drawn = random.Random(7)
        self.sizes = sizes

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_unix_connection(self._path)
        there = asyncio.create_task(self._pass_on(reader, to_server, (1 << 16,)))
        try:
            await self._pass_on(from_server, writer, None)
        finally:
            there.cancel()
            to_server.close()
            writer.transport.abort()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sizes: tuple[int, ...] | None
    ) -> None:
        while piece := await reader.read(self._drawn.choice(sizes or self.sizes)):
            sound, lost, _ = piece.partition(LOST) if sizes is None else (piece, b"", b"")
            writer.write(sound)
            await writer.drain()
            await asyncio.sleep(0)
            if lost:
                return


def certificate(folder: Path) -> ssl.SSLContext:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).sign(
        key, hashes.SHA256()
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(plain + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


@asynccontextmanager
async def relayed(relay: Relay, transport: str, folder: Path) -> AsyncIterator[Store]:
    if transport == "unix":
        server, url = await asyncio.start_unix_server(relay.carry, folder / "s"), f"unix://{folder}/s"
    else:
        context = certificate(folder) if transport == "tls" else None
        server = await asyncio.start_server(relay.carry, "127.0.0.1", 0, ssl=context)
        place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        url = f"rediss://{place}?ssl_cert_reqs=none" if context else f"redis://{place}"
    store = Store(connect(url, PATIENCE), PATIENCE)
    try:
        yield store
    finally:
        await store.close()
        server.close()


@pytest.fixture(params=["tcp", "unix", "tls"])
def transport(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[object, object, None]], None]:
    def run_there(work: Coroutine[object, object, None]) -> None:
        with asyncio.Runner(loop_factory=request.param) as runner:
            runner.run(work)

    return run_there


def listed(values: Values) -> list[bytes | None]:
    return [values.at(place) for place in range(len(values.lengths))]


@asynccontextmanager
async def stood(
    redis_url: str, name: str, transport: str, sizes: tuple[int, ...], folder: Path
) -> AsyncIterator[Callable[..., Awaitable[list[bytes | None]]]]:
    """A function that reads the values of keys in one transaction."""
    stored = {f"{name}short": b"s", f"{name}long": LONG, f"{name}lost": LONG[:200_000] + LOST + LONG[:200_000]}
    async with redis.asyncio.Redis.from_url(redis_url) as server:
        await server.mset(stored)
        try:
            async with relayed(Relay(server, sizes), transport, folder) as store:

                async def read(*keys: str) -> list[bytes | None]:
                    command = packed_command(["MGET", *(name + key for key in keys)])
                    return listed(await store.read_values(name.encode(), [command], len(keys)))

                yield read
        finally:
            await server.delete(*stored)


@pytest.mark.parametrize("sizes", [(1,), (2, 3, 7), (100, 16_384, 65_536, 1 << 18)], ids=["bytes", "few", "many"])
def test_an_answer_is_the_same_however_it_comes(redis_url, index_name, transport, run, sizes, tmp_path):
    async def work() -> None:
        async with stood(redis_url, index_name, transport, sizes, tmp_path) as read:
            for _ in range(3):
                assert await read("short", "none", "short") == [b"s", None, b"s"]
            if max(sizes) > 7:
                assert await read("long", "none", "long", "short") == [LONG, None, LONG, b"s"]

    run(work())


def test_an_answer_that_ends_early_is_lost_and_the_next_is_read(redis_url, index_name, transport, run, tmp_path):
    async def work() -> None:
        async with stood(redis_url, index_name, transport, (100, 65_536, 1 << 18), tmp_path) as read:
            for _ in range(3):
                with pytest.raises((redis.ConnectionError, OSError)):
                    await read("lost", "short")
                assert await read("short") == [b"s"]

    run(work())


def test_nobody_gets_what_another_gave_up(redis_url, index_name, transport, run, tmp_path):
    async def work() -> None:
        drawn = random.Random(5)
        async with stood(redis_url, index_name, transport, (16_384, 65_536), tmp_path) as read:
            for _ in range(40):
                given_up = asyncio.create_task(read("long", "short"))
                for _ in range(drawn.randrange(60)):
                    await asyncio.sleep(0)
                given_up.cancel()
                await asyncio.wait([given_up])
                key = drawn.choice(list(SHORT))
                assert await read(key) == [SHORT[key]]

    run(work())
