"""Pairs for readers: chosen by their rule, whatever the folder contains; and how readers' labels are combined."""

from __future__ import annotations

import json
import lzma
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.accuracy.baselines import trigrams
from bench.data.corpus import Judged
from bench.fresh.choosing import CONTAINMENT, NEARLY_EQUAL, PAIRS_AN_EVENT, choose
from bench.fresh.labels import TwiceRead
from wirematch.models import Derivation

EVENTS, STORIES, WORDS = 4, 12, 120
NOT, PART, WHOLE = Derivation.NOT, Derivation.PARTIALLY, Derivation.WHOLLY


def contained(first: str, second: str) -> float:
    mine, other = trigrams(first), trigrams(second)
    return len(mine & other) / min(len(mine), len(other))


def told(event: int, number: int) -> str:
    """A report that takes the first of an event's words from a common text, more or less of them."""
    draw = random.Random(f"{event} {number}")
    common = [f"event{event}word{place}" for place in range(WORDS)]
    return " ".join([*common[: 10 + 6 * number], *(f"own{draw.randrange(10**6)}" for _ in range(WORDS - 6 * number))])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stories = {f"{event}-{number}": told(event, number) for event in range(EVENTS) for number in range(STORIES)}
    read = {name: stories.pop(name) for name in list(stories) if name.endswith(("-3", "-9"))}
    stories |= {
        "copy-of-one-read": read["1-9"] + " and a few words more",
        "short": "a line of seven words that is short",
    }
    rows = [judged_row(event, read) for event in range(EVENTS)]
    (tmp_path / "judged.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with lzma.open(tmp_path / "neighbours.jsonl.xz", "wt") as lines:
        lines.writelines(json.dumps({"id": key, "text": text}) + "\n" for key, text in stories.items())
    return tmp_path


def judged_row(event: int, read: dict[str, str]) -> dict[str, Any]:
    sides = {
        side: {"id": f"{event}-{number}", "text": read[f"{event}-{number}"]} for side, number in (("a", 3), ("b", 9))
    }
    return {"derivation": "partially_derived", "confidence": 3, **sides}


def test_pairs_are_chosen_by_the_rule(folder: Path) -> None:
    chosen, texts = choose(folder, seed=1, count=20)

    articles = [article_id for pair in chosen for article_id in (pair.first, pair.second)]
    assert len(chosen) == EVENTS * PAIRS_AN_EVENT  # no more are allowed
    assert len(set(articles)) == len(articles)
    assert not {"copy-of-one-read", "short"} & set(texts)
    assert set(Counter(pair.event for pair in chosen).values()) == {PAIRS_AN_EVENT}
    for pair in chosen:
        assert CONTAINMENT[0] <= contained(texts[pair.first], texts[pair.second]) < CONTAINMENT[1]
        assert pair.first.split("-")[0] == pair.second.split("-")[0] == pair.event.split("-")[0]
        others = [texts[other] for other in articles if other not in (pair.first, pair.second)]
        assert max(contained(texts[pair.first], other) for other in others) < NEARLY_EQUAL
    assert choose(folder, seed=1, count=20)[0] == chosen
    assert choose(folder, seed=2, count=20)[0] != chosen


def test_a_later_set_has_no_article_of_an_earlier_one(folder: Path) -> None:
    chosen, texts = choose(folder, seed=1, count=4)
    earlier = [Judged(texts[one.first], texts[one.second], NOT, 3, 0, one.first, one.second) for one in chosen]
    later, left = choose(folder, seed=1, count=4, earlier=earlier)

    read = {article_id for one in chosen for article_id in (one.first, one.second)}
    assert later
    assert not read & set(left)
    assert not read & {article_id for one in later for article_id in (one.first, one.second)}


def test_agreement_counts_labels_and_what_is_beyond_chance() -> None:
    from bench.fresh.scores import agreement  # noqa: PLC0415 - it imports scikit-learn, in each process that collects

    labels = [(WHOLE, WHOLE, 3), (PART, WHOLE, 1), (NOT, NOT, 3), (NOT, PART, 1)]
    twice = [TwiceRead(Judged("", "", mine, confidence, 0), other) for mine, other, confidence in labels]

    found = agreement(twice)

    assert found["three labels"] == {"equal": 2, "kappa": 0.273}
    assert found["derived or not"] == {"equal": 3, "kappa": 0.5}
    assert found["subsets"] == {"all": 4, "firm": 2, "sure": 2}
    assert found["labels"]["partially_derived"] == {"first reader": 1, "second reader": 1}
