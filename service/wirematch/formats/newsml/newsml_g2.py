"""NewsML-G2 (https://iptc.org/standards/newsml-g2/): a newsItem, or a newsMessage with several.

Parsed by lxml and not by the ``newsmlg2`` package, for the reasons in docs/adr/0008; tests compare the two.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import partial
from urllib.parse import urlsplit

from lxml import etree

from wirematch.errors import MOST_FAULTS, Fault, InvalidDocumentError
from wirematch.formats.added import break_teletype_lines, empty
from wirematch.formats.document import Document, FieldValue, Status, assemble, collect
from wirematch.formats.markup import (
    looks_like_markup,
    parse_html,
    plain,
    plain_but_tags,
    text_of,
    text_of_paragraphs,
    text_of_story,
)
from wirematch.formats.newsml.nitf import body_of as nitf_body
from wirematch.formats.safe_xml import NAMESPACE, XmlPlace, local_name, parse_xml
from wirematch.formats.times import published, time_at
from wirematch.models import Kind

ROOTS = frozenset("newsItem newsMessage packageItem conceptItem knowledgeItem planningItem catalogItem".split())
_STATUSES = {status.value for status in Status}
MOST_ITEMS = 2_000
"""Maximum number of items. Naming an item's place counts those before it, which is quadratic in total."""
_NAME = "NewsML-G2"
NO_STORIES = frozenset(("event", "planning", "newscoverage", "concept"))
"""Classes of items that announce or describe."""
_LESSER = re.compile(r"sub|kicker|deck|short|second|teaser|seo|web|mobile|push|social", re.IGNORECASE)
"""Roles of headlines beside the main one."""
_FIRST_NODES = 20
"""Elements at the beginning of a page among which its headline is."""
_HEADINGS, _FRAME = frozenset(("h1", "h2", "h3", "p")), frozenset(("header", "footer"))
_PAGES_ABOUT = frozenset(("about", "about-us", "home", "index", "contact", "imprint", "impressum", "company"))


def parse(content: bytes) -> list[Document]:
    """Parse every newsItem with a text, in order. Raises InvalidDocumentError, which names the element and its line.

    Pictures and packages beside texts in a newsMessage are left out, as they have no text of their own.
    """
    return of_root(parse_xml(content))


def of_root(root: etree._Element) -> list[Document]:
    """Do the same for a parsed root."""
    name = local_name(root)
    if name == "newsItem":
        return [_document(root)]
    if name != "newsMessage":
        raise InvalidDocumentError(f"is not {_NAME} that can be compared", [_without_text(root)])
    items = root.findall("{*}itemSet/{*}*")
    texts = [item for item in items if local_name(item) == "newsItem" and _brings_text(item)]
    if not texts:
        # Naming an item's place counts those before it, so only the first ones are reported.
        faults = [_without_text(item) for item in items[:MOST_FAULTS]]
        faults = faults or [Fault(str(XmlPlace(root)), "there is no item in it")]
        raise InvalidDocumentError(f"is not {_NAME} that can be compared", faults)
    if len(texts) > MOST_ITEMS:
        raise InvalidDocumentError(f"is not readable {_NAME}: it has more than {MOST_ITEMS:,} items")
    return collect(_NAME, ((XmlPlace(item), partial(_document, item)) for item in texts))


def _without_text(item: etree._Element) -> Fault:
    name = local_name(item)
    if name == "packageItem":
        message = "a package lists other items and has no text; send its news items"
    elif name == "newsItem":
        message = f"the item holds no text: its class is {_code(item.find('{*}itemMeta/{*}itemClass')) or 'unknown'}"
    elif name in ROOTS:
        message = f"a {name} describes and has no story; send news items"
    else:
        message = f"this must be one of {', '.join(sorted(ROOTS))}"
    return Fault(str(XmlPlace(item)), message)


def _brings_text(item: etree._Element) -> bool:
    """Whether to read an item of a message: if it is a text, or withdrawn."""
    kind = _code(item.find("{*}itemMeta/{*}itemClass"))
    return kind in (None, "text") or _code(item.find("{*}itemMeta/{*}pubStatus")) in {"withheld", "canceled"}


def _document(item: etree._Element) -> Document:
    standard = item.get("standardversion")
    name = f"{_NAME} {standard[:20]}" if standard else _NAME
    guid = _attribute(item, "guid")
    if guid is None:
        fault = Fault(str(XmlPlace(item, "guid")), "a newsItem must have a guid")
        raise InvalidDocumentError(f"is not valid {name}", [fault])
    _refuse_what_is_no_story(item)
    version = _attribute(item, "version")
    if version is not None and not (version.value.isascii() and version.value.isdigit()):
        version = FieldValue(version.value, version.place, "this should be a whole number")
    status = _status(item, name)
    first, local = published(_text(item, "itemMeta/firstCreated"), _text(item, "itemMeta/versionCreated"))
    created = time_at(_text(item, "itemMeta/versionCreated"))
    embargo = item.find("{*}itemMeta/{*}embargoed")
    headline = _headline(item) or _text(item, "itemMeta/title")
    return assemble(
        name,
        {
            "id": guid,
            "headline": headline,
            "body": _body(item, headline.value if headline is not None else ""),
            "source": _source(item),
            "language": _language(item),
            "published_at": first,
            "kind": FieldValue(Kind.WIRE, XmlPlace(item)),
            "version": version,
            "version_created": created,
            "status": status,
            "embargoed": None if embargo is None else FieldValue(True, XmlPlace(embargo)),
            "embargoed_until": _embargo(embargo, name),
            "urgency": _text(item, "contentMeta/urgency"),
            "edit_note": _text(item, "itemMeta/edNote"),
        },
        {
            "byline": _text(item, "contentMeta/by") or _party(item, "contentMeta/creator"),
            "slugline": _text(item, "contentMeta/slugline"),
            "published_local": local,
        },
        root=XmlPlace(item),
    )


def _refuse_what_is_no_story(item: etree._Element) -> None:
    kind = _code(item.find("{*}itemMeta/{*}itemClass"))
    if kind in NO_STORIES:
        message = f"its class is {kind}: it is an announcement and not a story"
        raise InvalidDocumentError(f"is not {_NAME} that can be compared", [Fault(str(XmlPlace(item)), message)])


def _status(item: etree._Element, name: str) -> FieldValue | None:
    element = item.find("{*}itemMeta/{*}pubStatus")
    code = _code(element)
    if element is None:
        return None
    if code not in _STATUSES:
        message = f"this must be one of {', '.join(sorted(_STATUSES))}, such as stat:usable"
        raise InvalidDocumentError(f"is not valid {name}", [Fault(str(XmlPlace(element)), message)])
    return FieldValue(code, XmlPlace(element))


def _embargo(element: etree._Element | None, name: str) -> FieldValue | None:
    """Return the end of the embargo. An empty element means until further notice; an unreadable time is an error."""
    if element is None or not (element.text or "").strip():
        return None
    time = time_at(FieldValue(element.text or "", XmlPlace(element)))
    if time is None:
        message = "this must be a date and time with its offset, such as 2026-03-03T11:40:00Z"
        raise InvalidDocumentError(f"is not valid {name}", [Fault(str(XmlPlace(element)), message)])
    return time


def _headline(item: etree._Element) -> FieldValue | None:
    """Return the first headline that is not said to be a lesser one."""
    found = item.findall("{*}contentMeta/{*}headline")
    for element in sorted(found, key=lambda one: _LESSER.search(one.get("role", "")) is not None):
        if text := text_of(element):
            return FieldValue(text, XmlPlace(element))
    return None


def _body(item: etree._Element, headline: str) -> FieldValue | None:
    """Return the first content with a text: NITF, XHTML or plain."""
    for content in item.findall("{*}contentSet/{*}*"):
        name, kind = local_name(content), content.get("contenttype", "").lower()
        text = ""
        if name == "inlineXML":
            inner = next((child for child in content if local_name(child)), None)
            text = "" if inner is None else plain_but_tags(_inline(inner, headline))
        elif name == "inlineData" and (not kind or kind.startswith(("text/", "application/xhtml"))):
            text = _decoded(content)
            text = _marked(text, headline) if "html" in kind or looks_like_markup(text) else plain(text)
        if text.strip():
            return FieldValue(text, XmlPlace(content))
    return None


def _inline(inner: etree._Element, headline: str) -> str:
    break_teletype_lines(inner)
    name = local_name(inner)
    if name == "nitf":
        return nitf_body(inner)
    if name != "html":
        return text_of_paragraphs(inner)
    _leave_out_frame(inner, headline)
    return text_of_story(inner)


def _marked(text: str, headline: str) -> str:
    root = parse_html(text)
    return "" if root is None else _inline(root, headline)


def _leave_out_frame(page: etree._Element, headline: str) -> None:
    """Empty what a page of XHTML has around the text: its header and footer, and the headline again; that of an alert
    is its text.
    """
    body = next((node for node in page.iter() if local_name(node) == "body"), page)
    near = [node for child in body for node in (child, *child)]
    frame = [node for node in near if local_name(node) in _FRAME]
    left = len(text_of(body)) if frame else 0
    for node in frame:
        length = len(text_of(node))
        if left > 2 * length:
            empty(node)
            left -= length
    for node in near[:_FIRST_NODES]:
        if local_name(node) in _HEADINGS and _says(node, headline) and text_of(node) != text_of(body):
            empty(node)


def _says(node: etree._Element, headline: str) -> bool:
    said = text_of(node).split()
    return bool(said) and said == headline.split()


def _decoded(content: etree._Element) -> str:
    text = "".join(map(str, content.itertext()))
    if "base64" not in content.get("encoding", "").lower():
        return text
    try:
        return base64.b64decode(text, validate=False).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise InvalidDocumentError(
            f"is not valid {_NAME}", [Fault(str(XmlPlace(content)), "this is not base64 of UTF-8")]
        ) from error


def _language(item: etree._Element) -> FieldValue | None:
    element = item.find("{*}contentMeta/{*}language")
    if element is not None and element.get("tag"):
        return FieldValue(element.get("tag"), XmlPlace(element, "tag"))
    return _attribute(item, f"{NAMESPACE}lang")


def _text(item: etree._Element, path: str) -> FieldValue | None:
    """Return the first element with text at ``path``, local names separated by slashes."""
    for element in item.iterfind("/".join(f"{{*}}{step}" for step in path.split("/"))):
        text = text_of(element)
        if text:
            return FieldValue(text, XmlPlace(element))
    return None


def _source(item: etree._Element) -> FieldValue | None:
    """Return the source: the first party with a name, or else the first with only a code."""
    paths = ("itemMeta/provider", "contentMeta/infoSource")
    found = (_party(item, path, by_code=by_code) for by_code in (False, True) for path in paths)
    return next((party for party in found if party is not None), None)


def _party(item: etree._Element, path: str, *, by_code: bool = True) -> FieldValue | None:
    """Return a party's name, or else its literal, or else its code."""
    element = item.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    if element is None:
        return None
    name = element.find("{*}name")
    said = text_of(name) if name is not None else ""
    value = said or element.get("literal")
    if not value and by_code:
        value = _host(element.get("uri")) or _code(element)
    return FieldValue(value, XmlPlace(element)) if value else None


def _host(uri: str | None) -> str | None:
    """Return the host of a party identified by its own page, such as https://agency.example/about/."""
    if not uri or uri.rstrip("/").rpartition("/")[2].lower() not in _PAGES_ABOUT:
        return None
    try:
        return (urlsplit(uri).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None


def _code(element: etree._Element | None) -> str | None:
    """Return the code in ``qcode="stat:usable"``, or in the equivalent URI."""
    if element is None:
        return None
    qcode, uri = element.get("qcode"), element.get("uri")
    if qcode:
        return qcode.rpartition(":")[2]
    return uri.rstrip("/").rpartition("/")[2] or None if uri else None


def _attribute(element: etree._Element, name: str) -> FieldValue | None:
    value = element.get(name)
    return FieldValue(value.strip(), XmlPlace(element, name.rpartition("}")[2])) if value and value.strip() else None
