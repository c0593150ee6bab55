"""The OpenAPI document as Schemathesis draws requests from it."""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis.schemas import BaseSchema

from wirematch.app import create_app


def drawn_requests() -> BaseSchema:
    """The service's description, of whose bodies it is not said that some character in them is no blank.

    With that and their greatest length Schemathesis makes a pattern of 200,000 repetitions, which takes it two seconds
    for each schema that has a body, and draws no blanks. Without it, blank bodies are drawn and refused, too.
    """
    described = create_app().openapi()
    schemas: dict[str, Any] = described["components"]["schemas"]
    for schema in schemas.values():
        schema.get("properties", {}).get("body", {}).pop("pattern", None)
    return schemathesis.openapi.from_dict(described)
