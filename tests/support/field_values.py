"""The values of an object's fields, for comparing: arrays as lists, with their types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np


def as_lists(found: Any, names: Iterable[str] | None = None) -> dict[str, object]:
    """Return the fields of these names; those of a dataclass by default."""
    values = {name: getattr(found, name) for name in names or [field.name for field in fields(found)]}
    return {
        name: (str(value.dtype), value.tolist()) if isinstance(value, np.ndarray) else value
        for name, value in values.items()
    }
