from __future__ import annotations

import pytest

from wirematch.matching.credit import names_source


@pytest.mark.parametrize(
    ("submitted", "source"),
    [
        ("PORT MARLOWE (Norwind) - A barge sank.", "Norwind"),
        ("A barge sank, norwind reports.", "Norwind"),
        ("A barge sank.\n\n--IANS", "IANS"),
        ("According to Aster\n Science Wire, it did.", "Aster Science Wire"),
        ("WESTERHOLM (ASW) - Amber lamps help.", "Aster Science Wire (ASW)"),
        ("Aster Science Wire reports that amber lamps help.", "Aster Science Wire (ASW)"),
        ("«Полярная линия» сообщила об этом.", "Полярная линия"),
        ("A note by A.B. (C++) says so.", "A.B. (C++)"),
        ("A barge sank (Norwind).", "  Norwind "),
    ],
)
def test_a_source_named_anywhere_is_a_credit(submitted, source):
    assert names_source(submitted, source)


@pytest.mark.parametrize(
    ("submitted", "source"),
    [
        ("A barge sank.", "Norwind"),
        ("The Norwinder sank.", "Norwind"),
        ("He put the cap on and heard a rap.", "AP"),
        ("ap was the password", "AP"),
        ("Aster, the science wire, is here.", "Aster Science Wire"),
        ("asw is no agency here", "Aster Science Wire (ASW)"),
        ("A barge sank.", ""),
        ("A barge sank.", "  "),
        ("A barge sank.", None),
        ("A barge sank.", "()"),
        ("axb", "a.b"),
    ],
)
def test_what_only_looks_like_the_source_is_none(submitted, source):
    assert not names_source(submitted, source)
