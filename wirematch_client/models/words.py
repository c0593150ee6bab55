"""Enumerations in requests and responses."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Whether an article is offered by an agency (wire) or published by an outlet (article)."""

    WIRE = "wire"
    ARTICLE = "article"


class BodyFormat(StrEnum):
    """What an article's ``body`` is written in."""

    AUTO = "auto"
    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"


class Decision(StrEnum):
    """What an ingestion pipeline acts on."""

    NEW = "new"
    DUPLICATE = "duplicate"
    REWRITE = "rewrite"
    PARTIAL = "partial"
    UNDECIDED = "undecided"


class Relation(StrEnum):
    """How a text derives from another, in more detail than Derivation."""

    COPY = "copy"
    REWRITE = "rewrite"
    PARTIAL = "partial"
    RELATED = "related"
    UNRELATED = "unrelated"


class Derivation(StrEnum):
    """How far a text derives from another, in the words of METER (Clough et al. 2002)."""

    WHOLLY = "wholly_derived"
    PARTIALLY = "partially_derived"
    NOT = "non_derived"


class PassageKind(StrEnum):
    """How a passage resembles its counterpart."""

    VERBATIM = "verbatim"
    REWORDED = "reworded"
    QUOTE = "quote"
    TRANSLATED = "translated"


class Bound(StrEnum):
    """What was left out of a comparison, because there is an end to the work that is done for one request."""

    CANDIDATES = "candidates"
    ORDER = "order"
    PASSAGES = "passages"
