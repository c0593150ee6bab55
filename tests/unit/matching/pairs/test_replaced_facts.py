"""A text with other figures or names in the same words is no copy; a copy that was changed on its way is one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.data.noise import NOISES
from support.comparing import compare
from support.report_templates import ABOUT, FILLINGS, PLACES, TEMPLATES
from wirematch.matching.evidence import NEARLY_VERBATIM, OTHERWISE
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Derivation, Match, Relation
from wirematch.models.imprint import Imprint
from wirematch.text.imprint import pack_words
from wirematch.text.prepare import prepare

QUAKE = TEMPLATES["earthquake"](0)


def explained(submission: str, story: str) -> Match:
    return default_comparer().compare_articles(Article(body=submission), Article(body=story), with_reasons=True)


@pytest.mark.parametrize("template", TEMPLATES)
@given(
    fillings=st.lists(st.integers(0, FILLINGS - 1), min_size=2, max_size=2, unique=True),
    paragraphs=st.integers(0, 3),
)
def test_a_template_with_other_figures_and_names_is_no_copy(template, fillings, paragraphs):
    one, other = (TEMPLATES[template](number) + ABOUT * paragraphs for number in fillings)

    assert compare(one, other).relation is not Relation.COPY


@pytest.mark.parametrize("template", TEMPLATES)
@given(
    filling=st.integers(0, FILLINGS - 1),
    before=st.sampled_from(["", "AVERLAND, March 3 (Norwind) - ", "By Ilse Harrow\n\n3 min read\n\n"]),
    after=st.sampled_from(["", "\n\nUpdated 12:40", "\n\n(Reporting by Ilse Harrow; editing by Tom Pell)"]),
)
def test_the_same_filling_is_a_copy_whatever_stands_around_it(template, filling, before, after):
    text = TEMPLATES[template](filling) + ABOUT

    assert compare(before + text + after, text).relation is Relation.COPY


@pytest.mark.parametrize("noise", NOISES)
def test_in_a_disguised_or_damaged_story_nothing_is_replaced(noise, story):
    noisy = NOISES[noise](story["wire"]["body"], random.Random(7))
    match = compare(noisy, story["wire"]["body"])

    assert (match.relation is Relation.COPY) == (
        match.derivation is Derivation.WHOLLY and match.verbatim >= NEARLY_VERBATIM
    )


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("1,200 homes at 14:05", "1.200 homes at 2:05 p.m."),
        ("1,200 homes at 14:05", "1 200 homes at 14.05"),
        ("1200 homes at 14:00", "1,200 homes at 2 pm"),
        ("1,200 homes at 14:05", "1,200 homes at 13:05"),
        ("1,200 homes at 14:05", "l,2OO homes at l4:O5"),
        ("1,210 homes at 14:05", "1,2lO homes at 14:O5"),
        ("12 homes on Tuesday", "twelve homes yesterday"),
        ("12 homes on Tuesday", "12 homes on 3 March"),
        ("12 homes in Averland", "12 homes in Averlnad"),
    ],
)
def test_a_corrected_figure_and_another_spelling_leave_a_copy(written, otherwise):
    text = (
        "The storm cut off {} and left fallen trees on the railway between the lake and the coast, the operator of the "
        "grid said. Crews from 6 districts were at work through the night. The Drovany line stayed closed, as did the "
        "school in Hexley with its 340 pupils. Most of the damage was done by a single gust that reached 131 km per "
        "hour near the old lighthouse, and nobody was hurt. Repairs will take until the end of the week."
    )

    assert compare(text.format(otherwise), text.format(written)).relation is Relation.COPY


def test_an_update_of_one_figure_among_many_words_is_a_copy_and_a_brief_is_none():
    toll = "The death toll of the ferry sinking off {} has risen to {}, the coast guard said."
    told = toll.format(PLACES[0], 14)

    assert compare(toll.format(PLACES[0], 17) + ABOUT, told + ABOUT).relation is Relation.COPY
    assert compare(toll.format(PLACES[1], 17) + ABOUT, told + ABOUT).relation is not Relation.COPY
    assert compare(toll.format(PLACES[0], 17), told).relation is not Relation.COPY


def test_paragraphs_in_another_order_replace_nothing():
    paragraphs = [TEMPLATES[kind](number) for number, kind in enumerate(("earthquake", "weather", "road", "court"))]

    assert compare("\n\n".join(reversed(paragraphs)), "\n\n".join(paragraphs)).relation is Relation.COPY


def test_it_stays_wholly_derived_and_is_told_in_words():
    match = explained(TEMPLATES["earthquake"](3) + ABOUT, QUAKE + ABOUT)

    assert (match.relation, match.derivation) == (Relation.REWRITE, Derivation.WHOLLY)
    assert match.verbatim >= NEARLY_VERBATIM
    assert match.probability > 0.9
    assert match.reasons[0].text == OTHERWISE
    assert OTHERWISE not in [reason.text for reason in explained(QUAKE, QUAKE + ABOUT).reasons]


@pytest.mark.parametrize(("filling", "copied"), [(0, True), (4, False)])
def test_of_an_imprint_figures_and_names_are_known_by_their_hashes(filling, copied):
    comparer = default_comparer()
    imprint = Imprint(pack_words(prepare(QUAKE + ABOUT)), b"", 100, known=True)
    stored = comparer.prepare(Article(body=QUAKE + ABOUT).with_imprint(imprint))
    mine = comparer.prepare(Article(body=f"{TEMPLATES['earthquake'](filling)} (updated){ABOUT}"))
    [score] = comparer.score_pairs(mine, [stored])

    assert (comparer.relate(mine, score).relation is Relation.COPY) == copied
