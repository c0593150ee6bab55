"""Texts in blocks, as editors store them: Arc's content elements, Apple News, Editor.js, Sanity, Contentful and others.

A block has a kind, a text or inner blocks, and what its kind needs; only kinds that are a story's own are read.
"""

from __future__ import annotations

from typing import Any

MOST_BLOCKS = 20_000
_KINDS = ("_type", "nodeType", "role", "type", "blockType")
_TEXTS = ("text", "content", "value", "html")
_LISTS = ("content", "children", "components", "content_elements", "blocks", "items", "paragraphs")
_OWN = frozenset(
    "text paragraph p body block intro lead heading heading1 heading2 heading3 heading4 heading5 heading6 heading-1 "
    "heading-2 heading-3 heading-4 heading-5 heading-6 header h2 h3 h4 list list_element listitem list-item "
    "bulletlist bullet_list unordered-list orderedlist ordered_list ordered-list quote blockquote blockquote-text "
    "document doc container section chapter root".split()
)
_INLINE = frozenset("text span hyperlink entry-hyperlink link linebreak hardbreak hard_break".split())
"""Kinds that are parts of a paragraph, where they stand among a block's children."""


def text_of_blocks(value: Any) -> str:
    """Return the text of a list of blocks, or of a block that holds one; empty if there is none."""
    paragraphs: list[str] = []
    stack: list[Any] = list(reversed(_inner(value) if isinstance(value, dict) else value))
    for _ in range(MOST_BLOCKS):
        if not stack:
            break
        block = stack.pop()
        if not isinstance(block, dict) or _kind(block) not in _OWN:
            continue
        inner = _inner(block)
        if inner and not _is_paragraph(inner):
            stack.extend(reversed(inner))
        elif said := (_run(inner) if inner else _said(block)).strip():
            paragraphs.append(said)
    return "\n\n".join(paragraphs)


def are_blocks(value: Any) -> bool:
    """Whether a value is a list of blocks, or holds one."""
    inner = _inner(value) if isinstance(value, dict) else value
    return isinstance(inner, list) and any(isinstance(block, dict) and _kind(block) for block in inner[:50])


def _kind(block: dict[str, Any]) -> str:
    said = next((block[name] for name in _KINDS if isinstance(block.get(name), str)), "")
    return str(said).rpartition("/")[2].lower()


def _inner(block: dict[str, Any]) -> list[Any]:
    for home in (block, block.get("data")):
        if isinstance(home, dict):
            for name in _LISTS:
                if isinstance(home.get(name), list):
                    return list(home[name])
    return []


def _is_paragraph(inner: list[Any]) -> bool:
    """Whether blocks are the words of one paragraph: marked and unmarked runs of text."""
    kinds = [_kind(block) for block in inner if isinstance(block, dict)]
    return len(kinds) == len(inner) and _INLINE.issuperset(kinds) and not any("_id" in block for block in inner)


def _run(inner: list[dict[str, Any]]) -> str:
    return "".join(_said(block) or _run([one for one in _inner(block) if isinstance(one, dict)]) for block in inner)


def _said(block: dict[str, Any]) -> str:
    for home in (block, block.get("data")):
        if isinstance(home, dict):
            for name in _TEXTS:
                if isinstance(home.get(name), str):
                    return str(home[name])
    return ""
