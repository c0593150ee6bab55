"""Excerpts are found through the index, in articles of any length, whatever else the two articles contain."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from support.made_up import words
from wirematch.composition.components import open_detector
from wirematch.fingerprint.anchors import anchors_of
from wirematch.fingerprint.bottom import split_signature
from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_many
from wirematch.fingerprint.sampling import Sampling
from wirematch.models import Article, Decision

STORED = 600
VOCABULARY = 12_000
SMALL = "the of a in to and that for on with by from at as it was had been which after".split()
STORIES = 20
"""Number of stories from which an excerpt is taken."""


def made(draw: random.Random, vocabulary: list[str], size: int) -> list[str]:
    """Draw words as in news: two of five are function words, and the others are Zipf-distributed (Zipf 1949)."""
    return [
        draw.choice(SMALL) if draw.random() < 0.4 else vocabulary[int(len(vocabulary) * draw.random() ** 3)]
        for _ in range(size)
    ]


def printed(parts: list[str]) -> str:
    """Join the parts as sentences of 14 words."""
    return " ".join(" ".join(parts[at : at + 14]).capitalize() + "." for at in range(0, len(parts), 14))


@pytest.fixture(scope="module")
def vocabulary() -> list[str]:
    return words(random.Random(5), VOCABULARY)


@pytest.fixture(scope="module")
def stored(vocabulary) -> dict[str, list[str]]:
    draw = random.Random(6)
    return {f"story-{number}": made(draw, vocabulary, draw.randint(150, 500)) for number in range(STORED)}


def article(draw: random.Random, vocabulary: list[str], size: int, excerpt: list[str]) -> str:
    """Return an article of ``size`` words of its own, with the excerpt in a sentence somewhere."""
    rest = made(draw, vocabulary, size)
    at = draw.randrange(size)
    return f"{printed(rest[:at])}\n\n{' '.join(excerpt).capitalize()}.\n\n{printed(rest[at:])}"


@pytest.mark.anyio
@pytest.mark.parametrize("length", [25, 35, 60])
@pytest.mark.parametrize("size", [250, 4_900])
async def test_an_excerpt_is_reported_with_its_passage(redis_url, settings, vocabulary, stored, length, size):
    draw = random.Random(length * size)
    async with open_detector(redis_url, settings) as detector:
        await detector.add_many([Article(id=key, body=printed(parts)) for key, parts in stored.items()], decide=False)
        for key in draw.sample(sorted(stored), STORIES):
            start = draw.randrange(len(stored[key]) - length)
            excerpt = stored[key][start : start + length]
            body = article(draw, vocabulary, size, excerpt)
            report = await detector.check(Article(body=body))
            match = next(match for match in report.matches if match.id == key)
            assert report.decision is Decision.PARTIAL
            passage = max(match.passages, key=lambda one: one.submission.end - one.submission.start)
            assert " ".join(excerpt[2:-2]) in body[passage.submission.start : passage.submission.end].lower()


@pytest.mark.anyio
async def test_without_an_excerpt_limit_none_are_sought(redis_url, settings, vocabulary, stored):
    draw = random.Random(9)
    key = "story-7"
    body = article(draw, vocabulary, 4_900, stored[key][40:65])
    async with open_detector(redis_url, settings.model_copy(update={"excerpt_limit": 0})) as detector:
        await detector.add(Article(id=key, body=printed(stored[key])), report=False)
        await detector.add_many(
            [Article(id=other, body=printed(parts)) for other, parts in list(stored.items())[:5] if other != key]
        )
        report = await detector.check(Article(body=body))

    assert report.decision is Decision.NEW


@pytest.mark.anyio
async def test_a_stored_article_is_told_of_its_excerpts_too(redis_url, settings, vocabulary, stored):
    draw = random.Random(10)
    async with open_detector(redis_url, settings) as detector:
        await detector.add_many([Article(id=key, body=printed(parts)) for key, parts in stored.items()], decide=False)
        body = article(draw, vocabulary, 2_000, stored["story-3"][50:90])
        receipt = await detector.add(Article(id="long", body=body))

    assert receipt.report is not None
    assert receipt.report.decision is Decision.PARTIAL
    assert [match.id for match in receipt.report.matches] == ["story-3"]


def pairs_of(excerpt: list[str]) -> list[list[str]]:
    """Return neighbouring content words, of which shingles are made."""
    content = [word for word in excerpt if word not in SMALL]
    return [list(pair) for pair in pairwise(content)]


def leading(body: str, story: str, scheme: FingerprintScheme) -> list[int]:
    """Return the shingles of a text that lead to a story: each has a bucket in which the story is."""
    read, held = fingerprint_many([body, story], scheme)
    anchors = anchors_of(read.in_order, scheme)
    stored_under, _ = split_signature(held.signature, scheme.permutations, scheme.scheme)
    return anchors.shingles[anchors.places[np.isin(anchors.minima, stored_under)]].tolist()


@pytest.mark.anyio
async def test_an_excerpt_of_which_a_single_crowded_bucket_is_left_is_found(redis_url, settings, vocabulary, stored):
    draw, scheme = random.Random(11), FingerprintScheme(Sampling.RARE)
    others = [Article(id=key, body=printed(parts)) for key, parts in stored.items()]
    while True:
        story, start = made(draw, vocabulary, 300), draw.randrange(270)
        excerpt = story[start : start + 25]
        body = article(draw, vocabulary, 250, excerpt)
        led = leading(body, printed(story), scheme)
        if len(led) == 1 and len(pairs_of(excerpt)) >= 12:
            break
    [phrase] = [
        pair for pair in pairs_of(excerpt) if fingerprint_many([printed(pair)], scheme)[0].shingles[0] == led[0]
    ]
    crowd = [Article(id=f"crowd-{n}", body=printed(made(draw, vocabulary, 60) + phrase)) for n in range(15)]

    async with open_detector(redis_url, settings) as detector:
        await detector.add_many([*others, *crowd, Article(id="story", body=printed(story))], decide=False)
        report = await detector.check(Article(body=body))

    assert "story" in [match.id for match in report.matches]
