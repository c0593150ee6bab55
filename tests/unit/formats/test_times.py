from __future__ import annotations

import pytest

from wirematch.formats.document import FieldValue
from wirematch.formats.times import published, read_rfc_3339, read_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-03T11:40:00Z", "2026-03-03T11:40:00+00:00"),
        ("2026-03-03T11:40:00.250+01:00", "2026-03-03T11:40:00.250000+01:00"),
        (" 20260303T114000Z ", "2026-03-03T11:40:00+00:00"),
        ("20260303T114000-0500", "2026-03-03T11:40:00-05:00"),
        ("Tue, 03 Mar 2026 11:40:00 +0100", "2026-03-03T11:40:00+01:00"),
        ("Tue, 03 Mar 2026 11:40:00 GMT", "2026-03-03T11:40:00+00:00"),
        ("2026-03-03T11:40:00", "2026-03-03T11:40:00"),
        ("2026-03-03", None),
        ("20260303", None),
        ("Tue, 03 Mar 2026 11:40:00", "2026-03-03T11:40:00"),
        ("Tue, 03 Mar 2026 11:40:00 -0000", "2026-03-03T11:40:00"),
        ("Tue, 03 Mar 2026 11:40:00 CEST", "2026-03-03T11:40:00+02:00"),
        ("Tue, 03 Mar 2026 11:40 bst", "2026-03-03T11:40:00+01:00"),
        ("2026-03-03 11:40:00 IST", "2026-03-03T11:40:00+05:30"),
        ("Tue, 03 Mar 2026 11:40:00 (NST)", "2026-03-03T11:40:00-03:30"),
        ("Tue, 03 Mar 2026 11:40:00 EST", "2026-03-03T11:40:00-05:00"),
        ("March 3, 2026 10:05 a.m.", "2026-03-03T10:05:00"),
        ("March 3, 2026 at 10:05 PM CET", "2026-03-03T22:05:00+01:00"),
        ("3 March 2026 10:05", "2026-03-03T10:05:00"),
        ("0001-01-01T00:00:00Z", None),
        ("2026-02-30T11:40:00Z", None),
        ("2026-03-03T11:40:00+01:30:15", None),
        ("2026-03-03T11:40:00+0199999999999999999999999999999900", None),
        ("yesterday", None),
        ("", None),
        ("1" * 100, None),
    ],
)
def test_a_time_is_naive_where_it_has_no_offset(text, expected):
    time = read_time(text)

    assert (time and time.isoformat()) == expected


@pytest.mark.parametrize("text", ["2026-03-03T11:40:00Z", "2026-03-03t11:40:00.5z", "2026-03-03T11:40:00-00:30"])
def test_rfc_3339(text):
    assert read_rfc_3339(text).tzinfo is not None


@pytest.mark.parametrize(
    "text",
    ["2026-03-03 11:40:00Z", "20260303T114000Z", "2026-03-03T11:40Z", "2026-03-03T11:40:00", "2026-03-03T25:00:00Z", 7],
)
def test_not_rfc_3339(text):
    with pytest.raises(ValueError, match=r"offset|hour"):
        read_rfc_3339(text)


def test_the_first_sure_time_counts_and_a_local_one_is_kept_only_without_it():
    local, sure = FieldValue("2026-03-03", "a"), FieldValue("2026-03-03T11:40:00Z", "b")

    assert published(local, sure)[0].place == "b"
    assert published(local, sure)[1] is None
    assert published(None, local) == (None, FieldValue("2026-03-03", "a"))
    assert published(FieldValue(" ", "a"), None) == (None, None)
