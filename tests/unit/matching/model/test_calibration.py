from __future__ import annotations

import pytest

from wirematch.matching.model.calibration import calibrated
from wirematch.matching.resources import default_comparer
from wirematch.models import Article


@pytest.mark.parametrize("languages", [("en", "en"), (None, None), ("de", "en"), (None, "de")])
def test_english_and_unknown_languages_stay_as_the_model_says(languages):
    assert calibrated(0.3, *languages) == 0.3


def test_other_languages_are_raised_by_one_step_of_log_odds():
    assert calibrated(0.25, "cs", "cs") == pytest.approx(0.5378, abs=1e-4)
    assert [calibrated(one, "ar", "ar") for one in (0.0, 1.0)] == [0.0, 1.0]
    assert calibrated(0.03, "ar", "ar") < 0.1


def test_a_pair_in_another_language_has_the_raised_probability(foreign):
    comparer = default_comparer()
    mine, theirs = (comparer.prepare(Article(body=foreign[kind])) for kind in ("rewrite", "wire"))

    found = comparer.compare(mine, theirs).probability

    features = comparer.score_pairs(mine, [theirs])[0].pair.features()
    said = float(comparer.model.probabilities([features])[0])
    assert found == pytest.approx(calibrated(said, mine.text.language, theirs.text.language), abs=1e-3)
