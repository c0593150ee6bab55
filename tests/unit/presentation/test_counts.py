from __future__ import annotations

from wirematch.presentation.pages.wording import counted


def test_a_number_has_its_noun():
    assert counted(1, "story", "stories") == "1 story"
    assert counted(2_300, "story", "stories") == "2,300 stories"
    assert counted(2, "stored article") == "2 stored articles"
