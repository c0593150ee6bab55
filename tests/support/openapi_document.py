"""The OpenAPI document of the service, made once for all tests of a process."""

from __future__ import annotations

import copy
import functools
from typing import Any

from wirematch.app import create_app


def openapi_document() -> dict[str, Any]:
    """Return a document of the caller's own."""
    return copy.deepcopy(_described())


@functools.cache
def _described() -> dict[str, Any]:
    return create_app().openapi()
