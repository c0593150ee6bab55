from __future__ import annotations

import pytest

from wirematch.matching.resources import default_comparer
from wirematch.matching.scoring import BRIEF
from wirematch.matching.undecided import TAKEN_WORDS, BestMatch, why_undecided
from wirematch.models import Article, Decision

EVENT = (
    "A barge without lights struck the old harbour bridge in Port Marlowe before dawn on Tuesday and four people were "
    "killed, the harbour police said. Divers were looking for seven others. The mayor, Orla Vastine, closed the port."
)
REPORTED = (
    "Four people died when a barge hit the old bridge of Port Marlowe early on Tuesday, harbour police said; seven "
    "more are missing."
)
CUT = (
    "BREAKING: A barge without lights struck the old harbour bridge in Port Marlowe before dawn on Tuesday and four "
    "people were killed"
)


@pytest.mark.parametrize(("probability", "decided"), [(0.94, False), (0.96, True)])
def test_a_short_text_is_decided_by_strong_evidence_alone(probability, decided):
    comparer = default_comparer()
    why = why_undecided(comparer.prepare(Article(body=REPORTED)), Decision.REWRITE, BestMatch(probability, 0.2))

    assert (why is None) is decided
    assert why is None or "23 words" in why


@pytest.mark.parametrize(("shared_with_others", "decided"), [(0.45, False), (0.25, True)])
def test_a_short_text_is_not_decided_by_what_other_reports_hold_too(shared_with_others, decided):
    comparer = default_comparer()
    best = BestMatch(0.97, 0.2, shared_with_others)
    why = why_undecided(comparer.prepare(Article(body=REPORTED)), Decision.REWRITE, best)

    assert (why is None) is decided
    assert why is None or "hold 45% of the phrases" in why
    assert why_undecided(comparer.prepare(Article(body=EVENT * 2)), Decision.REWRITE, best) is None


def test_words_taken_as_they_stood_decide_a_short_text():
    comparer = default_comparer()

    assert why_undecided(comparer.prepare(Article(body=CUT)), Decision.PARTIAL, BestMatch(0.3, 1.0)) is None


@pytest.mark.parametrize("words", range(TAKEN_WORDS, BRIEF))
def test_the_share_of_words_taken_may_be_rounded(words):
    """Reports round it to four digits: 20 of 24 words are then 19.9992."""
    text = default_comparer().prepare(Article(body=" ".join([*EVENT.split(), *EVENT.split()][:words])))
    share = TAKEN_WORDS / words

    assert len(text.text) == words
    for taken in (share, round(share, 4)):
        assert why_undecided(text, Decision.PARTIAL, BestMatch(0.3, taken)) is None
    assert why_undecided(text, Decision.PARTIAL, BestMatch(0.3, (TAKEN_WORDS - 1) / words)) is not None


def test_longer_texts_are_decided_by_the_usual_threshold(bridge):
    comparer = default_comparer()

    assert why_undecided(comparer.prepare(Article(body=EVENT * 2)), Decision.REWRITE, BestMatch(0.5, 0.0)) is None
