"""Extract the text of an HTML or Markdown body, with a map back to the body.

Markup is not wording: a story with links in it is the same story. The text is compared; reports refer to the body as it
was submitted.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wirematch.models import Article, BodyFormat, StoredArticle, UnkeptArticle

LONGEST_OPENING = 90
"""Characters of the first words that stand in for a headline."""
READ_FOR_AN_OPENING = 4_000
"""Characters of a body; the text of a web page begins after its head."""
TEXTS_KEPT = 128
"""Cache size: twice as many texts as are signed together."""
_PARAGRAPHS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre section article main header footer aside figure hr".split()
)
_LINES = frozenset("br li dt dd tr".split())
_LEFT_OUT = frozenset("script style head title noscript iframe figure figcaption svg button form".split())
_MARKUP = re.compile(
    r"</(?:p|div|h[1-6]|ul|ol|li|a|em|strong|b|i|u|span|blockquote|figure|table|section|article)\s*>|<br\s*/?>|<p[\s>]",
    re.IGNORECASE,
)
_ENTITY = re.compile(
    r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[nm]dash|hellip|euro|szlig|"
    r"[A-Za-z]{1,2}(?:acute|grave|circ|tilde|uml|cedil|slash|ring|lig));"
)
_TAG = re.compile(r"<!--|<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]{0,30})[^<>]*>|<![A-Za-z][^<>]*>|<\?[^<>]*>")
_SPACE = re.compile(r"\s+")
_DATA = r"data:[\w+/=;,:.%-]*+"
"""An address that holds what it names, such as a picture in base64, however long."""
_INLINE_MARKS = (
    rf"!\[[^\[\]\n]{{0,500}}\]\((?:{_DATA}|[^()\s]{{0,2000}})(?: \"[^\"\n]{{0,200}}\")?\)",  # an image
    r"(?<!\\)\](?:\([^()\s]{0,2000}(?: \"[^\"\n]{0,200}\")?\)|\[[^\[\]\n]{0,100}\])",  # the end of a link
    r"(?<!\\)\[(?=[^\[\]\n]{1,500}\](?:\(|\[))",  # the beginning of a link
    r"<(?=https?://[^<>\s]{1,2000}>)|(?<=[^\s<>])>(?=\s|$)(?<!->)",  # a bare URL
    r"(?<![\\*\s\d])\*{1,3}(?!\*)|(?<![\\*\d])\*{1,3}(?=[^\s*])",  # bold, italics
    r"(?<![\\\w_])_{1,3}(?=[^\s_])|(?<=[^\s_\\])_{1,3}(?![\w_])",
    r"(?<!\\)~~|(?<!\\)`{1,3}",
    r"\\(?=[\\`*_{}\[\]()#+.!>~-])",
)
_LINE_MARKS = (
    r"^[ \t]{0,3}#{1,6}[ \t]+|[ \t]+#{1,6}[ \t]*$",  # a heading
    r"^[ \t]{0,3}(?:>[ \t]?)+",  # a quotation
    r"^[ \t]*[-*+][ \t]+(?=\S)",  # a list item
    r"^[ \t]{0,3}(?:[-*_][ \t]*){3,}$|^(?:={3,}|-{3,})[ \t]*$",  # a rule
    rf"^[ \t]{{0,3}}\[[^\[\]\n]{{1,100}}\]:[ \t]+(?:<?{_DATA}>?|\S[^\n]{{0,2000}})$",  # a link definition
)
_MARKS = re.compile("|".join((*_LINE_MARKS, *_INLINE_MARKS)), re.MULTILINE)
_MARKDOWN = re.compile(
    r"\[[^\[\]\n]{1,500}\]\((?:https?://|/|mailto:)[^()\s]{0,2000}(?: \"[^\"\n]{0,200}\")?\)|^#{1,6}[ \t]+\S|"
    r"\[[^\[\]\n]{1,500}\]\[[^\[\]\n]{1,50}\]",
    re.MULTILINE,
)
_BOLD = re.compile(
    r"(?<![*\w\\])\*\*(?=[^\s*])[^*\n]{1,500}(?<=[^\s*])\*\*(?![*\w])|"
    r"(?<![\w_\\])__(?=\w)[^_\n]{1,500}__(?![\w_])"
)

_LEFT_OUT_TAG = re.compile(rf"<({'|'.join(sorted(_LEFT_OUT))})(?![A-Za-z])", re.IGNORECASE)
_CUT = re.compile(r"(?:<[^<>]*|&[#A-Za-z0-9]*)$")
"""A tag or an entity that is cut off."""

Edit = tuple[int, int, str]
"""Start and end in the submitted body, and the replacement."""


@dataclass(frozen=True, slots=True, eq=False)
class PlainText:
    """A text with a map back to the body; both arrays are None if it is the body."""

    text: str
    starts: NDArray[np.int32] | None = None
    """For each of n characters, the start of what it stands for in the submitted body."""
    ends: NDArray[np.int32] | None = None
    """... and its end."""


def plain_text(article: Article) -> str:
    """The text of an article's body, which is what is compared."""
    return read_markup(article.body, article.body_format).text


def opening(body: str, body_format: str | None = None) -> str:
    """Return on one line the text with which a body begins, which may be cut anywhere, as within a tag or a style."""
    if _resolved(body, body_format) is BodyFormat.HTML:
        comment = body.rfind("<!--")
        body = _CUT.sub("", body if "-->" in body[comment:] else body[:comment])
        for left_out in _LEFT_OUT_TAG.finditer(body):
            if f"</{left_out[1].lower()}" not in body[left_out.end() :].lower():
                body = body[: left_out.start()]
                break
    return " ".join(read_markup(body, body_format).text.split())


def first_words(article: Article) -> str | None:
    """Return the first words of an article, to stand in for its headline; None if it has none, or none are kept."""
    if isinstance(article, StoredArticle):
        kept = article.text_kept
    else:
        kept = article.imprint is None and not isinstance(article, UnkeptArticle)
    return shortened(opening(article.body[:READ_FOR_AN_OPENING], article.body_format)) if kept else None


def shortened(begun: str) -> str | None:
    """Shorten what ``opening`` returned at a word, or anywhere if there is no blank; None if it is empty."""
    return (begun or None) if len(begun) <= LONGEST_OPENING else f"{begun[:LONGEST_OPENING].rsplit(' ', 1)[0]} …"


def resolved_format(article: Article) -> BodyFormat:
    """TEXT, HTML or MARKDOWN: the stated format, else a guess from the body."""
    return _resolved(article.body, article.body_format)


def read_markup(body: str, body_format: str | None = None) -> PlainText:
    """Extract the text of a body; without a format, or with 'auto', the format is guessed."""
    resolved = _resolved(body, body_format)
    if resolved is BodyFormat.TEXT:
        return PlainText(body)
    if resolved is BodyFormat.HTML:
        read = _edited(body, _tags(body))
        # Markup that was escaped twice is still markup.
        return _through(read, _edited(read.text, _tags(read.text))) if _MARKUP.search(read.text) else read
    read = _edited(body, _tags(body)) if _ENTITY.search(body) else PlainText(body)
    return _through(read, _edited(read.text, _marks(read.text)))


def _resolved(body: str, body_format: str | None) -> BodyFormat:
    if body_format is BodyFormat.TEXT:
        return BodyFormat.TEXT  # the usual case for stored texts; the look-up by name below would be most of the work
    return _guessed(body) if body_format is None or body_format == BodyFormat.AUTO else BodyFormat(body_format)


@lru_cache(maxsize=TEXTS_KEPT)
def _guessed(body: str) -> BodyFormat:
    """Guess a body's format. Cached: it is asked for when signing, when searching for candidates and when preparing."""
    if "<" in body or "&" in body:
        if _MARKUP.search(body):
            return BodyFormat.HTML
        if _ENTITY.search(body):  # escaped markup, or a text with entities, which may be Markdown
            read = _edited(body, _tags(body)).text
            return BodyFormat.HTML if _MARKUP.search(read) or not looks_like_markdown(read) else BodyFormat.MARKDOWN
    return BodyFormat.MARKDOWN if looks_like_markdown(body) else BodyFormat.TEXT


def looks_like_markdown(body: str) -> bool:
    """Whether a text has Markdown links, headings or bold words; a single star proves nothing."""
    # Most texts have none of these; searching for single characters is ten times as fast as for pairs.
    if "]" not in body and "#" not in body and "*" not in body and "_" not in body:
        return False
    if "](" not in body and "][" not in body and "#" not in body and "**" not in body and "__" not in body:
        return False
    return _MARKDOWN.search(body) is not None or _BOLD.search(body) is not None


def _edited(body: str, edits: Iterator[Edit]) -> PlainText:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    last = 0
    for start, end, text in edits:
        pieces += (body[last:start], text)
        starts += range(last, start)
        ends += range(last + 1, start + 1)
        starts += [start] * len(text)
        ends += [end] * len(text)
        last = end
    if last == 0:
        return PlainText(body)
    pieces.append(body[last:])
    starts += range(last, len(body))
    ends += range(last + 1, len(body) + 1)
    return PlainText("".join(pieces), np.array(starts, np.int32), np.array(ends, np.int32))


def _through(first: PlainText, second: PlainText) -> PlainText:
    """Compose two extractions, the second applied to the text of the first."""
    if first.starts is None or first.ends is None:
        return second
    if second.starts is None or second.ends is None:
        return first
    return PlainText(second.text, first.starts[second.starts], first.ends[second.ends - 1])


def _marks(body: str) -> Iterator[Edit]:
    for mark in _MARKS.finditer(body):
        if mark.end() > mark.start():
            yield mark.start(), mark.end(), ""


def _tags(body: str) -> Iterator[Edit]:
    """Yield replacements for tags, entities and, in bodies with paragraphs, white space."""
    blocks = any(tag["name"] and tag["name"].lower() in _PARAGRAPHS | _LINES for tag in _TAG.finditer(body))
    unclosed: set[str] = set()
    lowered = ""
    at = 0
    for tag in _TAG.finditer(body):
        if tag.start() < at:
            continue  # inside something that is left out
        yield from _between(body, at, tag.start(), blocks=blocks)
        name = (tag["name"] or "").lower()
        at, around = tag.end(), "\n\n" if name in _PARAGRAPHS else "\n" if name in _LINES else ""
        close = "-->" if tag.group() == "<!--" else f"</{name}" if name in _LEFT_OUT and not tag["end"] else ""
        if close and close not in unclosed:
            lowered = lowered or _lower(body)
            closed = lowered.find(close, tag.end())
            if closed < 0:
                unclosed.add(close)
            else:
                at = closed + 3 if close == "-->" else (lowered.find(">", closed) + 1 or len(body))
        elif close == "-->":
            at = tag.end()
        yield tag.start(), at, around
    yield from _between(body, at, len(body), blocks=blocks)


def _lower(body: str) -> str:
    """Lower-case a body without changing its length, which some letters' lower case would."""
    lowered = body.lower()
    return lowered if len(lowered) == len(body) else "".join(c.lower() if c.isascii() else c for c in body)


def _between(body: str, start: int, end: int, *, blocks: bool) -> Iterator[Edit]:
    """Yield replacements for the entities between tags, and for white space, which collapses in marked-up text."""
    pattern = _SPACE_OR_ENTITY if blocks else ENTITY_ANY
    for found in pattern.finditer(body, start, end):
        said = found.group()
        if said.isspace():
            if said != " ":
                yield found.start(), found.end(), " "
            continue
        read = html.unescape(said)
        if read != said:
            yield found.start(), found.end(), read.replace("\xa0", " ")


ENTITY_ANY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,20}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_SPACE_OR_ENTITY = re.compile(rf"{ENTITY_ANY.pattern}|{_SPACE.pattern}")
