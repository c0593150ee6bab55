"""The text of a page's article: what ``trafilatura`` finds, without what stands around it, and with all of its parts.

Three things are done that it does not. Comments and teasers of other articles are taken away before, so that a long
thread is not taken for the article. Where the article stands in several containers of one kind, the others are added.
And where it finds nothing, a short article's paragraphs are taken as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy

from lxml import etree

from wirematch.errors import InvalidDocumentError
from wirematch.formats.markup import text_of
from wirematch.formats.safe_xml import local_name

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that a page may have, and that lxml reads but does not write."""
_AROUND = re.compile(
    r"(?:^|[-_ ])(?:comments?|commentlist|comment-thread|disqus(?:_thread)?|replies|respond|livefyre|viafoura|coral|"
    r"related|read-?(?:more|next|also)|more-?(?:from|stories|on|news|like-this)|most-?(?:read|popular|viewed)|"
    r"recommend(?:ed|ations?)|recirc(?:ulation)?|outbrain|taboola|teasers?|newsletter|promo(?:s|tions?)?|trending|"
    r"sign-?up|subscribe|paywall-message|share-?bar|social-share|breadcrumbs?|up-?next|you-may-like|latest-news)"
    r"(?:$|[-_ ])",
    re.IGNORECASE,
)
"""Classes and ids of what stands around an article."""
_BLOCKS = frozenset("p h2 h3 h4 li blockquote pre".split())
_COMMENTS = frozenset("comment comments comment-list commentlist comments-area comments-section disqus_thread".split())
"""Classes and ids that only comment threads have. These are removed even if they hold most of the page's text."""
_LEAST_WORDS = 8
_LEAST_GAIN = 1.1
"""Share by which other containers must lengthen the text to be taken for parts of it."""
_FULLER = 1.25
_SAME_STORY = 0.6


def main_text(root: etree._Element) -> str:
    """The article's text without menus, advertisements and readers' comments; empty when none was found."""
    page = deepcopy(root)
    _take_away_surroundings(page)
    text = _extracted(page)
    whole = _with_all_containers(page, text)
    return whole or _paragraphs(page)


def fuller_text(given: str, shown: str) -> bool:
    """Whether a text that comes with a page is the story that it shows, and at least as much of it."""
    mine, theirs = given.split(), shown.split()
    if not theirs or mine == theirs:  # where a page shows none, trafilatura runs this one's paragraphs together
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
    # It guesses at pages of every kind; where that fails, the page has no text that can be found.
    except Exception as error:
        raise InvalidDocumentError(f"is no HTML that can be read: {type(error).__name__}") from error
    text = getattr(found, "text", None) or ""
    return "\n\n".join(line for line in map(str.strip, text.splitlines()) if line)


def _take_away_surroundings(page: etree._Element) -> None:
    """Comments, teasers and calls to subscribe, unless most of the page's text stands in one of them."""
    words: Counter[etree._Element] = Counter()
    for block in page.iter("p"):
        said = len("".join(map(str, block.itertext())).split())
        for above in block.iterancestors():
            words[above] += said
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
    """The text with the paragraphs of all containers like that in which most of it stands."""
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
    """What tells containers of one kind: tag and class, and the class of what they stand in; None without a class."""
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
    """The paragraphs of the article, or of the page where it marks none; for short ones, of which little is known."""
    for name in ("article", "main", "body"):
        for place in page.iter(name):
            told = [text_of(block) for block in place.iter("p") if not _in_furniture(block)]
            text = "\n\n".join(filter(None, told))
            if text:
                return text
    return ""


def _in_furniture(block: etree._Element) -> bool:
    return any(local_name(above) in {"nav", "footer", "aside", "form", "header"} for above in block.iterancestors())
