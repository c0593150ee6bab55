"""A request with a key that the store left in the middle is worked on again as soon as the store answers."""

from __future__ import annotations

import uuid

import pytest
from fastapi.testclient import TestClient
from redis.exceptions import ConnectionError as LostConnectionError

from support.problem_documents import assert_problem
from support.waiting import wait_for
from wirematch.api.idempotency import HEADER
from wirematch.app import create_app
from wirematch.index.connections.connection import Store
from wirematch.state import idempotency, scripts

ARTICLES = "/v1/articles"


@pytest.fixture
def lasting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease that nobody outwaits."""
    monkeypatch.setattr(idempotency, "LEASE_MS", 3_600_000)


@pytest.mark.parametrize("lost", [scripts.BEGIN, scripts.FINISH], ids=["when it begins", "when it ends"])
@pytest.mark.parametrize("executed", [False, True])
@pytest.mark.usefixtures("lasting")
def test_a_lease_is_given_back_when_the_store_answers_again(settings, bridge, monkeypatch, lost, executed):
    article, key = {"body": bridge["wire"]["body"]}, str(uuid.uuid4())
    write, away = Store.write, True

    async def cut(self, script, keys, args=()):
        if script is not lost or not away:
            return await write(self, script, keys, args)
        if executed:
            await write(self, script, keys, args)
        raise LostConnectionError("the server closed the connection")

    def posted(client: TestClient):
        return client.post(ARTICLES, json=article, headers={HEADER: key})

    with TestClient(create_app(settings)) as one, TestClient(create_app(settings)) as other:
        monkeypatch.setattr(Store, "write", cut)
        first = posted(one)
        assert first.status_code == (503 if lost is scripts.BEGIN else 201)
        away = False

        wait_for(lambda: posted(other).status_code == 201, "another attempt")
        assert one.post("/v1/check", json=article).json()["index"]["articles"] == 1


@pytest.mark.usefixtures("lasting")
def test_what_another_one_works_on_is_not_given_back(settings, bridge, monkeypatch):
    article, key = {"body": bridge["wire"]["body"]}, str(uuid.uuid4())
    write = Store.write
    with TestClient(create_app(settings)) as one, TestClient(create_app(settings)) as other:
        with monkeypatch.context() as patched:

            async def ends(self, script, keys, args=()):
                if script is scripts.FINISH:
                    raise SystemError  # it dies with the lease
                return await write(self, script, keys, args)

            patched.setattr(Store, "write", ends)
            with pytest.raises(SystemError):
                one.post(ARTICLES, json=article, headers={HEADER: key})

        assert_problem(other.post(ARTICLES, json=article, headers={HEADER: key}), 409, "request-in-flight")
