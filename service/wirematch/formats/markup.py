"""Extract the text of XHTML, HTML and NITF, element by element."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.html import HTMLParser

from wirematch.errors import InvalidDocumentError
from wirematch.formats.added import added_to, empty, holds_a_story
from wirematch.formats.safe_xml import local_name

MOST_ATTRIBUTES = 1_000
"""Maximum number of attributes of a tag. Building a tree takes libxml2 quadratic time: five minutes for 200,000."""
MOST_ELEMENTS = 50_000

LINE, PARAGRAPH = 1, 2
"""Number of line ends around an element's text."""

_PARAGRAPHS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 hl1 hl2 blockquote bq section article main header footer aside nav ul ol dl table pre "
    "block note body.content body.head body.end body tagline abstract hedline byline dateline address hr".split()
)
_LINES = frozenset("br byttl li dt dd tr nitf-table caption credit option".split())
_CELLS = frozenset(("td", "th"))
_LEFT_OUT = frozenset(
    "script style head title template noscript iframe object svg math form button select textarea figure figcaption "
    "media media-caption media-metadata media-reference video audio picture".split()
)
# Captions, forms and players are not part of a story's text, as IPTC counts words.

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup "
    "time tt u var wbr person org location num chron event function money object.title postaddr virtloc".split()
)
"""Inline elements of HTML and NITF; in a provider's own markup, every other one is taken as a paragraph."""

_SHORTCODE = re.compile(
    r"\[caption\b[^\]\n]{0,500}\][^\[]{0,3000}\[/caption\]|\[/?(?:gallery|embed|audio|video|playlist|caption)\b[^\]\n]{0,500}\]"
)
"""WordPress's placeholders, which its exports and databases hold."""

ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,20}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BROKEN = frozenset(("ERR_RESOURCE_LIMIT",))


def text_of(root: etree._Element, *, unknown: int = 0) -> str:
    """Return the text under ``root``: paragraphs separated by an empty line, list items and rows by a line end.

    ``unknown`` is the number of line ends around elements that neither HTML nor NITF has.
    """
    paragraphs: list[str] = []
    run: list[str] = []
    wanted = 0
    for piece in _pieces(root, unknown):
        if isinstance(piece, int):
            text = "".join(run) if run else ""
            if text.strip():
                paragraphs += ["\n" * wanted if paragraphs else "", text.strip(" \t\r\n\f")]
                wanted = 0
            run.clear()
            wanted = max(wanted, piece)
        elif not (piece == " " and (not run or run[-1].endswith(" "))):
            run.append(piece.lstrip(" ") if run and run[-1].endswith(" ") else piece)
    text = "".join(run)
    if text.strip():
        paragraphs += ["\n" * wanted if paragraphs else "", text.strip(" \t\r\n\f")]
    return "".join(paragraphs)


def text_of_markup(markup: str) -> str:
    """Return the text of HTML, complete or not, however broken. Raises InvalidDocumentError for malicious input."""
    root = parse_html(_SHORTCODE.sub(" ", markup))
    return "" if root is None else text_of_story(root)


def text_of_story(root: etree._Element) -> str:
    """Return the text without tables of data, posts from social networks and bars for sharing, unless these are the
    story: nothing else is there, or only too few words to be one.
    """
    added = added_to(root)
    if not added:
        return text_of(root)
    whole = text_of(root)
    for node in added:
        empty(node)
    text = text_of(root)
    return whole if not text or (holds_a_story(whole) and not holds_a_story(text)) else text


def text_of_paragraphs(root: etree._Element) -> str:
    """Return the text of a provider's own markup: that of its paragraphs if they hold most of it, otherwise each
    element is a paragraph. Headline, dateline and signature have elements of their own, which are not part of the body.
    """
    whole = text_of(root, unknown=PARAGRAPH)
    outermost = [node for node in root.iter() if local_name(node).lower() == "p" and not _within_p(node)]
    said = "\n\n".join(filter(None, map(text_of, outermost)))
    return said if 2 * len(said) >= len(whole) else whole


def _within_p(node: etree._Element) -> bool:
    return any(local_name(above).lower() == "p" for above in node.iterancestors())


def plain(text: str, *, marked: bool = False) -> str:
    """Return the text of what may be HTML, possibly escaped once more, as some senders escape twice."""
    if marked or looks_like_markup(text):
        return text_of_markup(text)
    if ENTITY.search(text) is None:
        return text
    once = html.unescape(text)
    return text_of_markup(once) if looks_like_markup(once) else once


def plain_but_tags(text: str) -> str:
    """Return a text already taken from markup, in which a sender may have escaped markup or entities once more.

    Each paragraph is read by itself: an escaped script for a player in one of them changes no other.
    """
    if "<" not in text and ENTITY.search(text) is None:
        return text
    if "\n\n" not in text:
        return plain(text)
    return "\n\n".join(filter(None, (plain(part).strip() for part in text.split("\n\n"))))


def looks_like_markup(text: str) -> bool:
    """Whether a text is probably HTML or XML: it begins with a tag or contains a common end tag."""
    return (
        text.lstrip().startswith("<")
        or re.search(r"</(?:p|div|h[1-6]|ul|li|a|em|strong|b|i)>|<br ?/?>", text) is not None
    )


def parse_html(markup: str) -> etree._Element | None:
    """Parse an HTML page or fragment and return its root; None if it is empty. No external resources are loaded."""
    content = markup.encode("utf-8", "replace")
    counter = _Counter()
    try:
        etree.fromstring(content, _parser(counter))
    except _TooManyError as error:
        raise InvalidDocumentError(f"is not readable HTML: {error}") from error
    parser = _parser()
    try:
        root: etree._Element | None = etree.fromstring(content, parser)
    except etree.ParserError:  # it is empty
        return None
    for entry in parser.error_log:
        if entry.type_name in _BROKEN:
            raise InvalidDocumentError(f"is not readable HTML: it is nested too deeply at line {entry.line}")
    return root


def _parser(target: Any = None) -> HTMLParser:
    return HTMLParser(
        encoding="utf-8",
        recover=True,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        target=target,
    )


class _TooManyError(Exception):
    pass


class _Counter:
    """A parser target that builds no tree, and stops at input for which building one would take too long."""

    def __init__(self) -> None:
        self.elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if len(attributes) > MOST_ATTRIBUTES:
            raise _TooManyError(f"a tag <{tag[:20]}> has more than {MOST_ATTRIBUTES:,} attributes")
        if self.elements > MOST_ELEMENTS:
            raise _TooManyError(f"it has more than {MOST_ELEMENTS:,} elements")

    def close(self) -> int:
        return self.elements


def _pieces(root: etree._Element, unknown: int) -> Iterator[str | int]:
    """Yield pieces of text and the breaks between them. Not recursive, as the sender determines the depth."""
    stack: list[tuple[etree._Element, bool]] = [(root, False)]
    preserved = 0
    while stack:
        node, leaving = stack.pop()
        name = local_name(node).lower()
        around = PARAGRAPH if name in _PARAGRAPHS else LINE if name in _LINES else 0
        if unknown and not around and name not in _INLINE and name not in _CELLS:
            around = unknown
        if not leaving and name and (node is root or name not in _LEFT_OUT):
            if around:
                yield around
            preserved += name == "pre"
            yield from _spaced(node.text, preserved)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))
            continue
        if leaving:
            preserved -= name == "pre"
            if around:
                yield around
            elif name in _CELLS:
                yield " "
        elif not name and node.tag is etree.Entity:
            yield html.unescape(node.text or "")
        if node is not root:
            yield from _spaced(node.tail, preserved)


def _spaced(text: str | None, preserved: int) -> Iterator[str | int]:
    if not text:
        return
    if not preserved:
        yield _SPACE.sub(" ", text)
        return
    for number, line in enumerate(text.splitlines()):
        if number:
            yield LINE if line.strip() else PARAGRAPH
        yield line
