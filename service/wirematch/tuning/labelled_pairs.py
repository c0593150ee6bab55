"""A desk's own labelled pairs, read from JSON lines.

A line names two articles and says whether the first derives from the second::

    {"submission": "text …", "story": "text …", "derived": true}
    {"submission": {"headline": …, "body": …}, "story_id": "harbour-bridge-wire", "derivation": "partially_derived"}
    {"a": {"id": …, "text": …}, "b": {"id": …, "text": …}, "derivation": "non_derived"}

The last form is what the review page exports. An id without a text refers to a stored article.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from wirematch.errors import Fault, InvalidPairsError
from wirematch.errors.validation import message_of
from wirematch.models import Article, Derivation
from wirematch.models.checked_articles import checked_key

SIDES = (("submission", "a"), ("story", "b"))


@dataclass(frozen=True, slots=True)
class StoredId:
    """A reference to a stored article."""

    id: str


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two articles, and whether one derives from the other."""

    submission: Article | StoredId
    story: Article | StoredId
    derived: bool


def read_pairs(lines: Iterable[str]) -> list[LabelledPair]:
    """Parse labelled pairs, skipping blank lines. Raises InvalidPairsError, which names all invalid lines."""
    pairs, faults = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            pairs.append(_pair(line))
        except ValueError as error:
            faults.append(Fault(f"line {number}", _said(error)))
    if faults:
        raise InvalidPairsError(faults)
    return pairs


def events_of(pairs: Sequence[tuple[Article, Article]]) -> list[str]:
    """Return an event name for each pair; pairs connected through shared articles, however far, get the same."""
    keys = [(_key(submission), _key(story)) for submission, story in pairs]
    components = connected(keys)
    return [components[submission] for submission, _ in keys]


def connected(edges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the connected component of each node (union-find), named by its smallest member."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for first, second in edges:
        a, b = root(first), root(second)
        parent[max(a, b)] = min(a, b)
    return {node: root(node) for node in parent}


def _key(article: Article) -> str:
    if article.imprint is not None:  # its text is not kept
        return f"id {article.id}"
    return hashlib.sha256(article.body.encode()).hexdigest()


def _pair(line: str) -> LabelledPair:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg}") from None
    if not isinstance(row, Mapping):
        raise ValueError("no object")  # noqa: TRY004 - read_pairs reports it
    submission, story = (_side(row, *names) for names in SIDES)
    return LabelledPair(submission, story, _label(row))


def _side(row: Mapping[str, Any], name: str, short: str) -> Article | StoredId:
    given = row.get(name, row.get(short))
    if isinstance(given, str):
        return Article(body=given)
    if isinstance(given, Mapping):
        if "text" in given:
            return Article(body=given["text"])
        return StoredId(given["id"]) if set(given) == {"id"} else Article.model_validate(given)
    stored = row.get(f"{name}_id")
    if not isinstance(stored, str):
        raise ValueError(f"neither '{name}' nor '{name}_id'")  # noqa: TRY004 - as above
    if checked_key(stored) is not None:
        raise ValueError(f"'{stored}' was checked and is not stored; give its text")
    return StoredId(stored)


def _label(row: Mapping[str, Any]) -> bool:
    derived, derivation = row.get("derived"), row.get("derivation")
    if isinstance(derived, bool):
        return derived
    if derived is None and derivation in list(Derivation):
        return Derivation(derivation) is not Derivation.NOT
    raise ValueError(f"'derived' is to be true or false, or 'derivation' one of {', '.join(Derivation)}")


def _said(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {message_of(first)}"
    return str(error)
