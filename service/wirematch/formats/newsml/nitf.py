"""NITF, the News Industry Text Format 3.x (https://iptc.org/standards/nitf/), with or without DOCTYPE and namespace."""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.added import break_teletype_lines
from wirematch.formats.document import Document, FieldValue, Status, assemble
from wirematch.formats.markup import plain_but_tags, text_of, text_of_story
from wirematch.formats.safe_xml import NAMESPACE, XmlPlace, local_name, parse_xml
from wirematch.formats.times import published, time_at
from wirematch.models import Kind

_NAME = "NITF"
_STATUSES = ("usable", "embargoed", "withheld", "canceled")
_TAKEN_BACK = ("withheld", "canceled")


def parse(content: bytes) -> list[Document]:
    """Parse the story. Raises InvalidDocumentError, which names the element and its line."""
    return of_root(parse_xml(content))


def of_root(root: etree._Element) -> list[Document]:
    """Do the same for a parsed root."""
    if local_name(root) != "nitf":
        raise InvalidDocumentError(f"is not {_NAME}", [Fault(str(XmlPlace(root)), "the root must be nitf")])
    status, target = _status(root)
    issued, local = published(_norm(root, "date.issue"), _norm(root, "date.release"))
    embargo = _embargo(root, status)
    copyright_holder = _attribute(root, "head/docdata/doc.copyright", "holder")
    return [
        assemble(
            _NAME,
            {
                "id": target or _id(root),
                "headline": _text(root, "body/body.head/hedline/hl1") or _text(root, "head/title"),
                "body": FieldValue(plain_but_tags(body_of(root)), XmlPlace(root)),
                "source": _text(root, "body/body.head/distributor")
                or _attribute(root, "head/docdata/doc-id", "regsrc")
                or copyright_holder,
                "language": _attribute(root, "", f"{NAMESPACE}lang")
                or _attribute(root, "body", f"{NAMESPACE}lang")
                or _attribute(root, "", "baselang"),
                "published_at": issued,
                "kind": FieldValue(Kind.WIRE, XmlPlace(root)),
                "version": _attribute(root, "head/docdata/du-key", "version")
                or _attribute(root, "head/docdata/du-key", "generation"),
                "version_created": issued,
                "status": status if status is not None and status.value != "embargoed" else None,
                "embargoed": embargo and FieldValue(True, embargo.place),
                "embargoed_until": embargo if embargo is not None and embargo.value is not None else None,
                "urgency": _attribute(root, "head/docdata/urgency", "ed-urg"),
                "edit_note": _attribute(root, "head/docdata/ed-msg", "info") or _text(root, "head/docdata/ed-msg"),
            },
            {
                "byline": _text(root, "body/body.head/byline"),
                "slugline": _attribute(root, "head/docdata/du-key", "key"),
                "updates": _attribute(root, "head/docdata", "management-doc-idref") if target is None else None,
                "published_local": local,
            },
            root=XmlPlace(root),
        )
    ]


def body_of(root: etree._Element) -> str:
    """Return the text of ``body.content``, or of the whole body if there is none."""
    content = root.find("{*}body/{*}body.content")
    body = root.find("{*}body") if content is None else content
    if body is None:
        return ""
    break_teletype_lines(body)
    return text_of_story(body)


def _id(root: etree._Element) -> FieldValue | None:
    """Return the document's id; without the version at its end if what is before it is the story's key."""
    found = _attribute(root, "head/docdata/doc-id", "id-string")
    key = _attribute(root, "head/docdata/du-key", "key")
    if found is None or key is None or re.fullmatch(re.escape(key.value) + r"[_.:-]\d{1,6}", found.value) is None:
        return found
    return FieldValue(key.value, found.place)


def _status(root: etree._Element) -> tuple[FieldValue | None, FieldValue | None]:
    """Return the status, and the id of the story that it applies to if that is another document.

    A kill is often a document of its own: ``management-doc-idref`` names the story to withdraw.
    """
    docdata = root.find("{*}head/{*}docdata")
    if docdata is None:
        return None, None
    target = _attribute(root, "head/docdata", "management-doc-idref")
    for name in ("management-idref-status", "management-status"):
        status = _attribute(root, "head/docdata", name)
        if status is None:
            continue
        if status.value not in _STATUSES:
            message = f"this must be one of {', '.join(_STATUSES)}"
            raise InvalidDocumentError(f"is not valid {_NAME}", [Fault(str(status.place), message)])
        if status.value in _TAKEN_BACK:
            return status, target
        if name == "management-status":
            return status, None
    return FieldValue(Status.USABLE.value, XmlPlace(docdata)), None


def _embargo(root: etree._Element, status: FieldValue | None) -> FieldValue | None:
    """Return the end of the embargo; its value is None for an embargo until further notice.

    A story is under embargo if its status says so, or if it is released after it is issued.
    """
    release, issue = _norm(root, "date.release"), _norm(root, "date.issue")
    said = status is not None and status.value == "embargoed"
    end = time_at(release)
    if release is not None and end is None and said:
        message = "the end of an embargo must be a date and time with its offset, such as 20260303T114000Z"
        raise InvalidDocumentError(f"is not valid {_NAME}", [Fault(str(release.place), message)])
    begun = time_at(issue)
    if end is not None and (said or (begun is not None and _later(end.value, begun.value))):
        return end
    return FieldValue(None, status.place) if said and status is not None else None


def _later(end: datetime, begun: datetime) -> bool:
    """Compare two times; if only one has a zone, both are taken to be in it."""
    if (end.tzinfo is None) != (begun.tzinfo is None):
        end, begun = end.replace(tzinfo=None), begun.replace(tzinfo=None)
    return end > begun


def _norm(root: etree._Element, name: str) -> FieldValue | None:
    return _attribute(root, f"head/docdata/{name}", "norm")


def _find(root: etree._Element, path: str) -> etree._Element | None:
    return root if not path else root.find("/".join(f"{{*}}{step}" for step in path.split("/")))


def _text(root: etree._Element, path: str) -> FieldValue | None:
    element = _find(root, path)
    text = "" if element is None else " ".join(text_of(element).split())
    return FieldValue(text, XmlPlace(element)) if element is not None and text else None


def _attribute(root: etree._Element, path: str, name: str) -> FieldValue | None:
    element = _find(root, path)
    value = None if element is None else element.get(name)
    if element is None or value is None or not value.strip():
        return None
    return FieldValue(value.strip(), XmlPlace(element, name.rpartition("}")[2]))
