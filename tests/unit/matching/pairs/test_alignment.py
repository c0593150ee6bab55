from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wirematch.matching.pairs.alignment import align
from wirematch.matching.pairs.alignment_in_python import align_in_python
from wirematch.matching.pairs.passages import Alignment
from wirematch.matching.pairs.sentences import overlap_sentences
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.runs import SEED_WORDS, Run, Seeds
from wirematch.matching.runs import find_runs as find_runs_of_seeds
from wirematch.text.prepare import prepare

RARITY = Rarity(1_000, {"known": 500})

# Few words, so that they recur often; some end a sentence or a paragraph.
WORDS = st.sampled_from(
    ["barge", "bridge", "harbour", "the", "of", "storm", "pier", "divers", "said.", "dawn.\n\n", "“four", "killed”"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=60).map(" ".join)


def profiled(submitted: str) -> Profile:
    return profile(prepare(submitted), RARITY)


def aligned(submission: Profile, story: Profile) -> Alignment:
    return align(submission, story, overlap_sentences(submission, story))


def covered_words(alignment: Alignment) -> set[int]:
    return {word for passage in alignment.passages for word in range(passage.start, passage.end)}


def hashes(text: str) -> np.ndarray:
    """Return hashes of words; single letters stand for words, as a text of nothing else would be read as one."""
    return prepare(" ".join(f"{word}{word}ar" if len(word) == 1 else word for word in text.split())).words


def find_runs(mine: np.ndarray, theirs: np.ndarray) -> list[Run]:
    return find_runs_of_seeds(Seeds.of(mine), Seeds.of(theirs))


def test_a_run_is_found_with_both_its_places():
    mine, theirs = "x one two three four five six y", "a b one two three four five six c"

    assert [(run.start, run.story_start, run.length) for run in find_runs(hashes(mine), hashes(theirs))] == [(1, 2, 6)]


def test_runs_shorter_than_a_seed_are_chance():
    assert find_runs(hashes("x one two three four y"), hashes("a one two three four b")) == []


def test_of_two_places_the_longer_run_is_taken():
    runs = find_runs(hashes("a b c d e f g"), hashes("a b c d e x a b c d e f g"))

    assert [(run.story_start, run.length) for run in runs] == [(6, 7)]


def test_of_equal_places_the_one_that_keeps_the_storys_order_is_taken():
    runs = find_runs(hashes("p q r s t m a b c d e"), hashes("a b c d e z p q r s t y a b c d e x"))

    assert [run.story_start for run in runs] == [6, 12]


FEW_LETTERS = st.text("abc", max_size=40)


@given(FEW_LETTERS, FEW_LETTERS)
def test_runs_are_equal_on_both_sides_in_order_and_apart(mine, theirs):
    runs = find_runs(hashes(" ".join(mine)), hashes(" ".join(theirs)))

    assert all(before.end <= after.start for before, after in pairwise(runs))
    assert all(mine[run.start : run.end] == theirs[run.story_start : run.story_end] != "" for run in runs)


@given(st.text("abc", min_size=SEED_WORDS, max_size=40), FEW_LETTERS)
@example("abcdefgh", "abcdexdefgh")
def test_every_run_that_the_texts_share_is_covered(mine, theirs):
    shared = {
        word
        for at in range(len(mine) - SEED_WORDS + 1)
        if mine[at : at + SEED_WORDS] in theirs
        for word in range(at, at + SEED_WORDS)
    }

    runs = find_runs(hashes(" ".join(mine)), hashes(" ".join(theirs)))

    assert {word for run in runs for word in range(run.start, run.end)} == shared


@given(TEXTS)
@example("barge")
@example("Four people died.")
def test_a_text_comes_wholly_from_itself(submitted):
    text = profiled(submitted)
    alignment = aligned(text, text)

    assert covered_words(alignment) == set(range(len(text)))
    assert alignment.how_much == (len(text), len(text))


def test_a_news_story_comes_from_itself_in_one_piece(story):
    text = profiled(story["wire"]["body"])

    assert [(passage.start, passage.end, passage.similarity) for passage in aligned(text, text).passages] == [
        (0, len(text), 1.0)
    ]


PLANTED = [f"planted{number}" for number in range(30)]


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.integers(12, 30), st.integers(0, 30))
@example("barge bridge", "barge", "barge", "bridge", 12, 0)
def test_a_run_of_twelve_words_is_always_covered(before, after, story_before, story_after, length, sentence_end):
    words = PLANTED[:length]
    if sentence_end < length:
        words[sentence_end] += "."
    run = " ".join(words)
    submission, story = profiled(f"{before} {run} {after}"), profiled(f"{story_before} {run} {story_after}")
    planted = {place for place, term in enumerate(submission.text.terms) if term.startswith("plant")}

    assert len(planted) == length
    assert planted <= covered_words(aligned(submission, story))


@given(TEXTS, TEXTS)
def test_passages_are_in_order_apart_and_inside_both_texts(mine, theirs):
    submission, story = profiled(mine), profiled(theirs)
    alignment = aligned(submission, story)
    passages = alignment.passages

    assert all(0 <= passage.start < passage.end <= len(submission) for passage in passages)
    assert all(0 <= passage.story_start < passage.story_end <= len(story) for passage in passages)
    assert all(before.end <= after.start for before, after in pairwise(passages))
    assert all(0 < passage.similarity <= 1 for passage in passages)
    assert all(0 <= words <= len(submission) for words in alignment.how_much)


@given(TEXTS, TEXTS)
def test_a_passage_of_similarity_one_is_word_for_word(mine, theirs):
    submission, story = profiled(mine), profiled(theirs)

    for passage in aligned(submission, story).passages:
        if passage.similarity == 1:
            assert (
                submission.text.words[passage.start : passage.end].tolist()
                == story.text.words[passage.story_start : passage.story_end].tolist()
            )


def test_one_changed_word_does_not_break_a_passage():
    story = "A warning was radioed to the bridge control room at five but the barriers did not come down."
    submission = story.replace("room", "hall")
    alignment = aligned(profiled(submission), profiled(story))

    assert len(alignment.passages) == 1
    assert alignment.passages[0].verbatim
    assert alignment.passages[0].similarity == pytest.approx(17 / 18)


def test_a_word_left_out_is_told_by_the_similarity():
    story = "A warning was radioed to the bridge control room at five but the barriers did not come down."
    alignment = aligned(profiled(story.replace("room ", "")), profiled(story))

    assert len(alignment.passages) == 1
    assert alignment.passages[0].similarity == pytest.approx(17 / 18)


@pytest.mark.parametrize("heading", ["Ferries", "Radioed warning", "Control room"])
def test_a_heading_does_not_come_from_a_sentence_that_has_its_words(heading):
    story = profiled(
        "The ferries ran again at noon because a radioed warning had reached the control room of the port in time."
    )
    submission = profiled(f"{heading}\n\nNobody had slept on Tuesday, and an orchestra played in another town.")

    assert aligned(submission, story).passages == []


def test_a_short_sentence_comes_from_one_that_is_as_short():
    submission = profiled("Nobody was hurt in the storm. Divers searched.")
    story = profiled("Rain stopped them. The divers searched.")
    [passage] = aligned(submission, story).passages

    assert (passage.start, passage.end, passage.story_start, passage.story_end) == (6, 8, 3, 6)


def test_a_reworded_sentence_comes_from_its_counterpart():
    story = profiled(
        "Ferries were running again. Harbour master Abbick said a warning was radioed to the control room. None slept."
    )
    submission = profiled("The control room got a radioed warning, according to Abbick, the harbour master.")
    [passage] = aligned(submission, story).passages

    assert not passage.verbatim
    assert (passage.start, passage.end) == (0, len(submission))
    assert (passage.story_start, passage.story_end) == tuple(story.text.sentences[1:3])
    assert 0.45 <= passage.similarity < 1


def test_a_sentence_merged_from_two_comes_from_both():
    story = profiled(
        "Rain fell. The barge Lady Ansa carried gravel. Its mooring lines parted in the storm. Nobody slept."
    )
    submission = profiled("In the storm the mooring lines of the Lady Ansa, a barge with gravel, parted.")
    [passage] = aligned(submission, story).passages

    assert (passage.story_start, passage.story_end) == (int(story.text.sentences[1]), int(story.text.sentences[3]))


STOCK = "told reporters at the port on Tuesday that"
COMMON = Rarity(1_000, dict.fromkeys(prepare(STOCK).terms, 400))


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize(
    ("phrase", "shown"), [(STOCK, False), ("the Quillern ferry Isobel sank off Marlowe and", True)]
)
def test_a_short_run_of_common_words_is_no_passage_of_its_own(phrase, shown, compiled):
    shared = (
        "Divers searched the channel all day while ferries took islanders and visitors to the mainland and back again."
    )
    mine = profile(prepare(f"Mayor Orla Quist {phrase} nobody slept for long. {shared}"), COMMON)
    theirs = profile(prepare(f"{shared} Yesterday an engineer {phrase} steel corrodes quickly."), COMMON)
    sentences = overlap_sentences(mine, theirs)
    found = (
        align(mine, theirs, sentences)
        if compiled
        else align_in_python(mine, theirs, sentences, find_runs_of_seeds(mine.seeds, theirs.seeds))
    )

    first = mine.text.terms.index(prepare(phrase).terms[0])
    assert (first in covered_words(found)) is shown
    assert len(mine.text) - 1 in covered_words(found)


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize(
    ("heading", "shown"),
    [("Fathomings", False), ("Fathomings Quillern", False), ("Fathomings Quillern Isobel", True)],
)
def test_a_heading_of_a_word_or_two_is_no_passage_of_its_own(heading, shown, compiled):
    shared = "Divers searched the channel all day while ferries took islanders and visitors to the mainland again."
    mine = profiled(f"{heading}\n\nMayor Orla Quist asked for calm on the quay.\n\n{shared}")
    theirs = profiled(f"{heading}\n\nWheat rose by a tenth in a year of drought.\n\n{shared}")
    sentences = overlap_sentences(mine, theirs)
    found = (
        align(mine, theirs, sentences)
        if compiled
        else align_in_python(mine, theirs, sentences, find_runs_of_seeds(mine.seeds, theirs.seeds))
    )

    assert (0 in covered_words(found)) is shown
    assert len(mine.text) - 1 in covered_words(found)


def test_a_stock_phrase_is_a_passage_where_there_is_no_other():
    mine, theirs = (
        profile(prepare(f"{before} {STOCK} {after}."), COMMON)
        for before, after in (
            ("Mayor Orla Quist", "nobody slept for long"),
            ("Yesterday an engineer", "steel corrodes"),
        )
    )

    assert len(covered_words(aligned(mine, theirs))) == len(STOCK.split())


def test_texts_without_anything_in_common_share_no_passage():
    alignment = aligned(
        profiled("A barge hit the bridge before dawn."), profiled("Prices of wheat rose by a tenth last year.")
    )

    assert alignment.passages == []
    assert alignment.runs == []


def test_no_text_shares_nothing():
    alignment = aligned(profiled(""), profiled("A barge hit the bridge."))

    assert alignment.passages == []
    assert alignment.how_much == (0, 0)
    assert aligned(profiled("A barge hit the bridge."), profiled("")).passages == []
