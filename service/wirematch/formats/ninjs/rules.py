"""The rules of IPTC's schemas of ninjs 1.0 to 1.8, 2.0 to 2.4 and 3.0 to 3.3 for the properties read here.

The three dialects use different names for the same things: 1.x and 2.x lower case, 3.x camel case; 1.x has a property
for each body and headline (``body_xhtml``), later ones have arrays. docs/formats.md says which rules are enforced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from wirematch.errors import Fault
from wirematch.formats.json_text import pointer
from wirematch.formats.times import read_rfc_3339

# The schemas require a URI with a scheme, but in IPTC's own examples agencies send a bare GUID. An identifier differs
# from a text in being one word.
_IDENTIFIER = re.compile(r"[^\s<>\"\x00-\x1f\x7f]+")


def _identifier(text: str) -> str:
    if not _IDENTIFIER.fullmatch(text):
        raise ValueError("this must be a URI, such as urn:newsml:example.com:20260303:fire")
    return text


def _lower(name: str) -> str:
    return name.replace("_", "")


Uri = Annotated[str, AfterValidator(_identifier)]
Time = Annotated[datetime, BeforeValidator(read_rfc_3339)]
PublishingStatus = Literal["usable", "withheld", "canceled"]
NinjsType = Literal["text", "audio", "video", "picture", "graphic", "composite", "component"]


class _Node(BaseModel):
    """Strict types; a null counts as absent. Additional properties are accepted, as providers add their own."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True, alias_generator=_lower)


class _Standard(_Node):
    name: str | None = None
    version: str | None = None
    schema_: Annotated[Uri | None, Field(alias="schema")] = None


class _Party(_Node):
    name: str | None = None
    rel: str | None = None
    role: str | None = None


class _Text(_Node):
    value: str
    role: str | None = None
    content_type: str | None = None


class _CamelText(_Text):
    model_config = ConfigDict(alias_generator=to_camel)


class _Item(_Node):
    """The properties that all dialects share."""

    uri: Uri
    version: str | None = None
    profile: str | None = None
    first_created: Time | None = None
    version_created: Time | None = None
    content_created: Time | None = None
    content_digitised: Time | None = None
    expires: Time | None = None
    pub_status: PublishingStatus | None = None
    urgency: Annotated[int, Field(ge=1, le=9)] | None = None
    language: str | None = None
    title: str | None = None
    slugline: str | None = None
    located: str | None = None
    ed_note: str | None = None
    copyright_holder: str | None = None
    copyright_notice: str | None = None
    usage_terms: str | None = None


class Ninjs1(_Item):
    type: NinjsType | None = None
    mimetype: str | None = None
    representation_type: Literal["complete", "incomplete"] | None = None
    embargoed: Time | None = None
    headline: str | None = None
    byline: str | None = None
    info_source: list[_Party] | None = None
    standard: Annotated[_Standard | None, Field(alias="$standard")] = None
    associations: dict[str, Ninjs1] | None = None
    renditions: dict[str, _Node] | None = None
    alt_ids: dict[str, Any] | None = None


class Ninjs2(_Item):
    type: NinjsType | None = None
    representation_type: Literal["full", "partial"] | None = None
    embargoed: Time | None = None
    headlines: list[_Text] | None = None
    bodies: list[_Text] | None = None
    descriptions: list[_Text] | None = None
    by: str | None = None
    info_sources: list[_Party] | None = None
    standard: _Standard | None = None
    associations: list[Associated2] | None = None


class Associated2(Ninjs2):
    name: str


class Ninjs3(_Item):
    model_config = ConfigDict(alias_generator=to_camel)

    type: Literal[NinjsType, "event", "planning"] | None = None
    representation_type: Literal["full", "partial"] | None = None
    embargoed_until: Time | None = None
    headlines: list[_CamelText] | None = None
    bodies: list[_CamelText] | None = None
    descriptions: list[_CamelText] | None = None
    by: str | None = None
    info_sources: list[_Party] | None = None
    standard: _Standard | None = None
    associations: list[Associated3] | None = None


class Associated3(Ninjs3):
    name: str


Ninjs = Ninjs1 | Ninjs2 | Ninjs3
DIALECTS: dict[int, type[Ninjs1 | Ninjs2 | Ninjs3]] = {1: Ninjs1, 2: Ninjs2, 3: Ninjs3}
TEXTS_1 = re.compile(r"(body|headline|description)_[a-zA-Z0-9_]+")
"""Properties of 1.x that each hold a text; the suffix gives its format or purpose."""


def names_of(dialect: int) -> set[str]:
    """Return those properties of a dialect that are read here."""
    return {field.alias or name for name, field in DIALECTS[dialect].model_fields.items()}


_NAMES = {dialect: names_of(dialect) for dialect in DIALECTS}
# What must not be missed because it is spelt as in another dialect: a kill, an embargo, the text itself.
_GRAVE = {"pubstatus", "embargoed", "embargoeduntil", "bodies", "version", "versioncreated", "uri"}
_MEANT = {"embargoed": ("embargoed", "embargoedUntil"), "embargoeduntil": ("embargoed", "embargoedUntil")}


def misnamed(dialect: int, item: dict[str, Any], place: tuple[str | int, ...] = ()) -> Iterator[Fault]:
    """Yield properties with a name that only another dialect has, and texts of 1.x that are not strings."""
    for name, value in item.items():
        if dialect == 1 and TEXTS_1.fullmatch(name) and not isinstance(value, str | None):
            yield Fault(pointer((*place, name)), "Input should be a valid string")
        if name in _NAMES[dialect] or name.lower() not in _GRAVE:
            continue
        known = {other.lower(): other for other in _NAMES[dialect]}
        right = next((known[n.lower()] for n in _MEANT.get(name.lower(), (name,)) if n.lower() in known), None)
        if right is not None:
            yield Fault(pointer((*place, name)), f"in ninjs {dialect}.x this is named {right!r}")
