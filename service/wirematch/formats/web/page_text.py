"""The text of a page's article: ``trafilatura``'s extraction, corrected in three ways.

Comments and teasers of other articles are removed first, so that a long thread is not taken for the article. If the
article is spread over several containers of one kind, all of them are used. And if nothing is found, the paragraphs of
a short article are taken as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy

from lxml import etree

from wirematch.errors import InvalidDocumentError
from wirematch.formats.added import is_inserted
from wirematch.formats.markup import text_of
from wirematch.formats.safe_xml import local_name

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that lxml accepts in a page but refuses to write."""
_AROUND = re.compile(
    r"(?:^|[-_ ])(?:comments?|commentlist|comment-thread|disqus(?:_thread)?|replies|respond|livefyre|viafoura|coral|"
    r"related|read-?(?:more|next|also)|more-?(?:from|stories|on|news|like-this)|most-?(?:read|popular|viewed)|"
    r"recommend(?:ed|ations?)|recirc(?:ulation)?|outbrain|taboola|teasers?|newsletter|promo(?:s|tions?)?|trending|"
    r"sign-?up|subscribe|paywall-message|share-?bar|social-share|breadcrumbs?|up-?next|you-may-like|latest-news)"
    r"(?:$|[-_ ])",
    re.IGNORECASE,
)
"""Classes and ids of elements around an article."""
_INSERTED = frozenset(
    "amp-ad amp-embed amp-list amp-sidebar amp-twitter amp-instagram amp-facebook amp-social-share amp-consent "
    "amp-iframe amp-next-page amp-sticky-ad".split()
)
"""Elements of AMP that hold no part of a story."""
_BLOCKS = frozenset("p h2 h3 h4 li blockquote pre".split())
_COMMENTS = frozenset("comment comments comment-list commentlist comments-area comments-section disqus_thread".split())
"""Classes and ids that only comment threads have. These are removed even if they hold most of the page's text."""
_LEAST_WORDS = 8
_LEAST_GAIN = 1.1
"""Factor by which other containers must lengthen the text to count as parts of it."""
_FULLER = 1.25
_SAME_STORY = 0.6


def main_text(root: etree._Element) -> str:
    """Return the article's text without menus, advertisements and comments; empty if none was found."""
    page = deepcopy(root)
    _take_away_surroundings(page)
    text = _extracted(page)
    whole = _with_all_containers(page, text)
    return whole or _paragraphs(page)


def fuller_text(given: str, shown: str) -> bool:
    """Whether a text given in metadata is the story that the page shows, and no less of it."""
    mine, theirs = given.split(), shown.split()
    if not theirs or mine == theirs:  # if the page shows none, trafilatura takes this text and joins its paragraphs
        return True
    longest = max(shown.split("\n\n"), key=len).split()
    words = set(mine)
    same = sum(word in words for word in longest) >= _SAME_STORY * len(longest)
    return same and len(mine) >= _FULLER * len(theirs)


def _extracted(page: etree._Element) -> str:
    import trafilatura  # noqa: PLC0415 - a quarter of a second that only pages need

    try:
        found = trafilatura.bare_extraction(
            deepcopy(page), include_comments=False, include_tables=False, with_metadata=False, deduplicate=False
        )
    # It has to guess; if it fails, no text can be found.
    except Exception as error:
        raise InvalidDocumentError(f"is not readable HTML: {type(error).__name__}") from error
    text = getattr(found, "text", None) or ""
    return "\n\n".join(line for line in map(str.strip, text.splitlines()) if line)


def _take_away_surroundings(page: etree._Element) -> None:
    """Remove posts of networks, comments, teasers and calls to subscribe, unless one holds most of the page's text."""
    words: Counter[etree._Element] = Counter()
    for block in page.iter("p"):
        said = len("".join(map(str, block.itertext())).split())
        for above in block.iterancestors():
            words[above] += said
    inserted = [node for node in page.iter() if local_name(node) in _INSERTED or is_inserted(node)]
    for node in inserted:
        parent = node.getparent()
        if parent is not None and (local_name(node) in _INSERTED or 2 * words[node] <= words[page]):
            _remove(node, parent)
    marked = [node for node in page.iter() if local_name(node) == "h1" or node.get("itemprop") == "articleBody"]
    kept = {above for node in marked for above in (node, *node.iterancestors())}
    for node in [node for node in page.iter() if local_name(node) and _AROUND.search(_named(node))]:
        parent = node.getparent()
        if parent is None or node in kept or local_name(node) in {"body", "html", "main"}:
            continue
        if 2 * words[node] <= words[page] or not _COMMENTS.isdisjoint(_named(node).lower().split()):
            _remove(node, parent)


def _named(node: etree._Element) -> str:
    return f"{node.get('class') or ''} {node.get('id') or ''}"[:400]


def _remove(node: etree._Element, parent: etree._Element) -> None:
    if node.tail:
        before = node.getprevious()
        if before is not None:
            before.tail = _NO_XML.sub("", (before.tail or "") + node.tail)
        else:
            parent.text = _NO_XML.sub("", (parent.text or "") + node.tail)
    parent.remove(node)


def _with_all_containers(page: etree._Element, text: str) -> str:
    """Return the text including the paragraphs of all containers like the one that holds most of it."""
    found = set(map(_bare, text.split("\n\n")))
    blocks = [(block, _bare("".join(map(str, block.itertext())))) for block in page.iter(*_BLOCKS)]
    homes = Counter(_kind(block) for block, said in blocks if said in found and len(said.split()) >= _LEAST_WORDS)
    kinds = {kind for kind, number in homes.items() if kind is not None}
    if not text or not kinds:
        return text
    home, _ = max(((kind, number) for kind, number in homes.items() if kind is not None), key=lambda item: item[1])
    wanted = [
        (block, said)
        for block, said in blocks
        if said and (said in found or (_kind(block) == home and len(said.split()) >= _LEAST_WORDS))
    ]
    outermost = {id(block) for block, _ in wanted}
    told = [text_of(block) for block, _ in wanted if not any(id(above) in outermost for above in block.iterancestors())]
    whole = "\n\n".join(dict.fromkeys(filter(None, told)))
    return whole if len(whole.split()) >= _LEAST_GAIN * len(text.split()) else text


def _kind(block: etree._Element) -> tuple[str, str, str] | None:
    """Return what identifies containers of one kind: tag, class, and the parent's class; None without a class."""
    parent = block.getparent()
    while parent is not None and local_name(parent) in {"ul", "ol", "blockquote"}:
        parent = parent.getparent()
    above = parent.getparent() if parent is not None else None
    if parent is None or not parent.get("class"):
        return None
    return local_name(parent), parent.get("class") or "", (above.get("class") or "") if above is not None else ""


def _bare(text: str) -> str:
    return " ".join(text.split()).removeprefix("- ")


def _paragraphs(page: etree._Element) -> str:
    """Return the paragraphs of the article or, if none is marked, of the page; a fallback for short articles."""
    for name in ("article", "main", "body"):
        for place in page.iter(name):
            told = [text_of(block) for block in place.iter("p") if not _in_furniture(block)]
            text = "\n\n".join(filter(None, told))
            if text:
                return text
    return ""


def _in_furniture(block: etree._Element) -> bool:
    return any(local_name(above) in {"nav", "footer", "aside", "form", "header"} for above in block.iterancestors())
