"""Comparing and aligning sentences by the compiled kernels equals the Python path, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from support.texts import texts
from wirematch.kernels.pairs import alignment as compiled_alignment
from wirematch.kernels.pairs import sentences as compiled
from wirematch.matching.pairs import alignment
from wirematch.matching.pairs.alignment_in_python import align_in_python
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.pairs.passages import Alignment
from wirematch.matching.pairs.sentences import SentenceOverlap, overlap_sentences, overlap_sentences_in_python
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import Profile
from wirematch.text.frequencies import english_story_counts
from wirematch.text.prepare import prepare

pytestmark = needs_kernels

RARITY = Rarity(1_000, {"known": 500, "barg": 37, "bridg": 900, "harbour": 3})

SENTENCES = (
    "The barge drifted into the harbour bridge before dawn on Tuesday and killed four people.",
    "Four people were killed before dawn when a barge hit the bridge in the harbour, divers said.",
    "“Nobody on the bridge stood a chance,” the harbour master said.",
    "The known pier is closed.", "Share on Facebook", "PORT MARLOWE (Norwind) - Divers searched.", "It is.",
    "Storm", "the port authority said that it would be for weeks and that the ferry had been stopped",
    "Rain fell.", "A storm parted the mooring lines of the barge that carried gravel.", "",
)  # fmt: skip
WORDS = "barge bridge harbour the of storm pier divers said. dawn.\n\n “four killed” known it in".split(" ")
stories = st.one_of(
    st.lists(st.sampled_from(SENTENCES), max_size=12).map(" ".join),
    st.lists(st.sampled_from(SENTENCES), max_size=12).map("\n\n".join),
    st.lists(st.sampled_from(WORDS), max_size=80).map(" ".join),
    texts,
)


def profiled(body: str) -> Profile:
    return profile(prepare(body), RARITY)


def as_lists(found: Alignment) -> tuple[list[object], list[object]]:
    return found.passages, found.runs


def assert_same_overlap(found: SentenceOverlap, expected: SentenceOverlap) -> None:
    for name in ("in_story", "in_submission"):
        one, other = getattr(found, name), getattr(expected, name)
        assert one.dtype == other.dtype == np.float32
        assert one.shape == other.shape
        assert one.tolist() == other.tolist()


def assert_same_alignment(found: Alignment, expected: Alignment) -> None:
    assert as_lists(found) == as_lists(expected)
    assert found.how_much == expected.how_much
    assert found.similarities.tolist() == [passage.similarity for passage in expected.passages]


def assert_alike(mine: Profile, theirs: Profile) -> None:
    expected = overlap_sentences_in_python(mine, theirs)
    assert compiled.overlap_sentences(mine.side, theirs.side) is not None
    found = overlap_sentences(mine, theirs)
    assert_same_overlap(found, expected)
    assert_same_overlap(found.swapped(), expected.swapped())
    expected_turned = overlap_sentences_in_python(theirs, mine).swapped()
    runs = Pair(mine, theirs).runs
    aligned = alignment.align_compiled(mine, theirs, found, runs)
    assert as_lists(aligned) == as_lists(align_in_python(mine, theirs, expected, runs))
    assert_same_alignment(Pair(mine, theirs).alignment, aligned)
    assert_same_alignment(Pair(theirs, mine).turned.alignment, align_in_python(mine, theirs, expected_turned, runs))
    back = Pair(theirs, mine).runs
    aligned = alignment.align_compiled(theirs, mine, found.swapped(), back)
    assert as_lists(aligned) == as_lists(align_in_python(theirs, mine, expected.swapped(), back))


@given(stories, stories)
def test_any_two_texts(mine, theirs):
    assert_alike(profiled(mine), profiled(theirs))


def assert_all_alike(bodies: list[str]) -> None:
    rarity = Rarity(*english_story_counts())
    profiles = [profile(prepare(body), rarity) for body in bodies]
    for mine in profiles:
        for theirs in profiles:
            assert_alike(mine, theirs)


def test_stories_their_rewrites_and_others(request):
    sample = request.getfixturevalue("stories")
    assert_all_alike([story[kind]["body"] for story in sample.values() for kind in ("wire", "rewrite")])


def test_stories_in_any_language_beside_an_english_one(bridge, foreign):
    assert_all_alike([bridge["wire"]["body"], bridge["rewrite"]["body"], *foreign.values()])


@pytest.mark.parametrize(
    "body",
    ["barge " * 20_000, "The barge sank. " * 3_000, "\n\n".join(f"Word{number} sank." for number in range(4_000))],
    ids=["one sentence", "one sentence again and again", "as many sentences as words"],
)
def test_long_rows(body, bridge):
    long = profiled(body)
    assert_alike(long, profiled(bridge["wire"]["body"]))
    assert_alike(long, long)


@pytest.mark.parametrize("runs", [[(0, 0, 99)], [(0, 99, 2)], [(3, 0, 2), (0, 0, 2)], [(0, 0, 0)], [(0, -1, 2)]])
def test_runs_that_are_not_of_the_texts_are_left_to_python(runs):
    mine = profiled("The barge drifted into the harbour bridge.")
    overlap = overlap_sentences(mine, mine)
    given_runs = np.array(runs, np.int32)

    found = compiled_alignment.align(
        mine.side, mine.side, overlap.in_story, given_runs, alignment.RULES, weights_of_story=False
    )
    assert found is None


def test_an_overlap_of_other_texts_is_an_error():
    mine, theirs = profiled(" ".join(SENTENCES)), profiled(SENTENCES[0])
    overlap = overlap_sentences(mine, theirs)
    with pytest.raises(ValueError, match="overlap of other texts"):
        compiled_alignment.align(
            mine.side, mine.side, overlap.in_story, np.empty((0, 3), np.int32), alignment.RULES, weights_of_story=False
        )
