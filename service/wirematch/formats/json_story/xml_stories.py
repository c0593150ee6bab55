"""XML of newsrooms' own systems with a story in it: its elements are read as the members of a JSON document.

Ritzau's RBNews and CP's Publish are such; shapes.json says what their elements mean.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from wirematch.formats.document import Documents
from wirematch.formats.json_story.shapes import shape_of
from wirematch.formats.json_story.stories import of_value
from wirematch.formats.safe_xml import local_name

MOST_ELEMENTS = 50_000


def is_story(root: etree._Element) -> bool:
    """Whether a shape has its text somewhere in this XML."""
    shape = shape_of(_value(root))
    return shape is not None and "xml" in shape.of


def of_root(root: etree._Element) -> Documents:
    """Parse every story. Raises InvalidDocumentError if no shape fits."""
    return of_value(_value(root))


def _value(root: etree._Element) -> dict[str, Any]:
    """Return the elements as nested objects under the root's name; repeated ones become lists.

    libxml2 bounds their depth at 256.
    """
    return {local_name(root): _members(root)}


def _members(element: etree._Element) -> Any:
    children = [child for child in element if local_name(child)]
    if not children:
        return (element.text or "").strip() or None
    members: dict[str, Any] = {}
    for child in children:
        name, value = local_name(child), _members(child)
        if name not in members:
            members[name] = value
        elif isinstance(members[name], list):
            members[name].append(value)
        else:
            members[name] = [members[name], value]
    return members
