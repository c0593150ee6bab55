"""Parse untrusted XML: no entities are expanded, nothing is loaded, and the place of every element can be named.

libxml2 reads the name in a DOCTYPE but does not load its file. Entities declared in the document are refused, as no
news format needs them; entities of a DTD that is not loaded (``&mdash;`` in NITF) are resolved by their HTML names.
libxml2 limits depth (256) and expansion.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from lxml import etree

from wirematch.errors import Fault, InvalidDocumentError

NAMESPACE = "{http://www.w3.org/XML/1998/namespace}"


def parse_xml(content: bytes) -> etree._Element:
    """Return the root. Raises InvalidDocumentError with line and column if the XML is not well-formed."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        # What was transcoded to UTF-8 has a byte order mark, which overrides its declaration.
        encoding="utf-8" if content.startswith(codecs.BOM_UTF8) else None,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = " ".join((error.msg or "it is broken").split(", line ")[0].split())
        raise InvalidDocumentError(
            "is not well-formed XML", [Fault(f"line {line}, column {column}", reason)]
        ) from error
    subset = root.getroottree().docinfo.internalDTD
    if subset is not None and next(subset.iterentities(), None) is not None:  # type: ignore[union-attr] # in no stub
        raise InvalidDocumentError("cannot be read safely", [Fault("DOCTYPE", "it declares entities of its own")])
    return root


@dataclass(frozen=True, slots=True)
class XmlPlace:
    """An element or attribute; ``str`` is its path by local names, such as ``/newsItem/itemMeta/urgency (line 9)``.

    The path is only made on demand: finding an element's position among many siblings takes time.
    """

    element: etree._Element
    attribute: str | None = None

    def __str__(self) -> str:
        steps = [_step(node) for node in (self.element, *self.element.iterancestors())]
        end = "" if self.attribute is None else f"/@{self.attribute}"
        return f"/{'/'.join(reversed(steps))}{end} (line {self.element.sourceline})"


def local_name(element: etree._Element) -> str:
    """Return the name without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _step(element: etree._Element) -> str:
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    after = next(element.itersiblings(element.tag), None) is not None
    return local_name(element) + (f"[{before + 1}]" if before or after else "")
