"""The client against the running service, over real HTTP; one suite for the sync and the async one."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from support.awaited_client import Awaited
from support.odd_ids import ODD_IDS
from support.stub_server import StubServer, breaks_off, says
from support.waiting import PATIENCE_SECONDS
from wirematch_client import (
    Article,
    ArticleExistsError,
    Client,
    ConnectionFailedError,
    Decision,
    Filters,
    InvalidRequestError,
    NotFoundError,
    ProblemError,
    Retry,
    UnavailableError,
    UnexpectedAnswerError,
)

QUICK = Retry(attempts=3, first_delay=0.01)
PROBLEM = {"type": "urn:wirematch:problem:overloaded", "title": "Full", "status": 503, "detail": "Full house."}


@pytest.fixture(params=[Client, Awaited], ids=["sync", "async"])
def connect(request) -> Iterator[Any]:
    opened = []

    def connect(url: str, **options: Any) -> Any:
        opened.append(request.param(url, **options))
        return opened[-1]

    yield connect
    for client in opened:
        client.close()


@pytest.fixture
def service(connect, live) -> Any:
    return connect(live.url)


@pytest.fixture
def named(bridge) -> dict[str, dict[str, Any]]:
    """A story with unique ids that contain every allowed kind of character."""
    return _named(bridge)


@pytest.fixture
def named_alone(stories) -> dict[str, dict[str, Any]]:
    """The same of a story of which no other test that shares the service stores dozens of copies."""
    return _named(stories["quillern-layoffs"])


def _named(story: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    end = uuid.uuid4().hex
    return {kind: article | {"id": f"urn:x/{kind}?{end}#é"} for kind, article in story.items()}


def test_an_article_lives_and_dies(service, named):
    wire = named["wire"]
    receipt = service.add(wire)
    stored = service.get(wire["id"])

    assert (receipt.id, receipt.stored, receipt.version) == (wire["id"], True, 1)
    assert (stored.body, stored.version) == (wire["body"], 1)
    with pytest.raises(ArticleExistsError, match="already stored") as raised:
        service.add(wire)
    assert (raised.value.kind, raised.value.status) == ("article-exists", 409)
    assert service.put(wire["id"], wire | {"headline": "Another"}, report=False).version == 2
    service.delete(wire["id"])
    for call in (service.get, service.delete, service.pickups):
        with pytest.raises(NotFoundError):
            call(wire["id"])


@pytest.mark.parametrize("article_id", ODD_IDS)
def test_every_id_that_is_stored_can_be_named(service, article_id):
    told = [service.put(article_id, {"body": "A gravel barge broke loose."}, report=False), service.get(article_id)]
    told += [call(article_id) for call in (service.pickups, service.cluster, service.event)]
    service.delete(article_id)

    assert [one.id for one in told] == [article_id] * 5


@pytest.mark.parametrize("article_id", [".", ".."])
def test_an_id_that_addresses_lose_is_refused_and_named_all_the_same(service, article_id):
    """What is already there, from an earlier release, is reached: the service is asked about this id and no other."""
    with pytest.raises(InvalidRequestError, match="cannot have the id"):
        service.put(article_id, {"body": "A gravel barge broke loose."})
    with pytest.raises(InvalidRequestError, match="cannot have the id"):
        service.add({"id": article_id, "body": "A gravel barge broke loose."})
    for call in (service.get, service.delete, service.pickups, service.cluster, service.event):
        with pytest.raises(NotFoundError, match=f"under the id '{re.escape(article_id)}'"):
            call(article_id)


def test_checks_say_what_derives_from_what(service, named_alone):
    service.add(Article.model_validate(named_alone["wire"]), report=False)
    report = service.check(named_alone["rewrite"] | {"id": None}, Filters(limit=100))
    service.add(named_alone["rewrite"], report=False)
    page = service.pickups(named_alone["wire"]["id"], limit=100)
    match = service.compare(named_alone["copy"], named_alone["wire"])

    assert report.decision is Decision.REWRITE or report.decision is Decision.DUPLICATE  # the index is shared
    assert named_alone["wire"]["id"] in {found.id for found in report.matches} | {
        version.id for found in report.matches for version in found.versions
    }
    assert named_alone["rewrite"]["id"] in {pickup.id for pickup in page.pickups}
    assert match.relation == "copy"
    assert service.ready()


def test_copies_can_be_left_out(service, named):
    service.add(named["wire"], report=False)
    receipt = service.add(named["copy"], unless_duplicate=True)

    assert (receipt.stored, receipt.report.decision) == (False, Decision.DUPLICATE)


def test_bulk_streams_results_while_articles_are_still_coming(service, bridge):
    run = uuid.uuid4().hex
    asked = 0

    def articles() -> Iterator[dict[str, Any]]:
        nonlocal asked
        for asked in range(70):
            yield bridge["wire"] | {"id": f"{run}-{asked}", "body": f"{run} {asked} {bridge['wire']['body']}"}

    results = service.bulk(articles(), batch=16, report=False)
    first = next(results)

    assert (first.index, first.id, asked) == (0, f"{run}-0", 15)
    rest = list(results)
    assert [result.index for result in rest] == list(range(1, 70))
    assert {result.status for result in rest} == {201}
    [again] = service.bulk([bridge["wire"] | {"id": f"{run}-7"}])
    assert (again.status, again.problem.type) == (409, "urn:wirematch:problem:article-exists")
    [copy] = service.bulk([bridge["wire"] | {"body": f"{run} 7 {bridge['wire']['body']}"}], unless_duplicate=True)
    assert (copy.status, copy.decision) == (200, Decision.DUPLICATE)


def test_what_the_service_refuses_names_the_place(service):
    with pytest.raises(InvalidRequestError) as raised:
        service.check({"body": " "})

    assert (raised.value.status, raised.value.kind) == (422, "invalid-request")
    assert raised.value.problem.errors[0].place == "body.body"
    with pytest.raises(ValidationError, match="text"):
        service.check({"text": "no such field"})


def test_full_is_tried_again_for_what_says_when(connect, stub: StubServer, bridge):
    full = says(503, PROBLEM, Retry_After="0", Content_Type="application/problem+json")
    done = says(201, {"id": "a", "stored": True, "version": 1, "report": None})
    stub.answers = [full, full, done]

    assert connect(stub.url, retry=QUICK).add(bridge["wire"]).id == "a"
    stub.answers = [full]
    with pytest.raises(UnavailableError, match="Full house") as raised:
        connect(stub.url, retry=QUICK).add(bridge["wire"])
    assert raised.value.retry_after == 0.0
    assert len(stub.requests) == 6


def test_nothing_is_stored_twice_by_trying_again(connect, stub: StubServer, bridge):
    stub.answers = [breaks_off]
    client = connect(stub.url, retry=QUICK)

    with pytest.raises(ConnectionFailedError):
        next(client.bulk([bridge["wire"]]))
    assert len(stub.requests) == 1
    with pytest.raises(ConnectionFailedError):
        client.put("a", bridge["wire"])
    assert len(stub.requests) == 4


def test_an_article_is_sent_again_under_one_key(connect, stub: StubServer, bridge):
    working = says(409, {"type": "urn:wirematch:problem:request-in-flight", "status": 409}, Retry_After="0")
    stub.answers = [breaks_off, working, says(201, {"id": "a", "stored": True, "version": 1, "report": None})]
    client = connect(stub.url, retry=QUICK)

    assert client.add(bridge["wire"]).id == "a"
    assert len(set(stub.keys)) == 1
    client.add(bridge["wire"])
    client.add(bridge["wire"], key="mine")
    assert len(set(stub.keys)) == 3
    assert stub.keys[-1] == '"mine"'


def test_what_is_added_again_under_a_key_is_there_once(service, named):
    article, key = {"body": f"{named['wire']['id']} {named['wire']['body']}"}, uuid.uuid4().hex
    first, again = (service.add(article, key=key) for _ in range(2))

    assert again == first


def test_a_group_is_told(service, named):
    body = " ".join(f"otter{uuid.uuid4().hex[:8]}" for _ in range(60))  # a unique text
    ids = [f"{named['wire']['id']}-{number}" for number in range(3)]
    for article_id in ids:
        service.add({"id": article_id, "body": body}, report=True)
    page = service.cluster(ids[1])

    assert (page.original_id, page.total, [member.id for member in page.members]) == (ids[0], 3, ids)
    assert page.members[1].relation == "copy"
    with pytest.raises(NotFoundError):
        service.cluster("nobody")


def test_an_event_is_told(service, named):
    body = " ".join(f"heron{uuid.uuid4().hex[:8]}" for _ in range(60))
    ids = [f"{named['wire']['id']}-event-{number}" for number in range(3)]
    for article_id in ids:
        service.add({"id": article_id, "body": body})
    page = service.event(ids[0], offset=1, limit=1)

    assert (page.total, page.relations) == (3, {"copy": 2})
    assert [(one.id, one.relation) for one in page.articles] == [(ids[1], "copy")]
    with pytest.raises(NotFoundError):
        service.event("nobody")


def test_a_deletion_that_was_done_before_the_connection_broke_is_done(connect, stub: StubServer):
    gone = says(404, {"type": "urn:wirematch:problem:article-not-found", "status": 404})
    stub.answers = [breaks_off, gone]

    connect(stub.url, retry=QUICK).delete("a")
    with pytest.raises(NotFoundError):
        connect(stub.url, retry=QUICK).delete("a")


def test_whoever_is_not_wirematch_is_told_apart(connect, stub: StubServer):
    stub.answers = [says(200, {"hello": "world"})]
    client = connect(stub.url)

    with pytest.raises(UnexpectedAnswerError, match="did not answer with a StoredArticle"):
        client.get("a")
    with pytest.raises(UnexpectedAnswerError, match=r"did not answer with results|lines"):
        list(client.bulk([{"body": "text"}]))
    stub.answers = [says(404, {"hello": "world"})]
    with pytest.raises(NotFoundError, match="Not Found"):
        client.get("a")
    stub.answers = [says(500, "oops")]
    with pytest.raises(ProblemError):
        client.get("a")


def test_why_a_service_is_not_ready_is_told(connect, stub: StubServer):
    stub.answers = [says(503, PROBLEM)]
    client = connect(stub.url)

    with pytest.raises(UnavailableError, match="Full house"):
        client.ensure_ready()
    assert not client.ready()


def test_waiting_ends(connect, stub: StubServer):
    over = threading.Event()
    stub.answers = [lambda _: over.wait(PATIENCE_SECONDS)]
    client = connect(stub.url, timeout=0.1, retry=Retry(attempts=1))

    with pytest.raises(ConnectionFailedError, match=r"Timeout|timed out|takes too long"):
        client.get("a")
    assert not client.ready()
    over.set()


def test_nobody_there_is_an_error_after_a_few_attempts(connect, stub: StubServer):
    stub.close()

    with pytest.raises(ConnectionFailedError):
        connect(stub.url, retry=QUICK).add({"body": "text"})
    with pytest.raises(ConnectionFailedError):
        connect("nonsense", retry=QUICK).get("a")


def test_the_client_loads_nothing_of_the_server():
    code = (
        "import sys, wirematch_client; heavy = {'wirematch', 'fastapi', 'numpy', 'redis', 'lxml', 'rich', 'typer'}; "
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
