from __future__ import annotations

import numpy as np
import pytest

from wirematch.matching.pairs.sentences import SentenceOverlap, overlap_sentences
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import MOST_SENTENCES
from wirematch.text.prepare import prepare

RARITY = Rarity(1_000, {"known": 500})
STORY = "Rain fell. The barge carried gravel. Its mooring lines parted in the storm. Nobody slept."


def overlap(submission: str, story: str = STORY) -> SentenceOverlap:
    return overlap_sentences(*(profile(prepare(text), RARITY) for text in (submission, story)))


def test_a_sentence_is_found_with_its_share_on_both_sides():
    shares = overlap("The barge carried gravel and coal.")

    assert shares.in_story.tolist() == [[0, pytest.approx(3 / 4), 0, 0]]
    assert shares.in_submission.tolist() == [[0, pytest.approx(1), 0, 0]]


def test_swapping_is_the_overlap_the_other_way_round():
    submission = "In the storm the mooring lines of the barge parted. The gravel sank."
    there, back = overlap(submission).swapped(), overlap(STORY, submission)

    for name in ("in_story", "in_submission", "my_weights", "their_weights"):
        assert np.allclose(getattr(there, name), getattr(back, name)), name
    assert np.allclose(there.held.mine, back.held.mine)
    assert np.allclose(there.held.theirs, back.held.theirs)


@pytest.mark.parametrize(
    ("submission", "partner"),
    [
        ("The barge carried gravel.", (1, 2)),
        ("A storm parted the mooring lines of the barge that carried gravel.", (1, 3)),
        ("The mooring lines parted in the rain.", (2, 3)),  # the rain fell two sentences before
        ("Of the.", None),
    ],
)
def test_the_partner_is_where_most_of_a_sentence_stands(submission, partner):
    assert overlap(submission).partner(0, 0.1) == partner


def test_no_sentences_have_no_partner():
    assert overlap("The barge sank.", "").partner(0, 0.1) is None
    assert overlap("", STORY).in_story.shape == (0, 4)


def test_of_very_many_sentences_several_are_taken_together():
    text = profile(prepare("\n\n".join(f"Word{number} sank." for number in range(3 * MOST_SENTENCES))), RARITY)

    assert len(text.sentences) == MOST_SENTENCES + 1
    assert (text.sentences[0], text.sentences[-1]) == (0, len(text))
    assert len(text.sentence_weights) == MOST_SENTENCES
