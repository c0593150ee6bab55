"""A desk before an index that fails with certain articles; that is the one thing that no real index does on purpose."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from wirematch.errors import IndexUnavailableError
from wirematch.models import Article, Decision
from wirematch.pipelines.dedupe.decider import IdTaken, RowDecider, RowDecision, RowRefused
from wirematch.pipelines.dedupe.service_decider import ServiceDecider
from wirematch.pipelines.input_rows import InputRow
from wirematch_client import BulkResult, NotFoundError
from wirematch_client.models import Problem


class Shelf:
    """Stores articles; 'poison' makes it fail half-way, 'away' is an index that does not answer."""

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}

    async def decide(self, articles: Sequence[Article]) -> list[RowDecision | RowRefused | IdTaken]:
        outcomes: list[RowDecision | RowRefused | IdTaken] = []
        for article in articles:
            assert article.id is not None
            if article.id in self.articles:
                outcomes.append(IdTaken())
                continue
            self.articles[article.id] = article
            if article.body == "poison":
                raise ZeroDivisionError("by zero\nwith details")
            if article.body == "away":
                raise IndexUnavailableError("away")
            outcomes.append(RowDecision(article.id, Decision.NEW, None))
        return outcomes

    async def stored(self, article_id: str) -> Article | None:
        return self.articles.get(article_id)

    async def remove(self, article_id: str) -> None:
        self.articles.pop(article_id, None)


def records(*bodies: str) -> list[InputRow]:
    return [InputRow(n, "", b"", Article(id=f"a{n}", body=body)) for n, body in enumerate(bodies)]


@pytest.mark.anyio
async def test_a_record_that_cannot_be_decided_does_not_stop_the_others():
    shelf = Shelf()
    outcomes = await RowDecider(shelf, "run", alone=True).decide(records("x", "poison", "y", "z", "poison"))

    assert [one.decision.value for one in outcomes if isinstance(one, RowDecision)] == [
        "new", "undecided", "new", "new", "undecided",
    ]  # fmt: skip
    assert [one.trouble for one in outcomes if isinstance(one, RowDecision)][1] == "ZeroDivisionError: by zero"
    assert sorted(shelf.articles) == ["a0", "a2", "a3"]


@pytest.mark.anyio
async def test_an_index_that_is_away_ends_the_run():
    with pytest.raises(IndexUnavailableError):
        await RowDecider(Shelf(), "run", alone=True).decide(records("x", "away"))


@pytest.mark.anyio
async def test_what_an_earlier_process_of_the_run_stored_is_decided_again():
    shelf = Shelf()
    await RowDecider(shelf, "run", alone=False).decide(records("x", "y"))
    again = await RowDecider(shelf, "run", alone=False).decide(records("x", "y"))
    other = await RowDecider(shelf, "another", alone=False).decide(records("x", "z"))

    assert [one.decision for one in again if isinstance(one, RowDecision)] == [Decision.NEW, Decision.NEW]
    assert [(one.decision, one.id) for one in other if isinstance(one, RowDecision)] == [
        (Decision.DUPLICATE, "a0"),
        (Decision.NEW, "wirematch:another:1"),
    ]


@pytest.mark.anyio
async def test_only_what_the_run_stored_is_forgotten():
    shelf = Shelf()
    await RowDecider(shelf, "before", alone=False).decide(records("x"))
    desk = RowDecider(shelf, "run", alone=False)
    await desk.decide(records("different", "y"))
    assert sorted(shelf.articles) == ["a0", "a1", "wirematch:run:0"]
    await desk.forget(records("different", "y"))
    assert sorted(shelf.articles) == ["a0"]


class Counter:
    """A client of a service that stores what it is sent and then fails with all of it, if poison is among it."""

    url = "http://service.example"

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}

    async def bulk(self, articles: Sequence[dict[str, Any]], *, unless_duplicate: bool) -> AsyncIterator[BulkResult]:
        failing = any(article["body"] == "poison" for article in articles)
        for index, article in enumerate(articles):
            name = article["id"]
            taken = self.articles.setdefault(name, Article.model_validate(article)) != Article.model_validate(article)
            status = 409 if taken else 500 if failing else 201
            problem = Problem(type="x", title="x", status=status, detail="It failed.") if status != 201 else None
            decision = "new" if status == 201 else None
            yield BulkResult(index=index, id=name, status=status, decision=decision, problem=problem)

    async def get(self, article_id: str) -> Article:
        if article_id not in self.articles:
            raise NotFoundError(Problem(type="x", title="x", status=404, detail="x"))
        return self.articles[article_id]

    async def delete(self, article_id: str) -> None:
        del self.articles[article_id]


@pytest.mark.anyio
async def test_a_record_with_which_the_service_fails_does_not_stop_the_others():
    counter = Counter()
    desk = RowDecider(ServiceDecider(counter, unless_duplicate=True), "run", alone=False)
    outcomes = await desk.decide(records("x", "y", "poison", "z"))

    assert [one.decision.value for one in outcomes if isinstance(one, RowDecision)] == [
        "new",
        "new",
        "undecided",
        "new",
    ]
    assert [one.trouble for one in outcomes if isinstance(one, RowDecision)][2] == "ServiceFailedError: It failed."
    assert sorted(counter.articles) == ["a0", "a1", "a3"]
