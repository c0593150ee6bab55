from __future__ import annotations

import math

import pytest

from wirematch.matching.compare import Comparer
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.reasons import BASE, LEAST_WEIGHT, MOST_REASONS, THEMES, reasons
from wirematch.matching.resources import default_comparer, default_model
from wirematch.models import Article, Match

NO_FEATURES = dict.fromkeys(default_model().names, 0.0)


def compared(bridge, first: str, second: str, comparer: Comparer | None = None) -> Match:
    comparer = comparer or default_comparer()
    one, other = (Article.model_validate(bridge[name]) for name in (first, second))
    return comparer.compare_articles(one, other, with_reasons=True)


def test_every_contribution_of_the_shipped_model_has_its_theme():
    contributions = set(default_model().contributions(NO_FEATURES))
    spoken_of = [name for theme in THEMES for name in theme.features]

    assert contributions == {*spoken_of, BASE}
    assert len(spoken_of) == len(set(spoken_of))


def test_reasons_are_the_contributions_of_a_theme_strongest_first():
    contributions = dict.fromkeys((name for theme in THEMES for name in theme.features), 0.0)
    contributions |= {"own_trigrams_of_shorter": 1.5, "own_wording_pairs_of_longer": -0.5, "speech_of_shorter": -2.0}
    contributions |= {"length_of_longer": -0.04, "voices": 0.25, BASE: 9.0}
    told = reasons(contributions, NO_FEATURES | {"speech_of_shorter": 0.62, "voices": math.log1p(7)})

    assert [one.weight for one in told] == [1.0, 0.25, -2.0]
    assert "62% of the shorter text is speech" in told[2].text
    assert "7 other stored reports" in told[1].text


@pytest.mark.parametrize(
    ("voices", "sentence"),
    [
        (0, "No other stored report of the event is known."),
        (1, "What both texts share was compared with 1 other stored report of the event."),
        (2, "What both texts share was compared with 2 other stored reports of the event."),
    ],
)
def test_how_many_other_reports_were_compared_is_a_sentence(voices, sentence):
    [told] = reasons({"voices": -0.5}, NO_FEATURES | {"voices": math.log1p(voices)})

    assert told.text == sentence


def test_a_rewrite_has_more_for_it_and_an_independent_report_more_against_it(bridge):
    rewrite, independent = compared(bridge, "rewrite", "wire"), compared(bridge, "independent", "wire")

    assert sum(one.weight or 0 for one in rewrite.reasons) > 0 > sum(one.weight or 0 for one in independent.reasons)
    for match in (rewrite, independent):
        weights = [one.weight for one in match.reasons if one.weight is not None]
        assert all(abs(weight) >= LEAST_WEIGHT - 0.01 for weight in weights)
        assert sum(weight > 0 for weight in weights) <= MOST_REASONS
        assert sum(weight < 0 for weight in weights) <= MOST_REASONS


def test_what_decides_by_itself_is_said_without_a_weight(bridge):
    equal = compared(bridge, "wire", "wire").reasons
    excerpt = compared(bridge, "excerpt", "wire").reasons

    assert [(one.weight, one.text) for one in equal] == [(None, "Both texts have the same words in the same order.")]
    assert (excerpt[0].weight, "25 or more" in excerpt[0].text) == (None, True)


def test_without_asking_there_are_none(bridge):
    wire, rewrite = (Article.model_validate(bridge[name]) for name in ("wire", "rewrite"))
    match = default_comparer().compare_articles(rewrite, wire)

    assert match.reasons == []
    assert "reasons" not in match.model_dump(mode="json")


@pytest.mark.parametrize("pair", [("rewrite", "wire"), ("independent", "wire")])
def test_all_contributions_add_up_to_what_is_said(bridge, pair):
    comparer = default_comparer()
    first, second = (comparer.prepare(Article.model_validate(bridge[name])) for name in pair)
    features = Pair(first.profile, second.profile).features(Event(first.profile))
    odds = sum(comparer.model.contributions(features).values())
    [probability] = comparer.model.probabilities([features])

    assert 1 / (1 + math.exp(-odds)) == pytest.approx(probability)


@pytest.mark.parametrize(
    ("feature", "value", "sentence"),
    [
        ("longest_own_run", 0, "The texts share no run of 5 or more of reporters' own words."),
        ("longest_own_run", math.log1p(1), "The longest shared run of reporters' own words has 1 word;"),
        ("longest_own_run", math.log1p(9), "The longest shared run of reporters' own words has 9 words;"),
        ("names_of_shorter", 0, "No name and no number was recognised in both texts."),
        (
            "names_of_shorter",
            0.5,
            "50% of the shorter text's names occur in the other; no number was recognised in both.",
        ),
        (
            "numbers_of_shorter",
            1,
            "100% of the shorter text's numbers occur in the other; no name was recognised in both.",
        ),
    ],
)
def test_what_the_texts_do_not_share_is_not_counted(feature, value, sentence):
    [told] = reasons({feature: 0.5}, NO_FEATURES | {feature: value})

    assert told.text.startswith(sentence)
