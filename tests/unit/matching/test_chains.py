"""A story that many outlets took must still be found in the next one: made-up stories, and real chains of versions."""

from __future__ import annotations

import json
import lzma
import random
from collections import defaultdict
from itertools import pairwise

import pytest

from support.comparing import side
from support.made_up import reworded, told, words
from support.required import DATA
from wirematch.matching.judge import judge
from wirematch.matching.resources import default_comparer

COUNTS = (0, 1, 10, 100)
CLAUSE, KEPT = 7, 0.75
CHAINS, LEAST_CHAINS = 60, 20


def rewritten(seed: int, story: list[str]) -> str:
    """Return the story as one outlet tells it: three of four clauses are kept, and its own paragraph follows."""
    draw = random.Random(seed)
    clauses = [story[start : start + CLAUSE] for start in range(0, len(story), CLAUSE)]
    told_anew = [clause if draw.random() < KEPT else words(draw, CLAUSE) for clause in clauses]
    return f"{told([word for clause in told_anew for word in clause])} {told(words(draw, 30))}"


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("order", range(3))
def test_the_next_rewrite_of_a_made_up_story_is_found_in_any_order(count, order):
    story = words(random.Random(1), 220)
    stored = [side(told(story), "story"), *(side(rewritten(seed, story), f"p{seed}") for seed in range(count))]
    random.Random(order).shuffle(stored)
    verdict = judge(default_comparer(), side(rewritten(999, story)), stored, include_related=False, limit=1_000)

    found = {entry.id for match in verdict.matches for entry in (match, *match.versions)}
    assert "story" in found


@pytest.mark.parametrize("count", COUNTS)
def test_pickups_and_copies_change_nothing_of_what_is_said(count):
    """They are not voices: the probability is the same with none or a hundred stored, in any order."""
    comparer, story = default_comparer(), words(random.Random(1), 220)
    first, second = side(rewritten(999, story)), side(told(story))
    others = [side(rewritten(seed, story)) for seed in range(count)] + [side(told(story))] * min(count, 3)
    strangers = [side(told(words(random.Random(seed), 200))) for seed in range(500, 505)]
    [alone] = comparer.score_pairs(first, [second], event=comparer.event(first, strangers))
    for order in range(3):
        around = [*others, *strangers][:30] if count < 30 else [*others[:25], *strangers]
        random.Random(order).shuffle(around)
        [score] = comparer.score_pairs(first, [second], event=comparer.event(first, around))

        assert score.probability == pytest.approx(alone.probability)


@pytest.mark.parametrize("kept", [0.3, 0.35, 0.4, 0.5, 0.6])
def test_a_decision_changes_at_most_twice_while_an_event_fills_up(kept):
    """What a few others also contain may be lost; many more that do not may bring it back. No further changes."""
    comparer, shared = default_comparer(), words(random.Random(2), 200)
    first = side(told(reworded(random.Random(3), shared, kept)))
    second = side(told(shared))
    witnesses = [side(told(reworded(random.Random(seed), shared, 0.15) + words(random.Random(seed), 60)))
                 for seed in range(10, 25)]  # fmt: skip
    strangers = [side(told(words(random.Random(seed), 200))) for seed in range(40, 55)]
    for order in range(3):
        arriving = [*witnesses, *strangers]
        random.Random(order).shuffle(arriving)
        called = [
            comparer.score_pairs(first, [second], event=comparer.event(first, arriving[:count]))[0].derived
            for count in range(len(arriving) + 1)
        ]
        assert sum(before != after for before, after in pairwise(called)) <= 2


@pytest.mark.data
def test_versions_of_a_real_story_are_found_whatever_else_of_the_chain_is_stored():
    """As many pairs of a chain are called derived with all its other versions stored as with none, in any order."""
    pairs = [json.loads(line) for line in (DATA / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    chains: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        if pair["family"].startswith("reuters_") and pair["label"] == "positive":
            chains[pair["source"]] |= {pair["new"], pair["source"]}
    long = sorted(source for source, members in chains.items() if len(members) >= 3)[:CHAINS]
    wanted = {member for source in long for member in chains[source]}
    with lzma.open(DATA / "articles.jsonl.xz", "rt") as lines:
        texts = {row["id"]: side(row["text"]) for row in map(json.loads, lines) if row["id"] in wanted}
    comparer = default_comparer()
    found: dict[bool, list[bool]] = {True: [], False: []}
    for place, source in enumerate(long):
        new, *others = sorted(chains[source] - {source})
        random.Random(place).shuffle(others)
        for stored in (False, True):
            event = comparer.event(texts[new], [texts[other] for other in others] if stored else [])
            found[stored].append(comparer.score_pairs(texts[new], [texts[source]], event=event)[0].derived)

    assert len(long) >= LEAST_CHAINS
    assert sum(found[True]) >= sum(found[False]) >= 0.8 * len(long)
