"""The OpenAPI document from which Schemathesis generates requests."""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis.schemas import BaseSchema

from support.openapi_document import openapi_document

LONGEST_URL = 65_536
"""What the client of the tests sends at the most."""


@schemathesis.serializer("application/x-ndjson", "message/rfc822", "text/vnd.iptc.newsml", "text/vnd.iptc.nitf")
def as_text(_: schemathesis.SerializationContext, value: object) -> bytes:
    """Lines, messages and documents are drawn as one string."""
    return str(value).encode()


def drawn_requests() -> BaseSchema:
    """Return a schema of the service without the pattern that excludes blank bodies.

    With it and their maximum length, Schemathesis would make a pattern of 200,000 repetitions, which takes two seconds
    for each schema with a body, and generate no blank bodies. Without it, blank bodies are generated and refused, too.
    """
    described = openapi_document()
    schemas: dict[str, Any] = described["components"]["schemas"]
    for schema in schemas.values():
        schema.get("properties", {}).get("body", {}).pop("pattern", None)
    return schemathesis.openapi.from_dict(described)
