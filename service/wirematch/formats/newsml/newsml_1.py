"""NewsML 1.0 to 1.2, as sent by AFP, AAP and ANA: NewsItems with revision, status and embargo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from lxml import etree

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.added import break_teletype_lines
from wirematch.formats.document import Document, Documents, FieldValue, Status, assemble, collect
from wirematch.formats.markup import plain, plain_but_tags, text_of, text_of_paragraphs
from wirematch.formats.newsml.nitf import body_of as nitf_body
from wirematch.formats.safe_xml import NAMESPACE, XmlPlace, local_name, parse_xml
from wirematch.formats.times import published, time_at
from wirematch.models import Kind

ROOT = "NewsML"
MOST_ITEMS = 2_000
_NAME = "NewsML 1"
_STATUSES = {
    "usable": Status.USABLE,
    "embargoed": Status.USABLE,
    "withheld": Status.WITHHELD,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
}
_TAKES_BACK = frozenset(("delete", "kill", "cancel"))
_NO_STORIES = frozenset(("photo", "picture", "graphic", "video", "audio", "animation", "complexdata"))
_REVISION = re.compile(r":\d+[A-Z]?$")


def parse(content: bytes) -> Documents:
    """Parse every NewsItem with a text. Raises InvalidDocumentError, which names the element and its line."""
    return of_root(parse_xml(content))


def of_root(root: etree._Element) -> Documents:
    """Do the same for a parsed root."""
    items = root.findall("{*}NewsItem")
    if not items:
        raise InvalidDocumentError(f"is not {_NAME}", [Fault(str(XmlPlace(root)), "there is no NewsItem in it")])
    version = (root.get("Version") or "").strip()[:20]
    name = f"NewsML {version}" if version else _NAME
    if len(items) > MOST_ITEMS:
        raise InvalidDocumentError(f"is not readable {name}: it has more than {MOST_ITEMS:,} items")
    return collect(name, ((XmlPlace(item), partial(_document, item, root, name)) for item in items))


def _document(item: etree._Element, root: etree._Element, name: str) -> Document:
    status, embargoed = _status(item, name)
    embargo = _embargo(item) if embargoed is not None else None
    first, local = published(
        _text(item, "NewsManagement/FirstCreated"),
        _text(item, "NewsManagement/ThisRevisionCreated"),
        _text(root, "NewsEnvelope/DateAndTime"),
    )
    revised = time_at(_text(item, "NewsManagement/ThisRevisionCreated"))
    urgency = _formal(item, "NewsManagement/Urgency")
    return assemble(
        name,
        {
            "id": _id(item),
            "headline": _first(item, "HeadLine") or _text(item, "Identification/NameLabel"),
            "body": _body(item),
            "source": _party(item, "Provider") or _party(item, "Source") or _text(item, "Identification//ProviderId"),
            "language": _formal(item, ".//DescriptiveMetadata/Language") or _language(item, root),
            "published_at": first,
            "kind": FieldValue(Kind.WIRE, XmlPlace(item)),
            "version": _text(item, "Identification//RevisionId"),
            "version_created": revised,
            "status": status,
            "embargoed": embargoed,
            "embargoed_until": embargo,
            "urgency": urgency if urgency is not None and urgency.value in "123456789" else None,
            "edit_note": _first(item, "NewsLineText") if status and status.value is not Status.USABLE else None,
        },
        {
            "byline": _first(item, "ByLine"),
            "slugline": _first(item, "SlugLine") or _text(item, "Identification/NameLabel"),
            "published_local": local,
        },
        root=XmlPlace(item),
    )


def _id(item: etree._Element) -> FieldValue | None:
    """Return what all revisions of an item share: its public identifier without the revision number."""
    parts = [_text(item, f"Identification//{name}") for name in ("ProviderId", "DateId", "NewsItemId")]
    found = [part for part in parts if part is not None]
    if len(found) == len(parts):
        return FieldValue(":".join(["urn:newsml", *(part.value for part in found)]), found[-1].place)
    public = _text(item, "Identification//PublicIdentifier")
    return public and FieldValue(_REVISION.sub("", public.value), public.place)


def _status(item: etree._Element, name: str) -> tuple[FieldValue | None, FieldValue | None]:
    """Return the status, and the place that says that the item is under embargo."""
    for instruction in _all(item, "NewsManagement/Instruction"):
        if (instruction.get("FormalName") or "").lower() in _TAKES_BACK:
            return FieldValue(Status.CANCELED, XmlPlace(instruction, "FormalName")), None
    found = _formal(item, "NewsManagement/Status")
    if found is None:
        return None, None
    status = _STATUSES.get(found.value.lower())
    if status is None:
        message = f"this must be one of {', '.join(sorted(_STATUSES))}"
        raise InvalidDocumentError(f"is not valid {name}", [Fault(str(found.place), message)])
    return FieldValue(status, found.place), FieldValue(
        True, found.place
    ) if found.value.lower() == "embargoed" else None


def _embargo(item: etree._Element) -> FieldValue | None:
    return time_at(_text(item, "NewsManagement/StatusWillChange/DateAndTime"))


def _body(item: etree._Element) -> FieldValue | None:
    """Return the text of the component with the role Main, or else the longest, after the lead that is beside it."""
    texts = [(*found, content) for content in item.iter("{*}ContentItem") if (found := _content(content))]
    best = max(texts, key=lambda found: (found[0] == "main", len(found[1])), default=None)
    if best is None:
        return None
    role, text, content = best
    if role == "body":
        around = _component(content).getparent()
        leads = (lead for kind, lead, other in texts if kind == "lead" and _component(other).getparent() is around)
        lead = next(leads, "")
        text = text if text.startswith(lead) else f"{lead}\n\n{text}"
    return FieldValue(text, XmlPlace(content))


def _component(content: etree._Element) -> etree._Element:
    parent = content.getparent()
    return content if parent is None else parent


def _content(content: etree._Element) -> tuple[str, str] | None:
    """Return the role and the text of a content item with one."""
    kind = _formal(content, "MediaType")
    data = content.find("{*}DataContent")
    if data is None:
        return None
    inner = [child for child in data if local_name(child)]
    is_nitf = len(inner) == 1 and local_name(inner[0]) == "nitf"
    if not is_nitf and kind is not None and kind.value.lower() in _NO_STORIES:
        return None
    if is_nitf:
        text = nitf_body(inner[0])
    elif inner:
        break_teletype_lines(data)
        text = text_of_paragraphs(data)
    else:
        text = plain("".join(map(str, data.itertext())).strip())
    text = plain_but_tags(text)
    roles = [
        role.get("FormalName", "").lower() for above in content.iterancestors() for role in above.findall("{*}Role")
    ]
    return (next(iter(roles), ""), text) if text.strip() else None


def _first(item: etree._Element, name: str) -> FieldValue | None:
    """Return the first news line of this kind in any component."""
    for element in item.iter(f"{{*}}{name}"):
        text = " ".join(text_of(element).split())
        if text:
            return FieldValue(text, XmlPlace(element))
    return None


def _party(item: etree._Element, name: str) -> FieldValue | None:
    for element in item.iter(f"{{*}}{name}"):
        party = element.find("{*}Party")
        said = (party.get("FormalName") or "").strip() if party is not None else ""
        if said and party is not None:
            return FieldValue(said, XmlPlace(party, "FormalName"))
    return None


def _language(item: etree._Element, root: etree._Element) -> FieldValue | None:
    """Return the language of the item or of all it is in, or else of its first part that says one."""
    for element in (item, root, *item.iter("{*}NewsComponent")):
        tag = element.get(f"{NAMESPACE}lang")
        if tag and tag.strip():
            return FieldValue(tag.strip(), XmlPlace(element, "lang"))
    return None


def _formal(item: etree._Element, path: str) -> FieldValue | None:
    for element in _all(item, path):
        said = (element.get("FormalName") or "").strip()
        if said:
            return FieldValue(said, XmlPlace(element, "FormalName"))
    return None


def _text(item: etree._Element, path: str) -> FieldValue | None:
    for element in _all(item, path):
        text = " ".join("".join(map(str, element.itertext())).split())
        if text:
            return FieldValue(text, XmlPlace(element))
    return None


def _all(item: etree._Element, path: str) -> Iterator[etree._Element]:
    steps = [step if step in {"", "."} else f"{{*}}{step}" for step in path.split("/")]
    return item.iterfind("/".join(steps))
