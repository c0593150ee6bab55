"""Trigger words: every line that matches a pattern of ``shapes`` contains one of them in a certain place.

A text without any of them there has no such line and needs no regular expressions.
"""

from __future__ import annotations

import re

from wirematch.kernels.text.furniture import FurnitureWords
from wirematch.text.furniture.shapes import LAST_OF_GALLERY_ITEM, NOTE_HOLDS

_PAGE = """
    site exit skip back loading menu search read see watch view show find learn also continue keep story article the
    post scroll enter type share save print e email tweet pin copy comment comments reply like privacy terms
    facebook twitter x linkedin telegram whatsapp reddit pinterest instagram google youtube to click tap follow join
    sign log subscribe register download get our daily free newsletter newsletters listen advertisement
    advertisements sponsored promoted ad ads trending most related more tags topics filed categories file photo
    photos image images picture pictures video videos caption captions getty copyright all source agency credit with
"""
_TIMES = """
    jan january feb february mar march apr april may jun june jul july aug august sep sept sepember september oct
    october nov november dec december mon monday tue tues tueday tuesday wed wednes wednesday wedday thu thurs
    thursday thuday fri friday sat satur saturday satday sun sunday a p am pm gmt utc ist bst cet cest e c m et ct
    mt pt est cst mst pst edt cdt mdt pdt at on ago min mins minute minutes hour hours hr hrs day days week weeks
    last first published posted updated modified
"""
_CREDITS = """
    by additional further reporting writing editing translating reported written edited compiled translated produced
    graphic graphics illustration illustrations
"""
_NOTES = """
    content views opinions legal disclaimer editor editors reproduction republication redistribution republished
    re reprinted licensed used support donate send submit email e contact write follow
"""
_NOTES_BY_TWO = """
    all content, except for, the post, the views, the opinions, do not, for licensing, for syndication, for reprint,
    for republishing, we use, we uses, our site, our website, by continuing, by signing, by subscribing, if you,
    when you,
    got a, got an, have a, have an, this story, this article, this post, this piece, this content, this column,
    this commentary, this essay, this report, this copy, this site, this website, this page
"""
_HELD_BY_PAGE = "/getty", "? click", "? tap"
_MARKS_OF_PAGE = "|", "•", "·"
FURNITURE_WORDS = FurnitureWords(
    first_of_line=[word for word in f"{_PAGE} {_TIMES} {_CREDITS}".split() if word != "the"],
    last_of_line=["staff", "correspondent", "correspondents", "desk", "bureau", "writer", "reporter"],
    first_of_note=_NOTES.split(),
    first_two_of_note=[" ".join(pair.split()) for pair in _NOTES_BY_TWO.split(",")],
    first_and_held_by_note=["this may not be "],
    held_by_note=NOTE_HOLDS,
    held_by_line=_HELD_BY_PAGE,
    last_of_gallery_item=[LAST_OF_GALLERY_ITEM],
    author=["covers", "writes ", "reports ", "contributes "],
    copula=[" is "],
    of_author=[
        "reporter", "correspondent", "editor", "journalist", "columnist", "writer", "author", "producer", "contributor",
        "fellow", "professor",
    ],
    reached=["@", "follow", "mail"],
    of_poll=["margin of"],
)  # fmt: skip
"""Where many sentences begin with the first word of a note, the second decides, too, or
what stands further on."""

_FIRST_WORD = re.compile("[a-z]*")
_FIRST_OF_CREDIT = re.compile(r"\(?([A-Za-z]*)")
_BEGIN_CREDIT = frozenset(
    [*_CREDITS.split(), *"file photo photos image images picture pictures copyright with c".split()]
)
_END_CREDIT = tuple(FURNITURE_WORDS.last_of_line)
_BEGIN_PAGE = frozenset([*FURNITURE_WORDS.first_of_line, "the", ""])


def may_be_of_page(folded: str) -> bool:
    """Whether a line may match ``PAGE_FURNITURE``."""
    first: re.Match[str] = _FIRST_WORD.match(folded)  # type: ignore[assignment]  # it always matches
    return first.group() in _BEGIN_PAGE or any(held in folded for held in (*_MARKS_OF_PAGE, *_HELD_BY_PAGE))


def may_be_credit(line: str) -> bool:
    """Whether a line may match ``CREDIT_LINE``, in which non-ASCII letters may stand for ASCII ones."""
    if not line.isascii() or line.startswith("-"):
        return True
    first: re.Match[str] = _FIRST_OF_CREDIT.match(line)  # type: ignore[assignment]  # it always matches
    return first[1].lower() in _BEGIN_CREDIT or line.lower().endswith(_END_CREDIT)
