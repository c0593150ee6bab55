"""What pydantic says of a value, as a reader of our messages should see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # commands are to start fast
    from pydantic import BaseModel

PREFIX = "Value error, "
"""That pydantic puts before the message of a validator of ours."""
WRITTEN = "write it as 2026-03-03T11:40:00Z or 2026-03-03T11:40:00+01:00"
OURS = {
    "model_type": "an object is expected",
    "model_attributes_type": "an object is expected",
    "timezone_aware": f"a time zone is missing; {WRITTEN}",
    "datetime_from_date_parsing": f"it is not a time; {WRITTEN}",
    "datetime_parsing": f"it is not a time; {WRITTEN}",
    "datetime_type": f"it is not a time; {WRITTEN}",
    "extra_forbidden": "there is no such field",
    "time_delta_parsing": "write seconds, or an ISO 8601 duration such as P90D or PT12H",
    "time_delta_type": "write seconds, or an ISO 8601 duration such as P90D or PT12H",
}
"""By the type of an error, what is said in place of pydantic's message."""


ARRAY = (
    "an object is expected, and this is an array; send articles each by itself, or one a line to POST /v1/articles/bulk"
)
_NO_OBJECT = {"model_type", "model_attributes_type"}


LONGEST_MISTYPED = 80
"""Length in characters of the longest name for which a similar one is looked for."""


ELSEWHERE = {"text": "body", "content": "body", "title": "headline", "date": "published_at", "link": "url"}
"""What crawlers and feeds call the fields of an article."""


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the one of ``names`` that ``name`` was probably meant to be; None if it resembles none.

    >>> nearest("publishedAt", ["published_at", "published_after"]), nearest("colour", ["limit"])
    ('published_at', None)
    >>> nearest("Text", ["body", "headline"]), nearest("text", ["limit"])
    ('body', None)
    """
    if len(name) > LONGEST_MISTYPED:
        return None
    import difflib  # noqa: PLC0415 - needed only for mistakes, and commands are to start fast

    plain = {known.replace("_", "").lower(): known for known in names}
    found = difflib.get_close_matches(name.replace("_", "").replace("-", "").lower(), plain, 1, 0.7)
    meant = ELSEWHERE.get(name.lower())
    return plain[found[0]] if found else meant if meant in plain.values() else None


def message_of(found: Mapping[str, Any], model: type[BaseModel] | None = None) -> str:
    """The message of one of ``ValidationError.errors()``; with ``model``, an unknown field's names a similar one."""
    if found["type"] == "extra_forbidden" and model is not None:
        near = nearest(str(found["loc"][-1]), _fields_at(model, found["loc"][:-1]))
        return f"{OURS['extra_forbidden']}; did you mean {near!r}?" if near else OURS["extra_forbidden"]
    if found["type"] in _NO_OBJECT and isinstance(found.get("input"), list) and tuple(found["loc"]) in {(), ("body",)}:
        return ARRAY
    return OURS.get(found["type"]) or str(found["msg"]).removeprefix(PREFIX)


def _fields_at(model: type[BaseModel], path: Sequence[str | int]) -> Iterable[str]:
    """Return the fields of the model to which ``path`` leads from ``model``, or from a request's ``body`` that it is.

    None if ``path`` leads to no model.
    """
    for name in path[1:] if path[:1] == ("body",) else path:
        field = model.model_fields.get(str(name))
        inner: Any = None if field is None else field.annotation
        if not hasattr(inner, "model_fields"):
            return ()
        model = inner
    return model.model_fields
