"""What senders add to the markup of a story, and paragraphs that they leave to the line ends of a teletype."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from wirematch.formats.safe_xml import local_name

LONGEST_TELETYPE = 400_000
"""Characters of a paragraph that is cut; a story has half as many at the most."""
_CELLS = frozenset(("td", "th"))
_LAYOUT_WORDS = 12
"""Words without a tag between them that a table has where it lays out a text; one of data has fewer."""
_LEAST_OF_STORY = 20
"""Words of the shortest story; with fewer, nothing can be decided about a text."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Characters of Thai, Lao, Burmese, Khmer, Japanese and Chinese, which put no blanks between words."""
_ADDED = frozenset(
    "twitter-tweet twitter-video instagram-media tiktok-embed fb-post fb-video reddit-embed-bq bluesky-embed "
    "telegram-post vk-post sharedaddy jp-relatedposts addtoany_share_save_container addthis_toolbox sociable "
    "wp-block-embed wp-embedded-content element-rich-link element-tweet yarpp yarpp-related wp-caption-text wp-caption "
    "kg-bookmark-card kg-signup-card".split()
)
"""Classes of what content systems and social networks put into a story; none that an editor would choose."""


def added_to(root: etree._Element) -> list[etree._Element]:
    """Return the tables of data, posts of social networks and bars for sharing under ``root``."""
    return [node for node in root.iter() if node is not root and is_inserted(node)] + _data_tables(root)


def is_inserted(node: etree._Element) -> bool:
    """Whether an element is a post of a social network, a bar for sharing or a teaser, by its class."""
    return not _ADDED.isdisjoint((node.get("class") or "").lower().split())


def empty(node: etree._Element) -> None:
    """Remove what is in an element; it stays as the break that it makes between paragraphs."""
    tail = node.tail
    node.clear()
    node.tail = tail


@dataclass
class _MarkupTable:
    """An open table: its cells and rows so far, and whether it lays out a text."""

    node: etree._Element
    cells: int = 0
    rows: int = 0
    is_layout: bool = False


def _data_tables(root: etree._Element) -> list[etree._Element]:
    """Return the tables with several cells in a row, no table and no long text. One pass, however deep they nest."""
    found: list[etree._Element] = []
    opened: list[_MarkupTable] = []
    for event, node in etree.iterwalk(root, events=("start", "end")):
        name = local_name(node).lower()
        if event == "end":
            if name == "table" and opened:
                table = opened.pop()
                if not table.is_layout and table.cells > table.rows:
                    found.append(node)
            is_long = opened and _is_long(node.tail)
        else:
            if name == "table" and node is not root:
                if opened:
                    opened[-1].is_layout = True
                opened.append(_MarkupTable(node))
            is_long = opened and _is_long(node.text)
            if opened:
                opened[-1].cells += name in _CELLS
                opened[-1].rows += name == "tr"
        if is_long:
            opened[-1].is_layout = True
    return found


def _is_long(text: str | None) -> bool:
    return text is not None and _words(text) >= _LAYOUT_WORDS


def holds_a_story(text: str) -> bool:
    """Whether a text has as many words as a brief."""
    return _words(text) >= _LEAST_OF_STORY


def _words(text: str) -> float:
    """Return how many words a text has; scripts without blanks take about two characters for one."""
    return len(text.split()) + len(_UNSPACED.findall(text)) / 2


def break_teletype_lines(root: etree._Element) -> None:
    """Make paragraphs of the indented lines in a paragraph that an agency fills with a teletype's text.

    A writer's own layout indents every line or none; a teletype's lines begin at the margin but for a paragraph's
    first.
    """
    for node in list(root.iter()):
        if local_name(node).lower() != "p" or len(node) or not node.text or len(node.text) > LONGEST_TELETYPE:
            continue
        lines = node.text.rstrip().split("\n")
        rest = [line for line in lines[1:] if line.strip()]
        if not 0 < sum(map(_is_indented, rest)) < len(rest):
            continue
        begun = [[lines[0]]]
        for line in lines[1:]:
            if not line.strip() or _is_indented(line):
                begun.append([line.strip()])
            else:
                begun[-1].append(line)
        node.text, *others = map("\n".join, begun)
        for paragraph in others:
            etree.SubElement(node, "hr").tail = paragraph


def _is_indented(line: str) -> bool:
    return line.startswith(("   ", "\t"))
