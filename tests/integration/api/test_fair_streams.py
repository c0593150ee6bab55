"""Streams share a service: normal articles do not wait until a load of long texts is done."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np

from bench.data.synthetic import Newsroom
from support.bulk_stream import BulkStream, as_lines, post_lines
from support.waiting import wait_for

LONG_TEXTS, STORIES, NORMAL_TEXTS = 96, 4, 96


def long_texts(newsroom: Newsroom, stream: int) -> Iterator[bytes]:
    """Articles of 12 kB, many of them on one event, as decisions about these take longest."""
    articles = [" ".join(one.article.body for one in newsroom.make(10 * story, 5)) for story in range(STORIES)]
    for number in range(LONG_TEXTS):
        draw = np.random.default_rng([stream, number])
        sentences = articles[number % STORIES].split(". ")
        kept = [one for one in sentences if draw.random() < 0.85]
        words = [one if draw.random() < 0.75 else f"{one}{draw.integers(9)}" for one in ". ".join(kept).split()]
        yield from as_lines([{"id": f"long-{stream}-{number}", "body": " ".join(words)}])


def test_normal_articles_are_decided_while_a_load_of_long_texts_goes_on(serve):
    service, newsroom = serve(), Newsroom(7)
    ended: list[str] = []
    answered = [0, 0]

    def load(stream: int) -> None:
        for result in BulkStream(service, lines[stream]).results():
            answered[stream] += "summary" not in result
        ended.append("long")

    lines = [list(long_texts(newsroom, stream)) for stream in range(2)]
    normal = [{"id": one.article.id, "body": one.article.body} for one in newsroom.make(1_000, NORMAL_TEXTS)]
    loads = [threading.Thread(target=load, args=(stream,), daemon=True) for stream in range(2)]
    for one in loads:
        one.start()
    wait_for(lambda: min(answered) > 0, "the first answers")
    _, summary = post_lines(service, as_lines(normal))
    ended.append("normal")
    for one in loads:
        one.join()  # every line of theirs is waited for with patience

    assert summary["stored"] == NORMAL_TEXTS
    assert answered == [LONG_TEXTS] * 2
    assert ended == ["normal", "long", "long"]
