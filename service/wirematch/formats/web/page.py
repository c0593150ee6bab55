"""A web page in HTML: the text of its article, and its metadata in JSON-LD and ``meta`` elements."""

from __future__ import annotations

from typing import Any

from lxml import etree

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.addresses import names_a_site
from wirematch.formats.document import Document, FieldValue, assemble
from wirematch.formats.encoding import decode_html
from wirematch.formats.json_text import load_loose_json
from wirematch.formats.markup import parse_html
from wirematch.formats.times import published, time_at
from wirematch.formats.web.json_ld import articles_in, fields_of, objects_in, types_of
from wirematch.formats.web.page_text import fuller_text, main_text
from wirematch.models import Kind

_NAME = "HTML"
_DATES = (
    "article:published_time article:published og:article:published_time og:published_time datepublished date dc.date "
    "dc.date.issued dcterms.created dcterms.date pubdate publishdate publish-date publish_date publication_date "
    "published published-date parsely-pub-date sailthru.date article.published cxenseparse:recs:publishtime "
    "originalpublicationdate ptime"
).split()
"""Names of ``meta`` elements, in lower case, with a publication time; the most reliable first."""


def parse(content: bytes, charset: str | None = None) -> list[Document]:
    """Parse the page's one article. Raises InvalidDocumentError if no article text is found."""
    root = parse_html(decode_html(content, charset))
    if root is None:
        raise InvalidDocumentError("is not HTML that can be compared", [Fault("the document", "it is empty")])
    metas = _metas(root)
    said, more = _linked_data(root)
    headings = {found.value for found in (said.get("headline"), _text(root, "h1")) if found is not None}
    body = _body(root, said.get("body"), headings)
    time, local = published(said.get("page_date"), *(metas.get(name) for name in _DATES), *_shown_times(root))
    url = _canonical(root) or _address(metas.get("og:url"))
    fallback = {
        "id": said.get("url") or url,
        "headline": metas.get("og:title") or _text(root, "h1") or _text(root, "title"),
        "source": metas.get("og:site_name") or metas.get("application-name"),
        "language": _language(root),
        "url": url,
        "published_at": time,
        "kind": FieldValue(Kind.ARTICLE, "the page"),
        "version_created": time_at(metas.get("article:modified_time")),
    }
    more_fallback = {"byline": metas.get("author"), "published_local": local if time is None else None}
    given = {name: found for name, found in said.items() if found is not None and found.value is not None}
    fields = fallback | given | {"body": body}
    fields.pop("page_date", None)
    if _is_surer(time, fields["published_at"]):
        fields["published_at"] = time
    extras = more_fallback | {name: found for name, found in more.items() if found is not None}
    if fields.get("published_at") is not None:
        extras["published_local"] = None
    return [assemble(_NAME, fields, extras, root="the page")]


def _body(root: etree._Element, given: FieldValue | None, headings: set[str]) -> FieldValue:
    """Return the text shown on the page, or that of its JSON-LD if it is the same story and longer."""
    text = main_text(root)
    text = "\n\n".join(part for part in text.split("\n\n") if part not in headings) or text
    if given is not None and given.value is not None:
        return given if fuller_text(given.value, text) else FieldValue(text, "the page")
    if text:
        return FieldValue(text, "the page")
    raise InvalidDocumentError(
        "is not HTML that can be compared", [Fault("the page", "no text of an article was found in it")]
    )


def _is_surer(time: FieldValue | None, given: FieldValue | None) -> bool:
    """Whether ``time`` has a zone and ``given``, which would take precedence, does not."""
    return time is not None and given is not None and given.value.tzinfo is None and time.value.tzinfo is not None


def _linked_data(root: etree._Element) -> tuple[dict[str, FieldValue | None], dict[str, FieldValue | None]]:
    """Return the fields of the first article in the page's JSON-LD; broken JSON-LD is ignored, as browsers do.

    ``page_date`` is the date of the page itself, for an article that has none.
    """
    page_date: FieldValue | None = None
    for number, script in enumerate(root.iter("script"), 1):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            value, _ = load_loose_json((script.text or "").strip())
        except InvalidDocumentError:
            continue
        where = f"script {number}"
        page_date = page_date or _page_date(value, where)
        for place, node in articles_in(value):
            fields, more = fields_of(node, place, _named(value))
            return _at(where, fields) | {"page_date": page_date}, _at(where, more)
    return {"page_date": page_date}, {}


def _page_date(value: Any, where: str) -> FieldValue | None:
    for node in objects_in(value):
        date = node.get("datePublished")
        if isinstance(date, str) and not types_of(node).isdisjoint(("webpage", "itempage")):
            return FieldValue(date, f"{where}: WebPage")
    return None


def _named(value: Any) -> dict[str, dict[str, Any]]:
    graph = value.get("@graph") if isinstance(value, dict) else value
    nodes = graph if isinstance(graph, list) else []
    return {node["@id"]: node for node in nodes if isinstance(node, dict) and isinstance(node.get("@id"), str)}


def _at(where: str, fields: dict[str, FieldValue | None]) -> dict[str, FieldValue | None]:
    return {
        name: found and FieldValue(found.value, f"{where}: {found.place}", found.odd) for name, found in fields.items()
    }


def _metas(root: etree._Element) -> dict[str, FieldValue]:
    """Return the first ``meta`` element of each name or property."""
    found: dict[str, FieldValue] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        content = (meta.get("content") or "").strip()
        if name and content:
            found.setdefault(name, FieldValue(content, f"meta {name[:60]}"))
    return found


def _shown_times(root: etree._Element) -> list[FieldValue]:
    """Return the times in ``time`` elements, those marked as publication times first."""
    marked: list[FieldValue] = []
    others: list[FieldValue] = []
    for element in root.iter("time"):
        said = (element.get("datetime") or "").strip()
        if said and len(marked) + len(others) < 20:
            is_marked = element.get("pubdate") is not None or element.get("itemprop") == "datePublished"
            (marked if is_marked else others).append(FieldValue(said, "time"))
    return marked + others[:1]


def _canonical(root: etree._Element) -> FieldValue | None:
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            found = _address(FieldValue((link.get("href") or "").strip(), "link canonical"))
            if found is not None:
                return found
    return None


def _address(found: FieldValue | None) -> FieldValue | None:
    """Return a URL, unless it is that of the whole site."""
    if found is None or not found.value.startswith(("http://", "https://")):
        return None
    return None if names_a_site(found.value, languages=True) else found


def _text(root: etree._Element, name: str) -> FieldValue | None:
    element = next(root.iter(name), None)
    text = "" if element is None else " ".join("".join(map(str, element.itertext())).split())
    return FieldValue(text, name) if text else None


def _language(root: etree._Element) -> FieldValue | None:
    tag = (root.get("lang") or root.get("xml:lang") or "").strip()
    return FieldValue(tag, "html lang") if tag else None
