"""ninjs, IPTC's News in JSON (https://iptc.org/standards/ninjs/), in its three dialects."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.errors.validation import message_of
from wirematch.formats.document import Document, FieldValue, assemble
from wirematch.formats.json_text import load_json, pointer
from wirematch.formats.markup import plain
from wirematch.formats.ninjs.repair import RepairedItem, repair, without
from wirematch.formats.ninjs.rules import DIALECTS, TEXTS_1, Ninjs, Ninjs1, Ninjs3, misnamed
from wirematch.models import Kind

MAJOR_VERSIONS = frozenset({"1", "2", "3"})
LONGEST_NAME = 20
"""Characters of a version that are shown."""
_ONLY_IN_3 = (
    "versionCreated firstCreated contentCreated pubStatus embargoedUntil representationType copyrightHolder "
    "infoSources copyrightNotice usageTerms edNote altIds trustIndicators rightsInfo"
).split()
_SINCE_2 = "headlines bodies descriptions people organisations places subjects infosources genres by".split()
"""Properties that are arrays since 2.0, and have other names in 1.x."""


def dialect_of(item: dict[str, Any]) -> tuple[int, str | None]:
    """Return the dialect's number and, if the item names it, its version. Raises InvalidDocumentError for unknown ones.

    Without a name, camel case means 3.x, arrays of texts 2.x, and separate text properties 1.x.
    """
    version = _version_named(item)
    if version is not None:
        return int(version.partition(".")[0]), version[:LONGEST_NAME]
    if any(name in item for name in _ONLY_IN_3) or any("contentType" in text for text in _texts(item)):
        return 3, None
    if any(name in item for name in _SINCE_2) or isinstance(item.get("associations"), list):
        return 2, None
    return 1, None


def _version_named(item: dict[str, Any]) -> str | None:
    """Return the version in the member ``standard``, or at the end of the schema's address; None if there is none."""
    key = "$standard" if "$standard" in item else "standard"
    standard = item.get(key)
    if not isinstance(standard, dict):
        return None
    name, version, schema = (standard.get(part) for part in ("name", "version", "schema"))
    if isinstance(name, str) and "ninjs" not in name.lower():
        raise InvalidDocumentError("is not ninjs", [Fault(pointer((key, "name")), "this must be 'ninjs'")])
    if not isinstance(version, str) and isinstance(schema, str):
        version = schema.rpartition("_")[2].partition(".json")[0]
    if not isinstance(version, str) or not version:
        return None
    if version.partition(".")[0] not in MAJOR_VERSIONS:
        message = f"{version[:LONGEST_NAME]!r} is not one of the versions 1.x, 2.x and 3.x"
        raise InvalidDocumentError("is not readable ninjs", [Fault(pointer((key, "version")), message)])
    return version


def _texts(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the texts of an item that has arrays of them."""
    arrays = [item.get(name) for name in ("bodies", "headlines")]
    return [text for array in arrays if isinstance(array, list) for text in array if isinstance(text, dict)]


_PLAIN_FIRST = ("body_text", "body_main", "body_plain")
MOST_TRIES = 4
"""How often an item is validated. Each time, invalid properties are removed, which may reveal further faults."""
_OWN = frozenset("pubstatus pubStatus versioncreated versionCreated body_html body_text body_xhtml bodies".split())
"""Property names that no other format has."""
_TEXTS = _OWN - frozenset(("pubstatus", "pubStatus", "versioncreated", "versionCreated"))
_NO_STORIES = frozenset(("event", "planning"))
MOST_TOLD = 100
"""Maximum number of faults reported for one item."""


def parse(content: bytes) -> list[Document]:
    """Parse one item, ignoring its associations. Raises InvalidDocumentError with JSON pointers.

    Violations of the schema that do not prevent reading become warnings.
    """
    item = load_json(content)
    if not isinstance(item, dict):
        raise InvalidDocumentError("is not ninjs", [Fault("the document", "this must be an object")])
    return [of_item(item)]


def looks_like_it(item: dict[str, Any]) -> bool:
    """Whether an object is probably a ninjs item: it says so, or has properties that only ninjs has."""
    if "uri" in item and "data" not in item:
        return True
    named = isinstance(item.get("guid"), str) and not _OWN.isdisjoint(item)
    return named or (not item.keys().isdisjoint(("pubstatus", "pubStatus")) and not _TEXTS.isdisjoint(item))


def of_item(item: dict[str, Any]) -> Document:
    """Return the document of an item in decoded JSON."""
    number, named = dialect_of(item)
    name = f"ninjs {named or f'{number}.x'}"
    faults = faults_of(number, item)
    if str(item.get("type")).lower() in _NO_STORIES:
        message = f"an item of type {item['type']!r} is an announcement and not a story"
        raise InvalidDocumentError(f"is not {name} that can be compared", [Fault("/type", message)])
    repaired = repair(number, item)
    left = repaired.item
    for _ in range(MOST_TRIES):
        try:
            ninjs: Ninjs = DIALECTS[number].model_validate(left)
        except ValidationError as error:
            ways = [found["loc"] for found in error.errors(include_url=False, include_input=False)]
            if ("uri",) in ways:
                break
            left = without(left, ways)
            continue
        try:
            document = _document(ninjs, name, repaired)
        except InvalidDocumentError as error:
            if not faults:
                raise
            # Report a text of the wrong type as such, not as a missing text.
            raise InvalidDocumentError(f"is not valid {name}", faults) from error
        return document.with_warnings([*faults, *repaired.warnings])
    raise InvalidDocumentError(f"is not valid {name}", faults)


def faults_of(dialect: int, item: dict[str, Any]) -> list[Fault]:
    """Return where the item violates its dialect's rules."""
    faults = list(misnamed(dialect, item))
    try:
        DIALECTS[dialect].model_validate(item)
    except ValidationError as error:
        items = error.errors(include_url=False, include_input=False)
        said = [(pointer(found["loc"]), message_of(found)) for found in items[:MOST_TOLD]]
        faults = [Fault(place, message) for place, message in said] + faults
    return faults


def _document(ninjs: Ninjs, name: str, repaired: RepairedItem) -> Document:
    def found(attribute: str) -> FieldValue | None:
        value = getattr(ninjs, attribute, None)
        alias = type(ninjs).model_fields[attribute].alias if attribute in type(ninjs).model_fields else attribute
        return None if value is None else FieldValue(value, f"/{alias}")

    embargo = found("embargoed_until" if isinstance(ninjs, Ninjs3) else "embargoed")
    body = _body(ninjs)
    kind = getattr(ninjs, "type", None)
    if body is None and ninjs.pub_status in (None, "usable"):
        message = (f"a {kind} " if kind not in (None, "text") else "") + "without a body"
        message += "; send the items that it is associated with" if ninjs.associations else ""
        raise InvalidDocumentError(f"is not {name} that can be compared", [Fault("the document", message)])
    embargoed = FieldValue(True, embargo.place if embargo else "/embargoed")
    document = assemble(
        name,
        {
            "id": found("uri"),
            "headline": _headline(ninjs) or found("title"),
            "body": body,
            "source": _source(ninjs) or found("copyright_holder"),
            "language": found("language"),
            "published_at": found("first_created") or found("version_created"),
            "kind": FieldValue(Kind.WIRE, "the document"),
            "version": found("version"),
            "version_created": found("version_created"),
            "status": found("pub_status"),
            "embargoed": embargoed if embargo or repaired.embargoed else None,
            "embargoed_until": embargo,
            "urgency": found("urgency"),
            "edit_note": found("ed_note"),
        },
        {"byline": found("byline" if isinstance(ninjs, Ninjs1) else "by"), "slugline": found("slugline")},
        root="the document",
    )
    return document.model_copy(update={"zoneless": _zoneless(ninjs, repaired.zoneless)})


def _zoneless(ninjs: Ninjs, properties: list[str]) -> tuple[str, ...]:
    """Return the document's names of the times that had no zone and were read as UTC."""
    properties = [name.lower() for name in properties]
    first = "firstcreated" if ninjs.first_created is not None else "versioncreated"
    meant = {"published_at": {first}, "version_created": {"versioncreated"}}
    meant["embargoed_until"] = {"embargoed", "embargoeduntil"}
    return tuple(name for name, spellings in meant.items() if not spellings.isdisjoint(properties))


def _headline(ninjs: Ninjs) -> FieldValue | None:
    if isinstance(ninjs, Ninjs1):
        if ninjs.headline:
            return FieldValue(ninjs.headline, "/headline")
        texts = ninjs.model_extra or {}
        names = sorted(
            (name for name in texts if name.startswith("headline_")), key=lambda name: name != "headline_main"
        )
        return next(
            (FieldValue(texts[name], f"/{name}") for name in names if isinstance(texts[name], str) and texts[name]),
            None,
        )
    ranked = sorted(enumerate(ninjs.headlines or ()), key=lambda entry: entry[1].role not in (None, "main"))
    return next(
        (FieldValue(plain(text.value), f"/headlines/{n}/value") for n, text in ranked if text.value.strip()), None
    )


def _body(ninjs: Ninjs) -> FieldValue | None:
    """Return the main body, preferring plain text to markup."""
    if isinstance(ninjs, Ninjs1):
        texts = ninjs.model_extra or {}
        names = [
            name
            for name in texts
            if name.startswith("body_") and TEXTS_1.fullmatch(name) and isinstance(texts[name], str)
        ]
        names.sort(key=lambda name: _PLAIN_FIRST.index(name) if name in _PLAIN_FIRST else len(_PLAIN_FIRST))
        return next((FieldValue(plain(texts[name]), f"/{name}") for name in names if texts[name].strip()), None)

    def rank(entry: tuple[int, Any]) -> tuple[bool, bool]:
        return entry[1].role not in (None, "main"), entry[1].content_type not in (None, "text/plain")

    ranked = sorted(enumerate(ninjs.bodies or ()), key=rank)
    return next((FieldValue(plain(text.value), f"/bodies/{n}/value") for n, text in ranked if text.value.strip()), None)


def _source(ninjs: Ninjs) -> FieldValue | None:
    """Return the first source that is named, or a ``source`` as Superdesk writes it."""
    key = "info_source" if isinstance(ninjs, Ninjs1) else "info_sources"
    alias = type(ninjs).model_fields[key].alias
    parties = getattr(ninjs, key) or ()
    named = next((FieldValue(party.name, f"/{alias}/{n}/name") for n, party in enumerate(parties) if party.name), None)
    said = (ninjs.model_extra or {}).get("source")
    return named or (FieldValue(said.strip(), "/source") if isinstance(said, str) and said.strip() else None)
