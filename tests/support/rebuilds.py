"""What tests of rebuilds store and look up."""

from __future__ import annotations

from collections.abc import Callable

from support.backends import article, sign_article, signature


def text(number: int, version: int = 0) -> str:
    return " ".join(f"barge{number}x{word}x{version * (word > 8)}" for word in range(12))


async def fill(index, count: int) -> None:
    articles = [article(f"a{number}", text(number)) for number in range(count)]
    await index.create_many([(one, sign_article(one)) for one in articles])


async def found(index, body: str) -> list[str]:
    ranking = (await index.lookup(signature(body))).ranking
    return [record.article.id for record in await index.fetch(ranking, 10)]


def tags(keys: Callable[[], set[str]]) -> set[str]:
    """Return the generations that have keys."""
    return {key.split(".")[0] for key in keys()}
