"""Find what a news page carries beside its story: datelines, bylines, agency tags, share bars, repeated headlines.

Such lines stand on thousands of pages and say nothing about who wrote the story, so they are kept out of
fingerprints, scores and passages. They are found by shape, line by line, and only in lines short enough that no
paragraph of a story can be mistaken for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import regex

from service.text.normalize import normalize

Span = tuple[int, int]

LONGEST_FURNITURE_LINE = 160
LONGEST_HEADLINE = 250
"""Code points; longer lines are paragraphs and looked at no further."""

_LINE = regex.compile(r"[^\n\r\u2028\u2029]+")

_NETWORK = "facebook|twitter|x|linkedin|telegram|whatsapp|reddit|pinterest|instagram|google news|youtube"
_ACTION = f"share|save|print|e-?mail|tweet|pin|copy link|comments?|reply|like|{_NETWORK}"
_PAGE_FURNITURE = regex.compile(
    "|".join(
        (
            r"site icon|exit mobile version|skip to (?:main )?content|back to top|loading\.*|menu|search",
            r"(?:read|see|watch|view|show|find out|learn) (?:more|also|all|next|full story)\b.*",
            r"also (?:read|see|watch)\b.*",
            r"(?:continue|keep) reading\b.*|(?:story|article) continues\b.*|(?:the )?post .+ appeared first on\b.*",
            rf"(?:{_ACTION})(?:[\s|,/•·]+(?:{_ACTION}))*",
            r"(?:share|post|tweet) (?:on|this|via|to|with)\b.*|(?:click|tap) (?:here|to)\b.*",
            rf"(?:follow|like|join|find) us\b.*|(?:follow|join) .{{1,40}} on (?:{_NETWORK})\b.*",
            r"(?:sign up|subscribe|register|log in|sign in)\b.*|download (?:the|our) app\b.*",
            r"get (?:the |our )?(?:latest|daily|breaking|newsletter|app)\b.*",
            r"(?:our |daily |free )?newsletters?\b.{0,60}|listen to this article\b.*",
            r"advertisements?\.?|sponsored(?: content)?|promoted|ads? by\b.*|trending(?: now)?|most (?:read|popular)",
            r"related(?: (?:stories|articles|topics|coverage|news|content))?(?: ?:.*)?|more (?:on|from) .{1,60}",
            r"(?:tags|topics|filed under|categories) ?:.*",
            r"(?:file )?(?:photo|image|picture|video|caption)s?(?: (?:credit|courtesy|source))?s? ?[:/|].*",
            r"(?:photo|image|picture)s? (?:credits?|courtesy|by)\b.*|getty images.{0,40}",
            r"(?:copyright\b|\(c\)|©).*|all rights reserved\b.*",
            r"(?:this|the) (?:story|article|report) (?:has|was) (?:not )?(?:been )?(?:edited|published|generated)\b.*",
            r"\d+ min(?:ute)?s? read|(?:first |last )?(?:published|posted|updated|modified)(?: ?:| on\b| at\b| \d).*",
        )
    )
)

_CREDIT_VERB = (
    r"(?:additional |further )?(?:report(?:ing|ed)|writing|written|editing|edited|compiled|translat(?:ing|ed)|produced)"
)
_BYLINE = regex.compile(
    "|".join(
        (
            r"by [\p{L}.'-]+(?:[ ,]+(?:and |& )?[\p{L}.'-]+){1,8}",
            rf"\(?{_CREDIT_VERB} by .*\)?",
            r"[\p{L}.' -]{2,40} (?:staff|correspondents?|news desk|web desk|bureau)",
            r"\(?with (?:inputs?|agency inputs?|reporting) from\b.*\)?",
            r"-+ ?[\p{L} .]{2,20}",
            r"\(?(?:source|agency|credit) ?:.{1,60}",
        )
    )
)
_INLINE_CREDIT = regex.compile(rf"\({_CREDIT_VERB}\s+by\b[^()]{{1,400}}\)", regex.IGNORECASE)

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_PLACE = r"\p{Lu}[\p{L}.'’\-]*(?:[ ,/]{1,2}(?:(?:de|la|of|the|al|el)\ )?\p{Lu}[\p{L}.'’\-]*){0,5}"
_DATE = rf"(?i:,?\s+(?:{_MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{_MONTH})(?:,?\s+\d{{4}})?)"
# As in 'SEOUL (Reuters) - ', 'Seoul, Dec 1 (IANS): ', 'LONDON, March 3 — ', 'NEW YORK -- ' and 'Seoul: '.
_DATELINE = regex.compile(
    rf"""\s*(?:
      {_PLACE}{_DATE}?,?\s*\([\p{{L}}][\p{{L}}\d\ ./&-]{{1,30}}\)\s*[-–—:]*\s*
    | {_PLACE}{_DATE}\s*[-–—:]+\s+
    | \p{{Lu}}[\p{{Lu}}\ .,'’/-]{{2,40}}\s*(?:[–—]|\s-{{1,2}})\s*
    | \p{{Lu}}[\p{{L}}'’-]+(?:[\ /]\p{{Lu}}[\p{{L}}'’-]+){{0,2}}:\s+(?=[\p{{Lu}}"“‘'])
    )""",
    regex.VERBOSE,
)


def find_furniture(submitted: str, headline: str | None = None) -> list[Span]:
    """Spans of ``submitted`` that belong to the page and not to the story, in order, not overlapping.

    Offsets are code points. A headline repeated in the body counts, whether it was given apart or only stands there
    twice. A text that would be furniture altogether is left whole: there is nothing else to judge it by.
    """
    lines = [(match.start(), match.end(), _as_short_line(match.group())) for match in _LINE.finditer(submitted)]
    seen = Counter(text for _, _, text in lines)
    known_headline = _as_short_line(headline) if headline else None

    dropped: list[Span] = []
    story_begun = False
    for start, end, text in lines:
        if text == "":
            continue
        if text and (text == known_headline or _is_repeated_headline(text, seen[text]) or _is_furniture(text)):
            dropped.append((start, end))
            continue
        dropped.extend(_within_line(submitted, start, end, first=not story_begun))
        story_begun = True
    return dropped if story_begun else []


def _as_short_line(line: str) -> str | None:
    """The line folded, without the spaces and quotation marks around it; None when it is a paragraph."""
    line = line.strip()
    return None if len(line) > LONGEST_HEADLINE else normalize(line).text.strip(' "')


def _is_repeated_headline(text: str, times: int) -> bool:
    return times > 1 and not text.endswith((".", "!", "?", ":"))


def _is_furniture(text: str) -> bool:
    if len(text) > LONGEST_FURNITURE_LINE:
        return False
    return bool(_PAGE_FURNITURE.fullmatch(text) or _BYLINE.fullmatch(text))


def _within_line(submitted: str, start: int, end: int, *, first: bool) -> Iterator[Span]:
    """Datelines open the story's first line; credits in parentheses may close any line."""
    begin = start
    if first and (dateline := _DATELINE.match(submitted, start, end)) and dateline.end() < end:
        yield dateline.span()
        begin = dateline.end()
    if "(" not in submitted[begin:end]:
        return
    for credit in _INLINE_CREDIT.finditer(submitted, begin, end):
        yield credit.span()
