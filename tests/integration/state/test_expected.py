"""Articles with work left to do: when due, each is taken by one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from support.waiting import PATIENCE_SECONDS
from wirematch.errors import IndexUnavailableError
from wirematch.index.connections.connection import Store, connect
from wirematch.index.keys import Namespace
from wirematch.state.expected import Expected, ExpectedArticles

pytestmark = pytest.mark.anyio


@pytest.fixture
async def expected(backend, index_name) -> AsyncIterator[ExpectedArticles]:
    store = Store(connect(backend.url, PATIENCE_SECONDS), PATIENCE_SECONDS)
    yield ExpectedArticles(store, Namespace(index_name).untranslated)
    await store.close()


async def due_now(expected: ExpectedArticles, *names: str, **how: bool) -> Expected:
    return await expected.expect(names, 0, **how)


async def test_what_is_noted_is_left_alone_until_its_time_has_come(expected):
    await expected.expect(["later"])
    await due_now(expected, "a", "b")

    assert (await expected.take(10)).article_ids == ["a", "b"]
    assert (await expected.take(10)).article_ids == []  # the process that took them has a minute


async def test_what_is_forgotten_is_due_no_more(expected):
    noted = await due_now(expected, "a", "b")
    await expected.forget(noted, ["a"])

    assert (await expected.take(10)).article_ids == ["b"]


async def test_what_was_noted_anew_is_not_forgotten_by_whoever_noted_it_before(expected):
    first = await expected.expect(["a"])
    await expected.expect(["a"], 0)
    await expected.forget(first, ["a"])

    assert (await expected.take(10)).article_ids == ["a"]


async def test_of_two_that_note_an_article_neither_forgets_it(expected):
    first = await due_now(expected, "a")
    second = await due_now(expected, "a")
    await expected.forget(second, ["a"])
    await expected.forget(first, ["a"])

    assert (await expected.take(10)).article_ids == ["a"]


async def test_an_earlier_note_is_kept_that_is_of_the_very_same_time(expected):
    for attempt in range(10_000):
        name = f"a{attempt}"
        first, second = await asyncio.gather(due_now(expected, name), due_now(expected, name, keep_earlier=True))
        if first.due == second.due:
            break
    assert first.due == second.due
    await expected.forget(second, [name])

    assert name in (await expected.take(10_000)).article_ids


@pytest.mark.parametrize("keep_earlier", [True, False])
async def test_many_may_be_noted_and_forgotten_at_once(expected, keep_earlier):
    names = [f"a{number:05}" for number in range(2_500)]
    await due_now(expected, names[7])
    noted = await due_now(expected, *names, keep_earlier=keep_earlier)
    await expected.forget(noted, names[:2_400])

    assert (await expected.take(10_000)).article_ids == sorted([names[7], *names[2_400:]])


@pytest.mark.parametrize("keep_earlier", [True, False])
async def test_an_id_that_is_named_twice_is_not_forgotten(expected, keep_earlier):
    noted = await due_now(expected, "a", "b", "a", keep_earlier=keep_earlier)
    await expected.forget(noted, ["a", "b"])

    assert (await expected.take(10)).article_ids == ["a"]


async def test_an_earlier_note_can_be_kept(expected):
    await due_now(expected, "a")
    second = await expected.expect(["a", "b"], keep_earlier=True)
    await expected.forget(second, ["a", "b"])

    assert (await expected.take(10)).article_ids == ["a"]


async def test_more_than_one_script_could_take_at_once_are_noted(expected):
    names = [f"a{number}" for number in range(20_000)]
    noted = await expected.expect(names, 0)
    await expected.forget(noted, names[1:])

    assert (await expected.take(10)).article_ids == ["a0"]


async def test_no_articles_are_no_round_trip():
    nowhere = ExpectedArticles(Store(connect("redis://127.0.0.1:1", 0.2), 0.2), b"{main}:none")

    assert (await nowhere.expect([])).article_ids == []
    await nowhere.forget(Expected([], 0), [])
    with pytest.raises(IndexUnavailableError):
        await nowhere.take(1)
