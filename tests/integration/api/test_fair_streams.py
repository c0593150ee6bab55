"""Streams share a service: normal articles do not wait until a load of long texts is done."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np

from bench.data.synthetic import Newsroom
from support.bulk_stream import BulkStream, as_lines, post_lines
from support.waiting import POLL_SECONDS, wait_for

LONG_TEXTS, AHEAD, STORIES, NORMAL_TEXTS = 96, 64, 4, 96
MOST_LONG_TEXTS = 2_000
"""In a stream, if normal articles wait for all of them."""


def long_texts(newsroom: Newsroom, stream: int) -> Iterator[bytes]:
    """Articles of 12 kB, many of them on one event, as decisions about these take longest."""
    articles = [" ".join(one.article.body for one in newsroom.make(10 * story, 5)) for story in range(STORIES)]
    for number in range(MOST_LONG_TEXTS):
        draw = np.random.default_rng([stream, number])
        sentences = articles[number % STORIES].split(". ")
        kept = [one for one in sentences if draw.random() < 0.85]
        words = [one if draw.random() < 0.75 else f"{one}{draw.integers(9)}" for one in ". ".join(kept).split()]
        yield from as_lines([{"id": f"long-{stream}-{number}", "body": " ".join(words)}])


def test_normal_articles_are_decided_while_a_load_of_long_texts_goes_on(serve):
    service, newsroom = serve(), Newsroom(7)
    ended: list[str] = []
    answered = [0, 0]
    done = threading.Event()
    """The normal articles are decided."""

    def lines(stream: int) -> Iterator[bytes]:
        for number, line in enumerate(long_texts(Newsroom(7), stream)):
            while number >= LONG_TEXTS and number - answered[stream] >= AHEAD and not done.is_set():
                done.wait(POLL_SECONDS)
            if number >= LONG_TEXTS and done.is_set():
                return
            yield line

    def load(stream: int) -> None:
        for result in BulkStream(service, lines(stream)).results():
            answered[stream] += "summary" not in result
        ended.append("long")

    normal = [{"id": one.article.id, "body": one.article.body} for one in newsroom.make(1_000, NORMAL_TEXTS)]
    loads = [threading.Thread(target=load, args=(stream,), daemon=True) for stream in range(2)]
    for one in loads:
        one.start()
    wait_for(lambda: min(answered) > 0, "the first answers")
    _, summary = post_lines(service, as_lines(normal))
    ended.append("normal")
    done.set()
    for one in loads:
        one.join()  # every line of theirs is waited for with patience

    assert summary["stored"] == NORMAL_TEXTS
    assert min(answered) >= LONG_TEXTS
    assert ended == ["normal", "long", "long"]
