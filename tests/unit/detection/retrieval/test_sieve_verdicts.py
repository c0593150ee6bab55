"""A batch's candidates are judged by one kernel call exactly as for each submission on its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.detection.policy import CLOSER, USUAL
from wirematch.detection.retrieval.excerpting import ExcerptSearch, holding_excerpts, holding_excerpts_in_python
from wirematch.detection.retrieval.sieve_verdicts import Ranked, verdicts_by_sketches, verdicts_by_sketches_in_python
from wirematch.detection.submission import Submission
from wirematch.fingerprint.anchors import Holders, anchors_of
from wirematch.fingerprint.minhash import Fingerprint, FingerprintScheme
from wirematch.fingerprint.ranking import Ranking
from wirematch.fingerprint.sketch import sketch_of
from wirematch.index.protocol import Lookup
from wirematch.models import Article

SIZES = 0, 2, 9, 60, 161, 400, 1_400
seeds = st.integers(0, 2**32 - 1)


def drawn(generator: np.random.Generator, near: np.ndarray | None = None) -> np.ndarray:
    """Draw distinct shingles in text order, some of them from another text, adjacent or scattered."""
    size = int(generator.choice(SIZES))
    own = generator.choice(1 << 32, size, replace=False).astype(np.uint32)
    if near is None or not len(near):
        return own
    first = int(generator.integers(len(near)))
    taken = near[first : first + int(generator.integers(60))]
    return np.array(
        list(dict.fromkeys([*own[: size // 2].tolist(), *taken.tolist(), *own[size // 2 :].tolist()])), np.uint32
    )


def batch(seed: int) -> tuple[list[Ranked], list[ExcerptSearch], dict[int, bytes]]:
    """Submissions, their excerpt candidates, and the sketches known, some of them damaged."""
    generator = np.random.default_rng(seed)
    texts = [drawn(generator) for _ in range(int(generator.integers(1, 4)))]
    stories = [drawn(generator, texts[int(generator.integers(len(texts)))]) for _ in range(12)]
    sketches = {
        number: sketch_of(np.sort(one)) or b"" for number, one in enumerate(stories) if generator.random() < 0.8
    }
    for number, sketch in sketches.items():
        if generator.random() < 0.1:
            broken = bytearray(sketch)
            broken[int(generator.integers(len(broken)))] ^= 0xFF
            sketches[number] = bytes(broken)
    ranked, searches = [], []
    for text in texts:
        numbers = generator.permutation(12)[: int(generator.integers(13))].astype(np.uint64)
        scores = -np.arange(len(numbers), dtype=np.float64)
        fingerprint = Fingerprint(None, np.sort(text), len(text), known=True, in_order=text)
        submission = Submission(Article(body="Rain fell."), fingerprint)
        ranking = Ranking(numbers, scores)
        closeness = USUAL if generator.random() < 0.5 else CLOSER
        ranked.append(Ranked(submission, Lookup(ranking, 12), ranking, closeness))
        near = generator.permutation(12).astype(np.uint64)
        holders = Holders.of(near, -np.arange(12, dtype=np.float64), np.zeros(12, np.intp))
        searches.append(ExcerptSearch(anchors_of(text, FingerprintScheme()), holders))
    return ranked, searches, sketches


@given(seeds)
def test_candidates_are_told_as_one_by_one(seed):
    ranked, _, sketches = batch(seed)
    told = verdicts_by_sketches(ranked, sketches)

    assert told == [verdicts_by_sketches_in_python(one, sketches) for one in ranked]
    assert [list(one) for one in told] == [one.ranking.numbers.tolist() for one in ranked]
    assert not any(any(one.values()) for one in verdicts_by_sketches(ranked, {}))


@given(seeds)
def test_excerpts_are_sought_as_one_by_one(seed):
    _, searches, sketches = batch(seed)
    taken = [{number for number in range(12) if (number + place) % 5 == 0} for place in range(len(searches))]
    held = holding_excerpts(searches, taken, sketches)

    for search, mine, found in zip(searches, taken, held, strict=True):
        numbers = [number for number in search.holders.numbers.tolist() if number not in mine]
        assert found == holding_excerpts_in_python(search, numbers, sketches)
        assert [number for number in numbers if number not in sketches] == [one for one in found if one not in sketches]


def test_what_is_no_sketch_is_an_error():
    ranked, searches, _ = batch(3)
    nonsense = dict.fromkeys(range(12), b"123")
    assert any(len(one.ranking.numbers) for one in ranked)

    with pytest.raises(ValueError, match="no sketch"):
        verdicts_by_sketches(ranked, nonsense)
    with pytest.raises(ValueError, match="no sketch"):
        holding_excerpts(searches, [set() for _ in searches], nonsense)
