from __future__ import annotations

from datetime import timedelta

import pytest

from wirematch.models import Coverage, Derivation, Match, Relation
from wirematch.presentation.pages.wording import (
    LONGEST_EVENT,
    chance,
    counted,
    lead,
    lead_over,
    percent,
    relation_at_length,
    short_span,
    span_of_time,
)


@pytest.mark.parametrize(
    ("share", "told"),
    [(0, "0%"), (0.001, "<1%"), (0.5, "50%"), (0.994, "99%"), (0.9999, ">99%"), (1, "100%")],
)
def test_what_is_there_is_never_nothing_and_what_is_not_all_never_all(share, told):
    assert percent(share) == told


@pytest.mark.parametrize(
    ("probability", "told"), [(0, "<1%"), (0.004, "<1%"), (0.41, "41%"), (0.996, ">99%"), (1, ">99%")]
)
def test_a_probability_is_never_certainty(probability, told):
    assert chance(probability) == told


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=2, minutes=5), "2 hours 5 minutes"),
        (timedelta(hours=24), "1 day"),
        (timedelta(days=3, minutes=7), "3 days"),
        (timedelta(days=-1, hours=-2), "1 day 2 hours"),
        (timedelta(days=13, hours=23), "13 days 23 hours"),
        (timedelta(days=1_133, hours=20), "1,134 days"),
    ],
)
def test_a_span_is_told_in_two_units_or_in_days_if_it_is_long(span, told):
    assert span_of_time(span) == told


def test_a_lead_says_in_which_direction():
    assert lead(timedelta(hours=1)) == "1 hour later"
    assert lead(timedelta(hours=-1)) == "1 hour earlier"
    assert lead(timedelta(0)) == "at the same time"
    assert lead(None) == "lead time unknown"


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(hours=1), "1 hour later than"),
        (timedelta(hours=-1), "1 hour earlier than"),
        (timedelta(0), "at the same time as"),
        (None, "lead time unknown; from"),
    ],
)
def test_a_lead_is_a_sentence_before_the_source_that_it_is_over(span, told):
    assert lead_over(span) == told


def test_short_spans():
    assert short_span(timedelta(hours=4, minutes=25)) == "4 h 25 min"


def match(relation: Relation, verbatim: float = 0.0) -> Match:
    return Match(
        id="w",
        source="Norwind",
        headline=None,
        published_at=None,
        url=None,
        relation=relation,
        derivation=Derivation.NOT if relation is Relation.RELATED else Derivation.WHOLLY,
        probability=0.5,
        coverage=Coverage(submission=0.9, story=0.9),
        verbatim=verbatim,
        credited=False,
        quoted=0.0,
        passages=[],
    )


@pytest.mark.parametrize(
    ("verbatim", "told"),
    [
        (0.05, "A rewrites B"),
        (0.45, "A rewrites B, partly word for word"),
        (0.85, "A rewrites B, most of it word for word"),
    ],
)
def test_a_rewrite_that_keeps_words_is_not_said_to_be_reworded(verbatim, told):
    assert relation_at_length(match(Relation.REWRITE, verbatim), None, "A", "B") == told


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (None, "A reports the same event as B, in words of its own"),
        (-LONGEST_EVENT, "A reports the same event as B, in words of its own"),
        (LONGEST_EVENT * 2, "A resembles B, in words of its own"),
        (LONGEST_EVENT * -200, "A resembles B, in words of its own"),
    ],
)
def test_stories_far_apart_are_not_said_to_be_on_one_event(after, told):
    assert relation_at_length(match(Relation.RELATED), after, "A", "B") == told


def test_a_number_has_its_noun():
    assert counted(1, "story", "stories") == "1 story"
    assert counted(2_300, "story", "stories") == "2,300 stories"
    assert counted(2, "stored article") == "2 stored articles"
