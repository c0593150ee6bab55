"""Find what a news page carries beside its story: datelines, bylines, agency tags, share bars, repeated headlines,
licensing notes, lists of links, and who the author is.

Such lines stand on thousands of pages and say nothing about who wrote the story, so they are kept out of
fingerprints, scores and passages. They are found by shape, line by line, and only in lines short enough that no
paragraph of a story can be mistaken for one. Where a sentence of a story could begin alike, the shape says how the
line goes on: with names alone, with a time, with nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

import regex

from service.text.normalize import normalize
from service.text.words import split_words

Span = tuple[int, int]

LONGEST_FURNITURE_LINE = 160
LONGEST_HEADLINE = 250
LONGEST_NOTE = 400
"""Code points; longer lines are paragraphs and looked at no further."""
SHORTEST_LIST = 4
"""Lines; fewer in a row may be a headline and what goes with it."""
LONGEST_LIST_ITEM_WORDS = 14
SHORTEST_INTRODUCTION_WORDS = 6
"""A line that ends in a colon and is shorter is a heading; a longer one says why the story has a list."""
SHORTEST_WRAPPED_LINE = 40
"""Code points; nobody breaks the lines of a text shorter than this."""

_LINE = regex.compile(r"[^\n\r\u2028\u2029]+")
_AROUND = " \t\"'()[]*_•·|<>→►▶"
"""Decoration around a line that does not change what it is."""

_NETWORK = "(?:facebook|twitter|x|linkedin|telegram|whatsapp|reddit|pinterest|instagram|google news|youtube)"
_ACTION = (
    r"share|save|print|e-?mail|tweet|pin|copy link|(?:\d+ )?comments?|reply|like|"
    rf"privacy policy|terms of (?:use|service)|{_NETWORK}"
)
_COUNT = r"(?: ?\(?\d+\)?)?"
_WORK = "story|article|post|piece|content|column|commentary|essay"
_TREATED = "(?:edited|(?:re-?)?published|(?:auto-?)?generated|updated|corrected|translated)"
_VIEWS = "(?:views|opinions)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_TIME_WORD = (
    rf"(?>{_MONTH}|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|\d++(?:st|nd|rd|th|h)?|"
    r"[ap]\.?m\b\.?|(?:gmt|utc|ist|bst|ces?t|[ecmp][sd]?t|at|on|ago|min(?:ute)?s?|hours?|hrs?|days?|weeks?|read|"
    r"(?:last |first )?(?:published|posted|updated|modified))\b)"
)
# A time and nothing else, as in 'Last updated: July 22, 2026 2:41 PM' and '2 min read'.
_TIME = (
    rf"(?=.*\d)(?=.*(?:{_MONTH}|\bago\b|\bread\b|published|posted|updated|modified))"
    rf"{_TIME_WORD}(?:[\s,.:;|/•·@()+-]*{_TIME_WORD})*[\s.)]*"
)

_PAGE_FURNITURE = regex.compile(
    "|".join(
        (
            r"site icon\b.{0,60}|exit mobile version|skip to (?:main )?content|back to top|loading\.*|menu|search",
            r"(?:read|see|watch|view|show|find out|learn) (?:more|also|all|next|full story)\b(?! than\b).*",
            r"also (?:read|see|watch)\b(?: ?[:|-].*|.*[^.])",
            r"(?:continue|keep) reading\b.*|(?:story|article) continues\b.*|(?:the )?post .+ appeared first on\b.*",
            r"scroll (?:down|to continue)\b.*|(?:enter|type) your e-?mail\b.*",
            rf"(?:{_ACTION}){_COUNT}(?:[\s|,/•·]+(?:{_ACTION}){_COUNT})*",
            r"(?:share|post|tweet) (?:on|this|via|to|with)\b.*",
            r"(?:to [^.\"]{1,80} |[^.\"]{1,40}\? )?(?:click|tap) (?:here|to)\b[^\"]*",
            r"(?:follow|like|join|find) us(?: (?:on|at|now|here)\b.*)?",
            rf"(?:follow|join) .{{1,40}} on {_NETWORK}\b.*",
            r"(?:sign up|log in|sign in)\b.*|(?:subscribe|register)(?: (?:now|today|here|to|for|free|with)\b.*)?",
            r"download (?:the|our) app\b.*|get (?:the |our )?(?:latest|daily|breaking|newsletter|app)\b.*",
            r"(?:our |daily |free )?newsletters?\b.{0,60}(?<!\.)|listen to this article\b.*",
            r"advertisements?\.?|sponsored(?: content)?|promoted|ads? by \S+|trending(?: now)?|most (?:read|popular)",
            r"related(?: (?:stories|articles|topics|coverage|news|content))?(?: ?:.*)?",
            r"more (?:on|from) .{1,60}(?<!\w\.)",
            r"(?:tags|topics|filed under|categories) ?:.*",
            r"(?:file )?(?:photo|image|picture|video|caption)s?(?: (?:credit|courtesy|source))?s? ?[:/|].*",
            r"(?:photo|image|picture)s? (?:credits?|courtesy)\b.*|(?:.{1,40}/)?getty images(?:[ ,]*[|/(,].{0,40})?",
            r"(?:© ?)?copyright(?: notice)?[\s:,]*(?:©|\(c\)|\d{4}).*|©.*|all rights reserved\b.*",
            r"(?:source|agency|credit) ?:.{1,60}|with (?:agency )?inputs? from\b.*",
            rf"{_TIME}|[^.!?]{{2,60}}[|•·]\s*{_TIME}",
        )
    )
)

# Rights, corrections, contacts and disclaimers, which outgrow a line of furniture.
_NOTE = regex.compile(
    "|".join(
        (
            r"(?:all )?content (?:created|produced|provided) by\b.* (?:is|are) available (?:without charge|free)\b.*",
            r"[^\"]{2,150}\bcontributed (?:reporting )?to this (?:report|story|article)(?: from .{2,40})?\.?",
            rf"(?:except for the headline, )?this (?:{_WORK}|report|copy) has (?:not )?been {_TREATED}\b.*",
            rf"this (?:{_WORK}) (?:is |was )?(?:originally |first |also )?(?:appeared|syndicated|{_TREATED})\b.*",
            rf"this (?:{_WORK}|site|website|page) is (?:\w+ )?for (?:general )?(?:information(?:al)?|educational)\b.*",
            rf"(?:the )?{_VIEWS}(?:,? (?:and|or) {_VIEWS})? expressed (?:here|above|are|(?:in|on) this|by the)\b.*",
            r"(?:legal )?disclaimer ?:.*|editor'?s'? note ?:.*",
            r"this \w+ may not be (?:published|reproduced|republished|copied|redistributed)(?:,| or)\b?.*",
            r"(?:reproduction|republication|redistribution) (?:in whole|without|of this)\b.*",
            r"do not (?:reproduce|republish|copy) without\b.*",
            r"(?:re-?published|reprinted|licensed|used) (?:under (?:a |the )?creative commons|with permission)\b.*",
            r"for (?:licensing|syndication|reprint|republishing)\b.{1,60}\b(?:contact|visit|e-?mail|see|click)\b.*",
            r"(?:we|(?:this|our) (?:site|website)) uses? cookies\b.*",
            r"by (?:continuing|signing up|subscribing)\b.* you agree\b.*",
            r"(?:if|when) you (?:buy|purchase|click)\b.*\bcommission\b.*",
            r"(?:support|donate to) (?:our|independent) (?:journalism|reporting|newsroom)\b.*",
            r"(?:send|submit|e-?mail) (?:us )?(?:(?:a|any|your|news|story|confidential) )*tips?\b.*",
            r"(?:got|have) an? (?:(?:news|story|confidential) )?tip\b.*",
            r"(?:contact|e-?mail|write to) (?:us|the (?:author|writer|reporter|editor|newsroom))\b.*",
            rf"[^\"]{{2,80}} can be (?:reached|followed) (?:at|on|via)\b.*(?:@|\d{{3}}[ .-]\d{{3}}|\b{_NETWORK}\b).*",
            r"(?:follow|contact|e-?mail) [^\"]{1,80}@\w.*",
        )
    )
)

# Names and what stands between them, so that a line of nothing else is told from a sentence.
_NAME = r"(?:(?:al|el|d)[-'’])?\p{Lu}[\p{L}\p{M}\d.'’-]*"
_BETWEEN_NAMES = (
    r"(?:and|in|at|of|for|from|with|by|the|our|de|del|der|den|van|von|bin|al|el|la|le|da|di|du|dos|agencies|"
    r"reporting|writing|editing|additional|further|edited|written|compiled|translated|"
    r"senior|chief|special|staff|correspondents?|reporters?|editors?|writers?)\b"
)
_NAMES = rf"{_NAME}(?:[\s,;:/&|()]+(?:{_NAME}|{_BETWEEN_NAMES}))*"
_CREDIT = (
    r"(?:(?:[Aa]dditional |[Ff]urther )?(?i:reporting|writing|editing|translating)|"
    r"(?:Reported|Written|Edited|Compiled|Translated|Produced)) [Bb]y"
)
_CREDIT_LINE = regex.compile(
    "|".join(
        (
            rf"(?i:by):? (?=\S+[ ,]){_NAMES}(?<!\p{{Ll}}{{2}}\.)(?:\s+[|•·]\s.*)?|(?i:by) \p{{Lu}}{{2,6}}",
            rf"\(?{_CREDIT}:? {_NAMES}[\s.,;)]*",
            rf"(?:{_NAME} ){{1,5}}(?i:staff|correspondents?|(?:news|web|sports) desk|bureau|staff (?:writer|reporter))",
            rf"\(?(?i:with (?:additional )?(?:reporting|files) (?:from|by)) {_NAMES}\)?\.?",
            rf"(?i:(?:file )?(?:photo|image|picture|graphic|illustration)s? by) {_NAMES}",
            rf"(?:\(c\)|(?i:copyright))[\s:,]*{_NAMES}",
            r"[-–—]+ ?\p{Lu}\p{L}*(?: \p{Lu}\p{L}*){0,2}",
            r"[^.!?«»›→]{1,40}(?:\s[›»→]\s[^.!?«»›→]{1,40}){1,5}",
        )
    )
)
_INLINE_CREDIT = regex.compile(rf"\({_CREDIT}\b[^()]{{1,400}}\)")

_ABOUT_THE_AUTHOR = regex.compile(
    rf"""{_NAME}(?:\ (?:(?:de|van|von|der|bin|al)\ ){{0,2}}(?P<surname>{_NAME})){{1,3}}(?:,[^,"]{{1,60}},)?\s
    (?: is\ (?:an?\ |the\ |our\ )?(?:[\p{{L}}'’,-]+\ ){{0,8}}?
        (?:reporter|correspondent|editor|journalist|columnist|writer|author|producer|contributor|fellow|professor)s?\b
      | (?:covers|writes\ (?:about|on|for|from)|reports\ (?:on|for|from)|contributes\ to)\b
    )[^"“”]*""",
    regex.VERBOSE,
)

_PLACE = r"\p{Lu}[\p{L}.'’\-]*(?:[ ,/]{1,2}(?:(?:de|la|of|the|al|el)\ )?\p{Lu}[\p{L}.'’\-]*){0,5}"
_PLACE_IN_CAPITALS = r"\p{Lu}[\p{Lu}\ .,'’/-]{2,40}"
_DATE = rf"(?i:,?\s+(?:{_MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{_MONTH})(?:,?\s+\d{{4}})?)"
_AGENCY = r"\([\p{L}][\p{L}\d\ ./&-]{1,30}\)"
_KNOWN_AGENCY = r"\((?:Reuters|AP|AFP|UPI|CNN|IANS|PTI|ANI|Xinhua|Kyodo|Yonhap|Bloomberg|dpa|EFE|TASS|ANSA)\)"
# As in 'SEOUL (Reuters) - ', 'Seoul, Dec 1 (IANS): ', 'LONDON, March 3 — ', 'NEW YORK -- ' and 'Seoul: '. Without a
# dash, 'SEOUL (Norwind) Officials', 'Seoul, Dec 1 (Norwind) Officials' and 'Seoul (Reuters) Officials', but not 'Press
# Council (PC) officials'.
_DATELINE = regex.compile(
    rf"""\s*(?:
      {_PLACE}(?:{_DATE},?\s*{_AGENCY}\s*[-–—:]*|,?\s*{_AGENCY}\s*[-–—:]+)\s*
    | (?:{_PLACE_IN_CAPITALS}{_AGENCY}\s+|{_PLACE}\s*{_KNOWN_AGENCY}\s*)(?=[\p{{Lu}}\d("“‘'])
    | {_PLACE}{_DATE}\s*[-–—:]+\s+
    | {_PLACE_IN_CAPITALS}\s*(?:[–—]|\s-{{1,2}})\s*
    | \p{{Lu}}[\p{{L}}'’-]+(?:[\ /]\p{{Lu}}[\p{{L}}'’-]+){{0,2}}:\s+(?=[\p{{Lu}}"“‘'])
    )""",
    regex.VERBOSE,
)

_SENTENCE_END = regex.compile(r"""[.!?:。！？：।॥؟۔"'”’»」』][\s)\]]*$""")
_UNFINISHED = (",", ";", "-")
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’-]*")


@dataclass(slots=True)
class _Line:
    """A line that is not blank."""

    start: int
    end: int
    text: str
    """As submitted, without the spaces around it."""
    folded: str | None
    """Without decoration; None when it is a paragraph."""
    furniture: bool = False


def find_furniture(submitted: str, headline: str | None = None) -> list[Span]:
    """Spans of ``submitted`` that belong to the page and not to the story, in order, not overlapping.

    Offsets are code points. A headline repeated in the body counts, whether it was given apart or only stands there
    twice. A text that would be furniture altogether is left whole: there is nothing else to judge it by.
    """
    lines = [line for match in _LINE.finditer(submitted) if (line := _read(match.group(), match.start()))]
    seen = Counter(line.folded for line in lines)
    known_headline = _fold(headline) if headline else None
    for line in lines:
        if text := line.folded:
            repeated = text == known_headline or _is_repeated_headline(line, seen[text])
            line.furniture = repeated or _is_furniture(line.text, text)
    _mark_lists(lines)
    _mark_authors(lines)

    dropped: list[Span] = []
    story_begun = False
    for line in lines:
        if line.furniture:
            dropped.append((line.start, line.end))
        else:
            dropped.extend(_within_line(submitted, line.start, line.end, first=not story_begun))
            story_begun = True
    return dropped if story_begun else []


def _read(line: str, start: int) -> _Line | None:
    folded = _fold(line)
    return None if folded == "" else _Line(start, start + len(line), line.strip(), folded)


def _fold(line: str) -> str | None:
    line = line.strip()
    return None if len(line) > LONGEST_NOTE else normalize(line).text.strip(_AROUND)


def _is_repeated_headline(line: _Line, times: int) -> bool:
    if times < 2 or len(line.text) > LONGEST_HEADLINE or _begins_lower(line):
        return False
    return not _SENTENCE_END.search(line.text)


def _is_furniture(line: str, folded: str) -> bool:
    if len(line) <= LONGEST_FURNITURE_LINE and (_PAGE_FURNITURE.fullmatch(folded) or _CREDIT_LINE.fullmatch(line)):
        return True
    return bool(_NOTE.fullmatch(folded))


def _mark_lists(lines: list[_Line]) -> None:
    """Short lines in a row that are no sentences: navigation, galleries, links to other stories.

    When they are most of the text, they are what it has to say.
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
    if line.folded is None or line.text.endswith(_UNFINISHED) or _begins_lower(line) or _SENTENCE_END.search(line.text):
        return False
    return len(split_words(line.folded).forms) <= LONGEST_LIST_ITEM_WORDS


def _is_table(run: list[_Line]) -> bool:
    """Rows of figures, or of dates and what happened then: these belong to the story."""
    beyond_first_words = (line.text.partition(" ")[2] for line in run)  # where a rank may stand
    return 2 * sum(any(map(str.isdigit, rest)) for rest in beyond_first_words) > len(run)


def _introduces(line: _Line) -> bool:
    return not line.furniture and line.text.endswith(":") and line.text.count(" ") >= SHORTEST_INTRODUCTION_WORDS - 1


def _begins_lower(line: _Line) -> bool:
    """As where a text was broken into lines in the middle of its sentences."""
    return line.text[0].islower()


def _is_full(run: list[_Line]) -> bool:
    """Whether a text was broken into these lines, in any script: the next line's first word would not have gone in."""
    width = max(len(line.text) for line in run)
    return width >= SHORTEST_WRAPPED_LINE and all(
        len(line.text) + 1 + len(following.text.split(maxsplit=1)[0]) > width for line, following in pairwise(run)
    )


def _mark_authors(lines: list[_Line]) -> None:
    """Who wrote it, where nothing of the story comes after; a person whom the story names is its subject instead."""
    named: set[str] | None = None
    for line in reversed(lines):
        if line.furniture:
            continue
        about = _ABOUT_THE_AUTHOR.fullmatch(line.text) if line.folded else None
        if not about:
            return
        if named is None:
            named = _words_of_sentences(lines)
        if about["surname"] in named:
            return
        line.furniture = True


def _words_of_sentences(lines: list[_Line]) -> set[str]:
    sentences = (line.text for line in lines if not line.furniture and _SENTENCE_END.search(line.text))
    return {word for text in sentences if not _ABOUT_THE_AUTHOR.fullmatch(text) for word in _WORD.findall(text)}


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
