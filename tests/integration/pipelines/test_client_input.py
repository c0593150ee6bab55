"""What the client refuses before it asks anybody."""

from __future__ import annotations

import pytest

from support.hostile_server import (
    ARTICLE,
    STORED,
    hostile_server,
    whole,
)
from wirematch_client import (
    Client,
    ClientError,
    ConnectionFailedError,
    Retry,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("url", ["nonsense", "http://", "http://[::1", "http://host:port", "gopher://x", "http://a\nb"])
def test_an_invalid_address_is_told_at_once(url):
    with Client(url, retry=Retry(attempts=3, first_delay=30)) as client, pytest.raises(ConnectionFailedError):
        client.get("a")


@pytest.mark.parametrize("article_id", ["", "\ud800"])
@pytest.mark.parametrize("name", ["get", "delete", "pickups", "cluster", "event"])
def test_an_id_that_no_address_can_name_is_told_at_once(connect, article_id, name):
    with hostile_server(whole(STORED)) as server:
        client = connect(server)
        with pytest.raises(ValueError, match=r"character"):
            getattr(client, name)(article_id)
        with pytest.raises(ValueError, match=r"character"):
            client.put(article_id, ARTICLE)
        assert server.requests == 0


def test_an_endless_id_makes_no_endless_message(connect):
    with hostile_server(lambda _: []) as server, pytest.raises(ConnectionFailedError) as raised:
        connect(server).get("x" * 60_000)

    assert len(str(raised.value)) < 1_500


def test_a_key_that_no_header_can_hold_is_told_at_once(connect):
    with hostile_server(whole(STORED)) as server:
        with pytest.raises(ClientError):
            connect(server, retry=Retry(attempts=3, first_delay=30)).add(ARTICLE, key="a\r\nX: y")
        assert server.requests == 0
