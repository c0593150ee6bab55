"""A web page in HTML: the text by ``trafilatura``, what is said about it from JSON-LD and ``meta`` elements."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.document import Document, Found, assemble
from wirematch.formats.encoding import decode_html
from wirematch.formats.json_ld import articles_in, fields_of
from wirematch.formats.json_text import load_json
from wirematch.formats.markup import parse_html
from wirematch.formats.times import published, read_time
from wirematch.models import Kind

_NAME = "HTML"


def parse(content: bytes, charset: str | None = None) -> list[Document]:
    """The page's one article; InvalidDocumentError when there is no text of one."""
    root = parse_html(decode_html(content, charset))
    if root is None:
        raise InvalidDocumentError("is no HTML that can be compared", [Fault("the document", "it is empty")])
    metas = _metas(root)
    said, more = _linked_data(root)
    text = main_text(root)
    headings = {found.value for found in (said.get("headline"), _text(root, "h1")) if found is not None}
    first, _, rest = text.partition("\n\n")
    if first in headings and rest:
        text = rest
    given = said.get("body")
    # Where a page shows no text, trafilatura takes the one in the JSON-LD, and runs its paragraphs together.
    if text and (given is None or text.split() != given.value.split()):
        said["body"] = Found(text, "the page")
    elif said.get("body") is None:
        raise InvalidDocumentError(
            "is no HTML that can be compared", [Fault("the page", "no text of an article was found in it")]
        )
    time, local = published(metas.get("article:published_time"), metas.get("date"), metas.get("dc.date.issued"))
    modified = metas.get("article:modified_time")
    url = _canonical(root) or metas.get("og:url")
    fallback = {
        "id": said.get("url") or url,
        "headline": metas.get("og:title") or _text(root, "h1") or _text(root, "title"),
        "source": metas.get("og:site_name") or metas.get("application-name"),
        "language": _language(root),
        "url": url,
        "published_at": time,
        "kind": Found(Kind.ARTICLE, "the page"),
        "version_created": modified and Found(read_time(modified.value), modified.place),
    }
    more_fallback = {"byline": metas.get("author"), "published_local": local if time is None else None}
    fields = fallback | {name: found for name, found in said.items() if found is not None and found.value is not None}
    extras = more_fallback | {name: found for name, found in more.items() if found is not None}
    if fields.get("published_at") is not None:
        extras["published_local"] = None
    return [assemble(_NAME, fields, extras, root="the page")]


def main_text(root: etree._Element) -> str:
    """The article's text without menus, advertisements and readers' comments; empty when none was found."""
    import trafilatura  # noqa: PLC0415 - a quarter of a second that only pages need

    try:
        found = trafilatura.bare_extraction(
            deepcopy(root), include_comments=False, include_tables=False, with_metadata=False, deduplicate=False
        )
    # It guesses at pages of every kind; where that fails, the page has no text that can be found.
    except Exception as error:
        raise InvalidDocumentError(f"is no HTML that can be read: {type(error).__name__}") from error
    text = getattr(found, "text", None) or ""
    return "\n\n".join(line for line in map(str.strip, text.splitlines()) if line)


def _linked_data(root: etree._Element) -> tuple[dict[str, Found | None], dict[str, Found | None]]:
    """What the first article in the page's JSON-LD says; broken JSON-LD is none, as browsers have it."""
    for number, script in enumerate(root.iter("script"), 1):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            value = load_json((script.text or "").strip())
        except InvalidDocumentError:
            continue
        for place, node in articles_in(value):
            fields, more = fields_of(node, place, _named(value))
            where = f"script {number}"
            return _at(where, fields), _at(where, more)
    return {}, {}


def _named(value: Any) -> dict[str, dict[str, Any]]:
    graph = value.get("@graph") if isinstance(value, dict) else value
    nodes = graph if isinstance(graph, list) else []
    return {node["@id"]: node for node in nodes if isinstance(node, dict) and isinstance(node.get("@id"), str)}


def _at(where: str, fields: dict[str, Found | None]) -> dict[str, Found | None]:
    return {name: found and Found(found.value, f"{where}: {found.place}") for name, found in fields.items()}


def _metas(root: etree._Element) -> dict[str, Found]:
    """The first of each ``meta`` element by its name or property."""
    found: dict[str, Found] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or "").strip().lower()
        content = (meta.get("content") or "").strip()
        if name and content:
            found.setdefault(name, Found(content, f"meta {name[:60]}"))
    return found


def _canonical(root: etree._Element) -> Found | None:
    for link in root.iter("link"):
        href = (link.get("href") or "").strip()
        if "canonical" in (link.get("rel") or "").lower().split() and href.startswith(("http://", "https://")):
            return Found(href, "link canonical")
    return None


def _text(root: etree._Element, name: str) -> Found | None:
    element = next(root.iter(name), None)
    text = "" if element is None else " ".join("".join(map(str, element.itertext())).split())
    return Found(text, name) if text else None


def _language(root: etree._Element) -> Found | None:
    tag = (root.get("lang") or root.get("xml:lang") or "").strip()
    return Found(tag, "html lang") if tag else None
