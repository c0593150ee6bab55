"""Profiles, measurements and event counts by the compiled kernels equal the Python path, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from support.texts import english, texts
from wirematch.kernels.scoring.event import common_passages
from wirematch.matching.choosing import choose, choose_in_python
from wirematch.matching.model.trees import Forest
from wirematch.matching.neighbours.common_text import LEAST_IN_A_ROW, common_to_both_in_python, long_enough
from wirematch.matching.neighbours.event import MOST_NEIGHBOURS, Event
from wirematch.matching.pairs.features import NAMES, FeatureColumns, measure
from wirematch.matching.pairs.sentences import overlap_sentences_in_python
from wirematch.matching.profiles.phrases import Phrases
from wirematch.matching.profiles.profile import profile, profile_in_python
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.resources import default_model
from wirematch.text.frequencies import english_story_counts
from wirematch.text.prepare import prepare

pytestmark = needs_kernels

RARITY = Rarity(1_000, {"known": 500, "barg": 37, "bridg": 900, "harbour": 3})
SENTENCES = (
    "The barge drifted into the harbour bridge before dawn on Tuesday and killed four people.",
    "Four people were killed before dawn when a barge hit the bridge in the harbour, divers said.",
    "“Nobody on the bridge stood a chance that night, and nobody will say who is to blame,” the harbour master said.",
    "The known pier is closed.", "Share on Facebook", "PORT MARLOWE (Norwind) - Divers searched 12 times.", "It is.",
    "Storm", "the port authority said that it would be for weeks and that the ferry had been stopped",
    "Rain fell.", "Die Fähre liegt am Kai und der Hafen ist seit Dienstag gesperrt.", "船は港に着いた", "",
)  # fmt: skip
WORDS = "barge bridge harbour the of storm pier divers said. dawn.\n\n “four killed” known it in Marlowe 12".split(" ")
stories = st.one_of(
    st.lists(st.sampled_from(SENTENCES), max_size=12).map(" ".join),
    st.lists(st.sampled_from(SENTENCES), max_size=12).map("\n\n".join),
    st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join),
    texts,
    english,
)


def assert_same(found: object, expected: object, *names: str) -> None:
    for name in names:
        one, other = np.asarray(getattr(found, name)), np.asarray(getattr(expected, name))
        assert one.dtype == other.dtype, name
        assert one.tolist() == other.tolist(), name


def assert_same_profile(body: str, rarity: Rarity = RARITY) -> None:
    text = prepare(body)
    found, expected = profile(text, rarity), profile_in_python(text, rarity)
    assert found.measured is not None
    assert expected.measured is None
    assert_same(found, expected, "weights", "vocabulary", "vocabulary_weights", "vocabulary_places")
    assert found.strange == expected.strange
    assert_same(found.outline, expected.outline, "slots", "weights", "content", "totals")
    phrases = Phrases.in_python(text.words, text.spoken)
    assert_same(found.phrases, phrases, "keys", "own", "spoken", "fours", "longer", "own_keys", "own_sizes", "sample")


@given(stories)
def test_what_is_found_of_a_text(body):
    assert_same_profile(body)


def measured_in_python(submission: Profile, story: Profile) -> list[float]:
    overlap = overlap_sentences_in_python(submission, story)
    if len(submission) <= len(story):
        return list(measure(submission, story, overlap).values())
    return list(measure(story, submission, overlap.swapped()).values())


def assert_measured_alike(pairs: list[tuple[str, str]], rarity: Rarity = RARITY) -> None:
    """Each text is profiled once as a submission and once as a story, as that takes longest."""
    bodies = [dict.fromkeys(side) for side in zip(*pairs, strict=True)]
    mine, theirs = ({body: profile(prepare(body), rarity) for body in side} for side in bodies or ((), ()))
    profiled = [(mine[one], theirs[other]) for one, other in pairs]
    in_event = np.arange(2.0 * len(pairs)).reshape(-1, 2)
    found = FeatureColumns().of(profiled, in_event)
    mine, theirs = ({body: profile_in_python(prepare(body), rarity) for body in side} for side in (mine, theirs))
    measured = [measured_in_python(mine[one], theirs[other]) for one, other in pairs]
    assert found.shape == (len(pairs), len(NAMES) + 2)
    assert found.tolist() == [[*one, *other] for one, other in zip(measured, in_event.tolist(), strict=True)]
    few = FeatureColumns(("voices", NAMES[7]))
    assert few.of(profiled, in_event).tolist() == [[one[-1], one[7]] for one in found.tolist()]


@given(st.lists(st.tuples(stories, stories), max_size=3))
def test_what_is_measured_of_pairs(pairs):
    assert_measured_alike(pairs)


@given(stories)
def test_what_is_measured_of_a_text_and_itself(body):
    assert_measured_alike([(body, body)])


def assert_same_event(submission: Profile, neighbours: list[Profile], asked: list[Profile]) -> None:
    event = Event(submission, neighbours)
    found, expected = event.pairs(asked), event.pairs_in_python(asked)
    for name in ("features", "voices", "excerpt", "common", "close"):
        assert found[name].tolist() == expected[name].tolist(), name
    table = event.table
    assert table is not None
    for at_least in (1, 2, len(asked)):
        chosen, expected_choices = (how(submission, asked, found, at_least) for how in (choose, choose_in_python))
        for one, other in zip(chosen, expected_choices, strict=True):
            assert one.tolist() == other.tolist()
    for story, pair in zip(asked, expected, strict=True):
        holders, voices = event._others(event._close_to(story))  # noqa: SLF001 - what the kernel is held to
        counted, counted_voices = table.holders(int(pair["close"]))
        assert (counted.tolist(), counted_voices) == (holders.tolist(), voices)


@given(stories, st.lists(stories, max_size=6), stories)
def test_what_is_counted_in_an_event(mine, others, stranger):
    submission, *around = (profile(prepare(body), RARITY) for body in (mine, *others))
    assert_same_event(submission, around, [*around, submission, profile(prepare(stranger), RARITY)])


STATEMENT = " ".join(f"statement{number} of the port" for number in range(LEAST_IN_A_ROW))


@given(
    st.lists(st.lists(st.sampled_from((*SENTENCES, STATEMENT)), max_size=6).map(" ".join), max_size=36),
    st.integers(0, 40),
)
def test_an_event_with_many_voices_and_a_printed_statement(others, at):
    submission, *around = (
        profile(prepare(f"{body} Story{number} tells it {number} times over."), RARITY)
        for number, body in enumerate((STATEMENT, *others))
    )
    assert_same_event(submission, around, around[at : at + MOST_NEIGHBOURS])
    event = Event(submission, around)
    for story in around:
        [pair] = event.pairs([story])
        rows = event.in_common_phrases(story, pair)
        expected = event._common(event._close_to(story))  # noqa: SLF001 - the reference
        assert long_enough(rows).tolist() == expected.tolist()
        assert submission.form is not None
        assert story.form is not None
        both = common_passages(submission.form, story.form, rows, LEAST_IN_A_ROW)
        assert both is not None
        assert bool(pair["common"]) == both[1].any()
        for one, other in zip(both, common_to_both_in_python(submission, story, expected), strict=True):
            assert one.tolist() == other.tolist()


FEATURES = len(default_model().rewrites.names)


@given(st.lists(st.lists(st.floats(-2, 300), min_size=FEATURES, max_size=FEATURES), max_size=4))
def test_the_trees_that_ship(rows):
    forest = default_model().rewrites
    numbers = np.array(rows, np.float64).reshape(-1, len(forest.names))
    assert forest.scores(numbers).tolist() == forest.scores_in_python(numbers).tolist()


@given(st.lists(st.lists(st.floats(0, 300), min_size=30, max_size=30), max_size=4))
def test_the_model_that_ships(rows):
    model = default_model()
    numbers = np.array(rows, np.float64).reshape(-1, 30)[:, : len(model.names)]
    assert model.probabilities_of(numbers).tolist() == model.probabilities_in_python(numbers).tolist()


def test_a_forest_without_trees():
    empty = Forest.of(("one",), [])
    assert empty.scores(np.ones((2, 1))).tolist() == empty.scores_in_python(np.ones((2, 1))).tolist() == [0, 0]


def assert_all_alike(bodies: list[str]) -> None:
    rarity = Rarity(*english_story_counts())
    for body in bodies:
        assert_same_profile(body, rarity)
    assert_measured_alike([(one, other) for one in bodies for other in bodies], rarity)
    submission, *around = (profile(prepare(body), rarity) for body in bodies)
    assert_same_event(submission, around, around)


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
    assert_same_profile(body)
    assert_measured_alike([(body, bridge["wire"]["body"]), (bridge["wire"]["body"], body), (body, body)])
    long, wire = profile(prepare(body), RARITY), profile(prepare(bridge["wire"]["body"]), RARITY)
    assert_same_event(long, [wire, long], [wire, long])
    assert_same_event(wire, [long], [wire, long])
