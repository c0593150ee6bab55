"""Directions of texts in a PDF, whose engine takes ``dir="auto"`` for English."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from wirematch.presentation.pages.pdf import give_directions

UNSEEN = '<span dir="ltr">No headline, begins: </span>'


@pytest.mark.parametrize(
    ("content", "direction"),
    [
        ("The quay was closed", "ltr"),
        ("رست السفينة Saint Orla في الميناء", "rtl"),
        ("Saint Orla رست السفينة", "ltr"),
        ("17 ספינות עגנו", "rtl"),
        (f"{UNSEEN}سفينة", "rtl"),
        ("<bdi>Saint Orla</bdi> رست", "rtl"),
        ('<a class="passage"><span>1</span>سفينة</a> ship', "rtl"),
        ("17 %", "ltr"),
    ],
)
def test_a_text_is_read_as_its_first_letter_is(content, direction):
    root = fromstring(f'<main><p dir="auto">{content}</p><p>سفينة</p></main>')
    give_directions(root)
    first, second = root

    assert first.get("dir") == direction
    assert second.get("dir") is None
