"""What an earlier release stored under '.' or '..', which no address names, is carried on, listed and deleted."""

from __future__ import annotations

import asyncio
import http.client
import json

import pytest

from support.command_line import Outcome
from support.raw_http import Running, running
from wirematch.app import create_app
from wirematch.composition.components import open_detector
from wirematch.models import Article
from wirematch_client import Client

IDS = [".", ".."]


@pytest.fixture(autouse=True)
def _stored(settings, monkeypatch) -> None:
    async def store() -> None:
        async with open_detector(settings.redis_url, settings) as detector:
            for one in IDS:
                await detector.add(
                    Article(id=one, body=f"The harbour board closes the quay {one} for a year, it said.")
                )

    with monkeypatch.context() as patched:
        patched.setattr("wirematch.index.redis_index.DOT_SEGMENTS", frozenset())
        asyncio.run(store())


@pytest.fixture
def service(settings):
    with running(create_app(settings.model_copy(update={"allowed_hosts": frozenset({"127.0.0.1"})}))) as service:
        yield service


def exported(outcome: Outcome) -> list[str]:
    assert outcome.status == 0, outcome.err
    return sorted(json.loads(line)["id"] for line in outcome.out.splitlines())


def as_it_is(service: Running, method: str, article_id: str) -> int:
    """Request an address as it is, as ``curl --path-as-is`` does; returns the status."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port)
    connection.request(method, f"/v1/articles/{article_id}")
    status = connection.getresponse().status
    connection.close()
    return status


def test_commands_list_it_and_carry_it_on(run, index_name, tmp_path, without_grace):
    other, file = f"{index_name}-restored", tmp_path / "backup.gz"
    assert exported(run(index_name, "export")) == IDS
    assert run(index_name, "backup", file).status == 0
    assert run(other, "restore", file).status == 0
    assert exported(run(other, "export")) == IDS
    assert run(other, "reindex", "--shards", 3).status == 0
    assert exported(run(other, "export")) == IDS


@pytest.mark.parametrize("article_id", IDS)
def test_it_is_deleted_at_its_address_as_it_is(run, index_name, service, article_id):
    assert as_it_is(service, "GET", article_id) == 200
    assert as_it_is(service, "DELETE", article_id) == 204
    assert as_it_is(service, "GET", article_id) == 404
    assert exported(run(index_name, "export")) == [one for one in IDS if one != article_id]


@pytest.mark.parametrize("article_id", IDS)
def test_the_client_deletes_it(run, index_name, service, article_id):
    with Client(f"http://127.0.0.1:{service.port}") as client:
        assert client.get(article_id).id == article_id
        client.delete(article_id)
    assert exported(run(index_name, "export")) == [one for one in IDS if one != article_id]
