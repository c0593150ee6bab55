"""A bulk stream may last longer than the key that began it, or its tenant; nothing is stored for it afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import pytest
import redis

from support.raw_http import RawConnection, Running, running
from support.tenant_keys import Command, key
from support.waiting import wait_for
from wirematch.app import create_app
from wirematch.settings import Settings

BULK = (
    "POST /v1/articles/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
    "Transfer-Encoding: chunked\r\n"
)
STORED = b'"status":201'
NEEDED = b"urn:wirematch:problem:key-needed"
GONE = b"urn:wirematch:problem:tenant-gone"


@pytest.fixture
def feed(command: Command) -> str:
    """A key of a tenant, which is there before the service."""
    return key(command, "feed", "acme")


@pytest.fixture
def service(lone_settings: Settings) -> Iterator[Running]:
    with running(create_app(lone_settings)) as service:
        yield service


class Stream:
    """A bulk stream that sends one article after another."""

    def __init__(self, port: int, token: str | None = None) -> None:
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        self.connection = RawConnection(port, f"{BULK}{authorization}\r\n".encode())
        self.sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def says(self, sought: bytes) -> Callable[[], bool]:
        """Whether it says so after one more article."""

        def look() -> bool:
            line = json.dumps({"id": f"s{self.sent}", "body": f"Boat {self.sent} of Averland sank."}).encode() + b"\n"
            try:
                self.connection.send(b"%x\r\n%s\r\n" % (len(line), line))
                self.sent += 1
                self.connection.said += self.connection.socket.recv(65_536)
            except OSError:  # it was ended, and said why before
                self.connection.hear()
            return sought in self.connection.said

        return look


def test_a_stream_ends_when_its_key_is_revoked(feed: str, service: Running, command: Command):
    with Stream(service.port, feed) as stream:
        wait_for(stream.says(STORED), "an article")

        assert command("keys", "revoke", "feed").status == 0

        wait_for(stream.says(NEEDED), "the end of the stream")
        assert b"summary" not in stream.connection.hear()


def test_a_stream_without_a_key_ends_when_the_first_key_is_made(command: Command, service: Running):
    with Stream(service.port) as stream:
        wait_for(stream.says(STORED), "an article")

        key(command, "first", None)

        wait_for(stream.says(NEEDED), "the end of the stream")


def test_a_quota_counts_for_a_stream_that_began_before_it(feed: str, service: Running, command: Command):
    with Stream(service.port, feed) as stream:
        wait_for(stream.says(STORED), "an article")

        assert command("tenants", "change", "acme", "--most-articles", "1").status == 0

        wait_for(stream.says(b"quota-reached"), "the quota")


def test_a_stream_of_a_tenant_that_is_deleted_leaves_nothing(feed, service, command, lone_settings):
    server = redis.Redis.from_url(lone_settings.redis_url or "")
    with Stream(service.port, feed) as stream, ThreadPoolExecutor() as thread:
        wait_for(stream.says(STORED), "an article")
        assert server.keys(f"{{{lone_settings.index}~acme*")
        sending = thread.submit(wait_for, lambda: stream.says(NEEDED)() or GONE in stream.connection.said, "its end")

        deleted = command("tenants", "delete", "acme", "--yes")

        assert deleted.status == 0, deleted.err
        sending.result()
    assert not server.keys(f"{{{lone_settings.index}~acme*")
