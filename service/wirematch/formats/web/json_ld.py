"""schema.org's NewsArticle in JSON-LD (https://schema.org/NewsArticle), by itself, in a list or in ``@graph``."""

from __future__ import annotations

import html
from collections.abc import Iterator
from functools import partial
from typing import Any

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.addresses import names_a_site
from wirematch.formats.document import Document, FieldValue, Status, assemble, collect
from wirematch.formats.json_text import JsonPath, load_loose_json, pointer
from wirematch.formats.markup import ENTITY, plain
from wirematch.formats.times import published, time_at
from wirematch.models import Kind

ARTICLES = frozenset(
    "NewsArticle AnalysisNewsArticle AskPublicNewsArticle BackgroundNewsArticle OpinionNewsArticle "
    "ReportageNewsArticle ReviewNewsArticle Article Report BlogPosting LiveBlogPosting".lower().split()
)
"""In lower case, because some sites write types so."""
_NAME = "NewsArticle in JSON-LD"
_TAKEN_BACK = {
    "withheld": Status.WITHHELD,
    "withdrawn": Status.WITHHELD,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
    "retracted": Status.CANCELED,
}
# Members that hold an object's text: a language's tag is its alternateName, an identifier's value is not its name.
_SAID_BY = {"language": ("alternateName", "name"), "propertyvalue": ("value",)}


def parse(content: bytes) -> list[Document]:
    """Parse every article, in order. Raises InvalidDocumentError with JSON pointers."""
    value, odd = load_loose_json(content)
    nodes = list(articles_in(value))
    if not nodes:
        message = "there is no object with the @type NewsArticle, or one of its kinds, in it"
        raise InvalidDocumentError(f"is not {_NAME}", [Fault("the document", message)])
    named = {node["@id"]: node for node in objects_in(value) if isinstance(node.get("@id"), str) and len(node) > 1}
    warnings = [Fault("the document", odd)] if odd else []

    def document(place: JsonPath, node: dict[str, Any]) -> Document:
        return assemble(_NAME, *fields_of(node, place, named), root=pointer(place), warnings=warnings)

    if len(nodes) == 1:
        return [document(*nodes[0])]
    return collect(_NAME, ((pointer(place), partial(document, place, node)) for place, node in nodes))


def articles_in(value: Any) -> Iterator[tuple[JsonPath, dict[str, Any]]]:
    """Yield the outermost articles, each with its path. Not recursive, as the sender determines the depth."""
    stack: list[tuple[JsonPath, Any]] = [((), value)]
    while stack:
        place, item = stack.pop()
        if isinstance(item, dict):
            if not types_of(item).isdisjoint(ARTICLES):
                yield place, item
                continue
            stack.extend(((*place, name), child) for name, child in reversed(item.items()))
        elif isinstance(item, list):
            stack.extend(((*place, number), child) for number, child in reversed(list(enumerate(item))))


def types_of(node: dict[str, Any]) -> set[str]:
    """Return the node's types in lower case, without a vocabulary prefix."""
    kinds = (kind for kind in _several(node.get("@type")) if isinstance(kind, str))
    return {kind.rpartition("/")[2].rpartition(":")[2].lower() for kind in kinds}


def fields_of(
    node: dict[str, Any], place: JsonPath, named: dict[str, dict[str, Any]]
) -> tuple[dict[str, FieldValue | None], dict[str, FieldValue | None]]:
    """Return an article node's fields for ``assemble``; ``named`` has the nodes to which it may refer by ``@id``."""

    def text(*names: str) -> FieldValue | None:
        for name in names:
            for number, value in enumerate(_several(node.get(name))):
                said = _said(value, named)
                if said:
                    way = (*place, name, number) if isinstance(node.get(name), list) else (*place, name)
                    return FieldValue(said, pointer(way))
        return None

    time, local = published(text("datePublished"), text("dateCreated"))
    modified = time_at(text("dateModified"))
    version = node.get("version")
    status = text("creativeWorkStatus")
    body = text("articleBody", "text")
    taken_back = status and _TAKEN_BACK.get(status.value.lower())
    return {
        "id": _global(text("@id")) or text("identifier") or _url(node, place),
        "headline": text("headline", "name", "alternativeHeadline"),
        "body": body and FieldValue(plain(body.value), body.place),
        "source": text("publisher", "sourceOrganization", "provider", "copyrightHolder"),
        "language": text("inLanguage"),
        "url": _url(node, place),
        "published_at": time,
        "kind": FieldValue(Kind.ARTICLE, pointer(place)),
        "version": FieldValue(str(version), pointer((*place, "version")))
        if isinstance(version, str | int) and not isinstance(version, bool) and len(str(version)) <= 100
        else None,
        "version_created": modified,
        "status": status and FieldValue(taken_back, status.place),
    }, {"byline": text("author", "creator"), "published_local": local}


def _said(value: Any, named: dict[str, dict[str, Any]]) -> str:
    """Return a value if it is text; the name of an object, or of the object referred to."""
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and len(value) == 1:
        value = named.get(value["@id"], value)
    if isinstance(value, dict):
        order = next((_SAID_BY[kind] for kind in types_of(value) if kind in _SAID_BY), ("@value", "name", "value"))
        value = next((value[name] for name in order if isinstance(value.get(name), str)), "")
    value = value.strip() if isinstance(value, str) else ""
    return html.unescape(value).strip() if ENTITY.search(value) else value


def _global(found: FieldValue | None) -> FieldValue | None:
    """Return an id that is valid outside of its page, unlike a fragment such as '#article'; otherwise None."""
    if found is None or found.value.startswith(("#", "_:", "/")) or names_a_site(found.value):
        return None
    return found


def _url(node: dict[str, Any], place: JsonPath) -> FieldValue | None:
    for name in ("url", "mainEntityOfPage"):
        value = node.get(name)
        way: JsonPath = (*place, name)
        if isinstance(value, dict):
            value, way = value.get("@id"), (*way, "@id")
        if isinstance(value, str) and _is_a_page(value.strip()):
            return FieldValue(value.strip(), pointer(way))
    return None


def _is_a_page(address: str) -> bool:
    return address.startswith(("http://", "https://")) and not names_a_site(address, languages=True)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a value, at any depth."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            yield item
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
