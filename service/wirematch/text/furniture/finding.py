"""Find furniture, what a news page carries beside its story: datelines, bylines, agency tags, share bars, repeated
headlines, licensing notes, lists of links, and who the author is.

Such lines stand on thousands of pages and say nothing about who wrote the story, so they are kept out of
fingerprints, scores and passages. They are recognized by shape, line by line, in lines too short for a paragraph.
Where a sentence of a story could begin alike, the shape also says how the line goes on: with names only, with a time,
or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

import regex

from wirematch.kernels.text.furniture import may_have_furniture
from wirematch.kernels.text.vocabulary import as_bytes
from wirematch.text.furniture.shapes import (
    ABOUT_THE_AUTHOR,
    CREDIT_LINE,
    DATELINE,
    GALLERY_ITEM,
    INLINE_CREDIT,
    INLINE_LINKS,
    LAST_OF_GALLERY_ITEM,
    NOTE,
    NOTE_BEGINS,
    NOTE_HOLDS,
    PAGE_FURNITURE,
    POLL_METHOD,
    REACHED,
)
from wirematch.text.furniture.words import FURNITURE_WORDS, may_be_credit, may_be_of_page
from wirematch.text.normalize import normalize, normalize_in_place
from wirematch.text.words import split_words

Range = tuple[int, int]

LONGEST_FURNITURE_LINE = 160
LONGEST_HEADLINE = 250
LONGEST_NOTE = 400
"""Code points; longer lines are paragraphs, and are not examined."""
LONGEST_CLOSING = 900
"""Code points of a closing paragraph on how to reach the author, or on how a poll was made."""
SHORTEST_LIST = 4
"""Lines in a row; fewer may be a headline with what belongs to it."""
LONGEST_LIST_ITEM_WORDS = 14
SHORTEST_INTRODUCTION_WORDS = 6
"""A shorter line that ends in a colon is a heading; a longer one introduces a list of the story."""
SHORTEST_WRAPPED_LINE = 40
"""Code points; texts are not wrapped at shorter lines."""

_RARE_LINE_ENDS = "\r\u2028\u2029"
_LINE = regex.compile(rf"[^\n{_RARE_LINE_ENDS}]+")
_AROUND = " \t\"'()[]*_•·|<>→►▶"
"""Decoration around a line, ignored when matching its shape."""

_SENTENCE_END = tuple(""".!?:。！？：।॥؟۔"'”’»」』""")
_BEHIND_A_SENTENCE = ")] \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""Closing brackets and the white space of ``regex``."""
_UNFINISHED = (",", ";", "-")
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’-]*")


@dataclass(slots=True)
class _Line:
    """A non-blank line."""

    start: int
    end: int
    text: str
    """As submitted, stripped of white space."""
    folded: str | None
    """Normalized and stripped of decoration; None for a paragraph."""
    furniture: bool = False


def find_furniture(submitted: str, headline: str | None = None) -> list[Range]:
    """Return the spans of furniture in ``submitted``, in code points, in order, not overlapping.

    A headline repeated in the body counts, whether it is given as ``headline`` or only stands there twice. A text that
    would be all furniture has none, as there would be nothing left to compare.
    """
    if _may_have_furniture(submitted, headline):
        return find_furniture_in_python(submitted, headline)
    return _within_lines(submitted)


def find_furniture_in_python(submitted: str, headline: str | None = None) -> list[Range]:
    """Reference implementation, which examines every line."""
    # Offsets in the whole text hold for each line, too: no character composes across the end of a line.
    folded = normalize_in_place(submitted)
    lines = [line for start, end in lines_of(submitted) if (line := _read(submitted, folded, start, end))]
    seen = Counter(line.folded for line in lines)
    known_headline = _fold(headline) if headline else None
    for line in lines:
        if text := line.folded:
            repeated = text == known_headline or _is_repeated_headline(line, seen[text])
            line.furniture = repeated or _is_furniture(line.text, text)
    _mark_lists(lines)
    _mark_closing(lines)

    dropped: list[Range] = []
    story_begun = False
    for line in lines:
        if line.furniture:
            dropped.append((line.start, line.end))
        else:
            dropped.extend(_within_line(submitted, line.start, line.end, first=not story_begun))
            story_begun = True
    return dropped if story_begun else []


def _may_have_furniture(submitted: str, headline: str | None) -> bool:
    """Whether any line may be furniture as a whole; if not, lines need not be examined one by one."""
    if may_have_furniture(as_bytes(submitted), FURNITURE_WORDS):
        return True
    known_headline = _fold(headline) if headline else None
    if not known_headline:
        return False
    folded = normalize_in_place(submitted)
    return folded is None or known_headline in folded


def lines_of(text: str) -> Iterator[Range]:
    """Yield the spans of lines, in order, without empty ones."""
    if any(end in text for end in _RARE_LINE_ENDS):
        yield from (line.span() for line in _LINE.finditer(text))
        return
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        if end < 0:
            end = len(text)
        if end > start:
            yield start, end
        start = end + 1


def _read(submitted: str, folded: str | None, start: int, end: int) -> _Line | None:
    """Read a line; ``folded`` is the whole normalized text if its offsets are those of ``submitted``, else None."""
    line = submitted[start:end].strip()
    if len(line) > LONGEST_NOTE:
        return _Line(start, end, line, None)
    # Normalizing keeps white space white and makes no other.
    known = _fold(line) if folded is None else folded[start:end].strip().strip(_AROUND)
    return None if known == "" else _Line(start, end, line, known)


def _fold(line: str) -> str | None:
    line = line.strip()
    return None if len(line) > LONGEST_NOTE else normalize(line).text.strip(_AROUND)


def _is_repeated_headline(line: _Line, times: int) -> bool:
    if times < 2 or len(line.text) > LONGEST_HEADLINE or _begins_lower(line):
        return False
    return not ends_sentence(line.text)


def ends_sentence(line: str) -> bool:
    """Whether a line ends like a sentence or a quotation, perhaps followed by closing brackets."""
    return line.rstrip(_BEHIND_A_SENTENCE).endswith(_SENTENCE_END)


def _is_furniture(line: str, folded: str) -> bool:
    if len(line) <= LONGEST_FURNITURE_LINE and (_is_of_page(folded) or _is_credit(line)):
        return True
    if may_be_note(folded) and NOTE.fullmatch(folded):
        return True
    return line.endswith(LAST_OF_GALLERY_ITEM) and GALLERY_ITEM.fullmatch(line) is not None


def _is_of_page(folded: str) -> bool:
    return may_be_of_page(folded) and PAGE_FURNITURE.fullmatch(folded) is not None


def _is_credit(line: str) -> bool:
    return may_be_credit(line) and CREDIT_LINE.fullmatch(line) is not None


def may_be_note(folded: str) -> bool:
    """Whether a line may match ``NOTE``; a cheap check before the pattern."""
    return folded.startswith(NOTE_BEGINS) or any(words in folded for words in NOTE_HOLDS)


def _mark_lists(lines: list[_Line]) -> None:
    """Mark rows of short lines that are no sentences: navigation, galleries, links to other stories.

    If these are most of the text, they are its content, and are not marked.
    """
    runs = [list(run) for _, run in groupby(lines, _is_list_item)]
    listed: list[_Line] = []
    around = [[], *runs, []]
    for before, run, after in zip(around[:-2], runs, around[2:], strict=True):
        if len(run) < SHORTEST_LIST or not _is_list_item(run[0]) or _is_table(run) or _is_full(run):
            continue
        if not (before and _introduces(before[-1])) and not (after and _begins_lower(after[0])):
            listed += run
    length = sum(len(line.text) for line in lines if not line.furniture)
    if 2 * sum(len(line.text) for line in listed if not line.furniture) <= length:
        for line in listed:
            line.furniture = True


def _is_list_item(line: _Line) -> bool:
    if line.folded is None or line.text.endswith(_UNFINISHED) or _begins_lower(line) or ends_sentence(line.text):
        return False
    return len(split_words(line.folded).forms) <= LONGEST_LIST_ITEM_WORDS


def _is_table(run: list[_Line]) -> bool:
    """Whether lines are rows of figures, or a timeline; these belong to the story."""
    beyond_first_words = (line.text.partition(" ")[2] for line in run)  # the first word may be a rank
    return 2 * sum(any(map(str.isdigit, rest)) for rest in beyond_first_words) > len(run)


def _introduces(line: _Line) -> bool:
    return not line.furniture and line.text.endswith(":") and line.text.count(" ") >= SHORTEST_INTRODUCTION_WORDS - 1


def _begins_lower(line: _Line) -> bool:
    """Whether a line begins in lower case, as in text that is wrapped within sentences."""
    return line.text[0].islower()


def _is_full(run: list[_Line]) -> bool:
    """Whether these are lines of wrapped text, in any script: the next line's first word would not have fitted."""
    width = max(len(line.text) for line in run)
    return width >= SHORTEST_WRAPPED_LINE and all(
        len(line.text) + 1 + len(following.text.split(maxsplit=1)[0]) > width for line, following in pairwise(run)
    )


def _mark_closing(lines: list[_Line]) -> None:
    """Mark closing paragraphs on the author, or on how a poll was made, if nothing of the story follows.

    A person whom the story names is its subject, not its author.
    """
    named: set[str] | None = None
    for line in reversed(lines):
        if line.furniture:
            continue
        if len(line.text) <= LONGEST_CLOSING and line is not lines[0] and POLL_METHOD.fullmatch(line.text):
            line.furniture = True
            continue
        about = ABOUT_THE_AUTHOR.fullmatch(line.text) if line.folded or _says_how_to_reach(line.text) else None
        if not about:
            return
        if named is None:
            named = _words_of_sentences(lines)
        if about["surname"] in named:
            return
        line.furniture = True


def _says_how_to_reach(paragraph: str) -> bool:
    return len(paragraph) <= LONGEST_CLOSING and REACHED.search(paragraph) is not None


def _words_of_sentences(lines: list[_Line]) -> set[str]:
    sentences = (line.text for line in lines if not line.furniture and ends_sentence(line.text))
    return {word for text in sentences if not ABOUT_THE_AUTHOR.fullmatch(text) for word in _WORD.findall(text)}


def _within_lines(submitted: str) -> list[Range]:
    """Find furniture in a text in which no line is furniture as a whole, and only line feeds end lines."""
    begin = len(submitted) - len(submitted.lstrip())
    if begin == len(submitted):
        return []
    start, end = submitted.rfind("\n", 0, begin) + 1, submitted.find("\n", begin)
    dropped = list(_within_line(submitted, start, len(submitted) if end < 0 else end, first=True))
    if end >= 0:
        # Neither credits nor links continue in the next line.
        rest = _within_line(submitted, end, len(submitted), first=False)
        dropped += [(first, last) for first, last in rest if submitted.find("\n", first, last) < 0]
    return dropped


def _within_line(submitted: str, start: int, end: int, *, first: bool) -> list[Range]:
    """Find furniture within a line: a dateline at the start of the first, a credit in parentheses at the end of any."""
    found = []
    begin = start
    if first and (dateline := DATELINE.match(submitted, start, end)) and dateline.end() < end:
        found.append(dateline.span())
        begin = dateline.end()
    if submitted.find("(", begin, end) >= 0:
        found += [credit.span() for credit in INLINE_CREDIT.finditer(submitted, begin, end)]
    if submitted.find(" MORE", begin, end) >= 0:
        found += [links.span("links") for links in INLINE_LINKS.finditer(submitted, begin, end)]
        found.sort()
    return found
