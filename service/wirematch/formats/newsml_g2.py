"""NewsML-G2 (https://iptc.org/standards/newsml-g2/): a newsItem, or a newsMessage with several.

Read with lxml and not with the ``newsmlg2`` package: docs/adr/0008 says why, and the tests hold the two against each
other.
"""

from __future__ import annotations

import base64
import binascii

from lxml import etree

from wirematch.errors import MOST_FAULTS, Fault, InvalidDocumentError
from wirematch.formats.document import Document, Found, Status, assemble
from wirematch.formats.markup import looks_like_markup, text_of, text_of_markup
from wirematch.formats.nitf import body_of as nitf_body
from wirematch.formats.safe_xml import NAMESPACE, Place, local_name, parse_xml
from wirematch.formats.times import published, read_time
from wirematch.models import Kind

ROOTS = frozenset("newsItem newsMessage packageItem conceptItem knowledgeItem planningItem catalogItem".split())
_STATUSES = {status.value for status in Status}
_NAME = "NewsML-G2"


def parse(content: bytes) -> list[Document]:
    """Every newsItem with a text, in order; InvalidDocumentError names the element and its line.

    Pictures and packages that stand in a newsMessage beside texts are left out: they bring no text of their own.
    """
    return of_root(parse_xml(content))


def of_root(root: etree._Element) -> list[Document]:
    """The same of a root that was read."""
    name = local_name(root)
    if name == "newsItem":
        return [_document(root)]
    if name != "newsMessage":
        raise InvalidDocumentError(f"is no {_NAME} that can be compared", [_without_text(root)])
    items = root.findall("{*}itemSet/{*}*")
    texts = [item for item in items if local_name(item) == "newsItem" and _brings_text(item)]
    if not texts:
        # The way to an item is found by counting those before it, so only the first are told.
        faults = [_without_text(item) for item in items[:MOST_FAULTS]]
        faults = faults or [Fault(str(Place(root)), "there is no item in it")]
        raise InvalidDocumentError(f"is no {_NAME} that can be compared", faults)
    return [_document(item) for item in texts]


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
    return Fault(str(Place(item)), message)


def _brings_text(item: etree._Element) -> bool:
    """Whether an item of a message is one to read: a text, or anything that was taken back."""
    kind = _code(item.find("{*}itemMeta/{*}itemClass"))
    return kind in (None, "text") or _code(item.find("{*}itemMeta/{*}pubStatus")) in {"withheld", "canceled"}


def _document(item: etree._Element) -> Document:
    standard = item.get("standardversion")
    name = f"{_NAME} {standard[:20]}" if standard else _NAME
    guid = _attribute(item, "guid")
    if guid is None:
        raise InvalidDocumentError(
            f"is no valid {name}", [Fault(str(Place(item, "guid")), "a newsItem must have a guid")]
        )
    version = _attribute(item, "version")
    if version is not None and not (version.value.isascii() and version.value.isdigit()):
        raise InvalidDocumentError(f"is no valid {name}", [Fault(str(version.place), "this must be a whole number")])
    status = _status(item, name)
    first, local = published(_text(item, "itemMeta/firstCreated"), _text(item, "itemMeta/versionCreated"))
    created = _text(item, "itemMeta/versionCreated")
    embargo = item.find("{*}itemMeta/{*}embargoed")
    return assemble(
        name,
        {
            "id": guid,
            "headline": _text(item, "contentMeta/headline") or _text(item, "itemMeta/title"),
            "body": _body(item),
            "source": _party(item, "itemMeta/provider") or _party(item, "contentMeta/infoSource"),
            "language": _language(item),
            "published_at": first,
            "kind": Found(Kind.WIRE, Place(item)),
            "version": version,
            "version_created": created and Found(read_time(created.value), created.place),
            "status": status,
            "embargoed": None if embargo is None else Found(True, Place(embargo)),
            "embargoed_until": _embargo(embargo, name),
            "urgency": _text(item, "contentMeta/urgency"),
            "edit_note": _text(item, "itemMeta/edNote"),
        },
        {
            "byline": _text(item, "contentMeta/by") or _party(item, "contentMeta/creator"),
            "slugline": _text(item, "contentMeta/slugline"),
            "published_local": local,
        },
        root=Place(item),
    )


def _status(item: etree._Element, name: str) -> Found | None:
    element = item.find("{*}itemMeta/{*}pubStatus")
    code = _code(element)
    if element is None:
        return None
    if code not in _STATUSES:
        message = f"this must be one of {', '.join(sorted(_STATUSES))}, such as stat:usable"
        raise InvalidDocumentError(f"is no valid {name}", [Fault(str(Place(element)), message)])
    return Found(code, Place(element))


def _embargo(element: etree._Element | None, name: str) -> Found | None:
    """When the embargo ends. An empty element means until further notice, and a time must be sure."""
    if element is None or not (element.text or "").strip():
        return None
    time = read_time(element.text or "")
    if time is None:
        message = "this must be a date and time with its offset, such as 2026-03-03T11:40:00Z"
        raise InvalidDocumentError(f"is no valid {name}", [Fault(str(Place(element)), message)])
    return Found(time, Place(element))


def _body(item: etree._Element) -> Found | None:
    """The first content with a text: NITF, XHTML or plain."""
    for content in item.findall("{*}contentSet/{*}*"):
        name, kind = local_name(content), content.get("contenttype", "").lower()
        text = ""
        if name == "inlineXML":
            inner = next((child for child in content if local_name(child)), None)
            text = "" if inner is None else nitf_body(inner) if local_name(inner) == "nitf" else text_of(inner)
        elif name == "inlineData" and (not kind or kind.startswith(("text/", "application/xhtml"))):
            text = _decoded(content)
            text = text_of_markup(text) if "html" in kind or (not kind and looks_like_markup(text)) else text
        if text.strip():
            return Found(text, Place(content))
    return None


def _decoded(content: etree._Element) -> str:
    text = "".join(map(str, content.itertext()))
    if "base64" not in content.get("encoding", "").lower():
        return text
    try:
        return base64.b64decode(text, validate=False).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise InvalidDocumentError(
            f"is no valid {_NAME}", [Fault(str(Place(content)), "this is no base64 of UTF-8")]
        ) from error


def _language(item: etree._Element) -> Found | None:
    element = item.find("{*}contentMeta/{*}language")
    if element is not None and element.get("tag"):
        return Found(element.get("tag"), Place(element, "tag"))
    return _attribute(item, f"{NAMESPACE}lang")


def _text(item: etree._Element, path: str) -> Found | None:
    """The first element with text under ``path``, local names with slashes."""
    for element in item.iterfind("/".join(f"{{*}}{step}" for step in path.split("/"))):
        text = text_of(element)
        if text:
            return Found(text, Place(element))
    return None


def _party(item: etree._Element, path: str) -> Found | None:
    """Who it is: by name, else as it is written, else by its code."""
    element = item.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    if element is None:
        return None
    name = element.find("{*}name")
    said = text_of(name) if name is not None else ""
    value = said or element.get("literal") or _code(element)
    return Found(value, Place(element)) if value else None


def _code(element: etree._Element | None) -> str | None:
    """The code of ``qcode="stat:usable"`` or of the URI that stands for it."""
    if element is None:
        return None
    qcode, uri = element.get("qcode"), element.get("uri")
    if qcode:
        return qcode.rpartition(":")[2]
    return uri.rstrip("/").rpartition("/")[2] or None if uri else None


def _attribute(element: etree._Element, name: str) -> Found | None:
    value = element.get(name)
    return Found(value.strip(), Place(element, name.rpartition("}")[2])) if value and value.strip() else None
