from __future__ import annotations

import pytest

from wirematch.errors import InvalidSettingError
from wirematch.models import Decision
from wirematch.pipelines.decision_order import at_least, weakest


def test_the_weakest_of_what_is_dropped_counts():
    assert weakest([]) is None
    assert weakest(["duplicate"]) == "duplicate"
    assert weakest(["duplicate,partial", " rewrite "]) == "partial"


@pytest.mark.parametrize("name", ["new", "undecided", "copies", "duplicate;rewrite"])
def test_what_names_no_story_cannot_be_dropped(name):
    with pytest.raises(InvalidSettingError, match="duplicate, rewrite, partial"):
        weakest([name])


def test_a_stronger_decision_is_dropped_with_a_weaker_one():
    def dropped(level):
        return {decision for decision in Decision if at_least(decision, level)}

    assert dropped("duplicate") == {Decision.DUPLICATE}
    assert dropped("partial") == {Decision.DUPLICATE, Decision.REWRITE, Decision.PARTIAL}
    assert dropped(None) == set()
