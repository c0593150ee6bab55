from __future__ import annotations

import pytest

from wirematch.index.fingerprint_record import Generation


def test_a_generation_is_written_as_the_record_has_it():
    assert str(Generation(2, 6)) == "2:6"
    assert Generation.parse("2:6") == Generation(2, 6)


@pytest.mark.parametrize("text", [None, ""])
def test_a_record_may_name_none(text):
    assert Generation.parse(text) is None
