"""RowDecider with an index that fails for certain articles, as no real index does on request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from wirematch.detection.storing.adding import AddResult
from wirematch.errors import IndexUnavailableError, UnaddressableIdError
from wirematch.models import Article, Decision
from wirematch.pipelines.dedupe.checkpoint import RowIds
from wirematch.pipelines.dedupe.decider import DetectorDecider, IdTaken, RowDecision, RowRefused
from wirematch.pipelines.dedupe.row_decider import RowDecider
from wirematch.pipelines.dedupe.service_decider import ServiceDecider
from wirematch.pipelines.input_rows import InputRow
from wirematch_client import BulkResult, NotFoundError
from wirematch_client.models import Problem


class FailingIndex:
    """A Decider that fails half-way on a body of 'poison', and like an unavailable index on 'away'."""

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}

    async def decide(self, articles: Sequence[Article]) -> list[RowDecision | RowRefused | IdTaken]:
        results: list[RowDecision | RowRefused | IdTaken] = []
        for article in articles:
            assert article.id is not None
            if article.id in self.articles:
                results.append(IdTaken())
                continue
            self.articles[article.id] = article
            if article.body == "poison":
                raise ZeroDivisionError("by zero\nwith details")
            if article.body == "away":
                raise IndexUnavailableError("away")
            results.append(RowDecision(article.id, Decision.NEW, None))
        return results

    async def stored(self, article_id: str) -> Article | None:
        return self.articles.get(article_id)

    async def remove(self, article_id: str, is_it: Callable[[Article], bool]) -> None:
        if article_id in self.articles and is_it(self.articles[article_id]):
            del self.articles[article_id]


@pytest.fixture
def ids(tmp_path: Path) -> RowIds:
    return RowIds(tmp_path)


def rows(*bodies: str) -> list[InputRow]:
    return [InputRow(n, "", b"", Article(id=f"a{n}", body=body)) for n, body in enumerate(bodies)]


@pytest.mark.anyio
async def test_a_row_that_cannot_be_decided_does_not_stop_the_others():
    index = FailingIndex()
    results = await RowDecider(index, "run", None).decide(rows("x", "poison", "y", "z", "poison"))

    assert [one.decision.value for one in results if isinstance(one, RowDecision)] == [
        "new", "undecided", "new", "new", "undecided",
    ]  # fmt: skip
    assert [one.failure for one in results if isinstance(one, RowDecision)][1] == "ZeroDivisionError: by zero"
    assert sorted(index.articles) == ["a0", "a2", "a3"]


class RefusingDetector:
    """Takes every article but those with an id that no address can have, as an index does."""

    async def add_many(self, articles: Sequence[Article], **_: Any) -> list[AddResult | UnaddressableIdError]:
        return [
            UnaddressableIdError("..") if article.id == ".." else AddResult(article.id or "", 1, decision=Decision.NEW)
            for article in articles
        ]


@pytest.mark.anyio
async def test_an_article_that_the_index_refuses_does_not_stop_the_others():
    decider = DetectorDecider(cast("Any", RefusingDetector()), unless_duplicate=True, explain=False)
    refused, kept = await decider.decide([Article(id="..", body="Rain."), Article(id="a", body="Rain.")])

    assert isinstance(refused, RowRefused)
    assert "cannot have the id '..'" in refused.reason
    assert isinstance(kept, RowDecision)


@pytest.mark.anyio
async def test_an_index_that_is_away_ends_the_run():
    with pytest.raises(IndexUnavailableError):
        await RowDecider(FailingIndex(), "run", None).decide(rows("x", "away"))


@pytest.mark.anyio
async def test_what_an_earlier_process_of_the_run_stored_is_decided_again(ids):
    index = FailingIndex()
    await RowDecider(index, "run", ids).decide(rows("x", "y"))
    again = await RowDecider(index, "run", ids).decide(rows("x", "y"))
    other = await RowDecider(index, "another", ids).decide(rows("x", "z"))

    assert [one.decision for one in again if isinstance(one, RowDecision)] == [Decision.NEW, Decision.NEW]
    assert [(one.decision, one.id) for one in other if isinstance(one, RowDecision)] == [
        (Decision.DUPLICATE, "a0"),
        (Decision.NEW, "wirematch:another:1"),
    ]


@pytest.mark.anyio
async def test_only_what_the_run_stored_is_forgotten(ids):
    index = FailingIndex()
    await RowDecider(index, "before", ids).decide(rows("x"))
    decider = RowDecider(index, "run", ids)
    await decider.decide(rows("different", "y"))
    assert sorted(index.articles) == ["a0", "a1", "wirematch:run:0"]
    await decider.forget(rows("different", "y"))
    assert sorted(index.articles) == ["a0"]


class FailingClient:
    """A client of a service that stores everything and then fails for the whole batch, if it contains poison."""

    url = "http://service.example"

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}

    async def bulk(self, articles: Sequence[dict[str, Any]], *, unless_duplicate: bool) -> AsyncIterator[BulkResult]:
        failing = any(article["body"] == "poison" for article in articles)
        for place, article in enumerate(articles):
            name = article["id"]
            taken = self.articles.setdefault(name, Article.model_validate(article)) != Article.model_validate(article)
            status = 409 if taken else 500 if failing else 201
            problem = Problem(type="x", title="x", status=status, detail="It failed.") if status != 201 else None
            decision = "new" if status == 201 else None
            yield BulkResult(index=place, id=name, status=status, decision=decision, problem=problem)

    async def get(self, article_id: str) -> Article:
        if article_id not in self.articles:
            raise NotFoundError(Problem(type="x", title="x", status=404, detail="x"))
        return self.articles[article_id]

    async def delete(self, article_id: str) -> None:
        del self.articles[article_id]


@pytest.mark.anyio
async def test_a_row_with_which_the_service_fails_does_not_stop_the_others(ids):
    client = FailingClient()
    decider = RowDecider(ServiceDecider(client, unless_duplicate=True), "run", ids)
    results = await decider.decide(rows("x", "y", "poison", "z"))

    assert [one.decision.value for one in results if isinstance(one, RowDecision)] == [
        "new",
        "new",
        "undecided",
        "new",
    ]
    assert [one.failure for one in results if isinstance(one, RowDecision)][2] == "ServiceFailedError: It failed."
    assert sorted(client.articles) == ["a0", "a1", "a3"]
