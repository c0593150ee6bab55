"""What was sent cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from wirematch.errors.base import Fault, WirematchError, listed


class InvalidArticleError(WirematchError):
    """The input cannot be read as an article."""

    status = 422
    type = "invalid-article"
    title = "The article cannot be read"


class InvalidDocumentError(InvalidArticleError):
    """A document does not conform to its format; ``faults`` say where."""

    type = "invalid-document"
    title = "The document cannot be read"

    def __init__(self, reason: str, faults: Sequence[Fault] = (), subject: str = "The document") -> None:
        """The text is a sentence of ``subject``, ``reason`` (its predicate, such as "is empty") and the faults."""
        self.reason, self.faults = reason, tuple(faults)
        end = f": {listed(self.faults)}" if faults else ""
        super().__init__(f"{subject} {reason}{end}".rstrip(".") + ".")

    def about(self, subject: str) -> Self:
        """The same error with ``subject``, such as a file name, in place of "The document"."""
        return type(self)(self.reason, self.faults, subject)


class InvalidPairsError(WirematchError):
    """Lines that are no labelled pairs; ``faults`` say which."""

    status = 422
    type = "invalid-pairs"
    title = "The labelled pairs cannot be read"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"The labelled pairs cannot be read: {listed(faults)}.")


class SeveralDocumentsError(InvalidArticleError):
    """A document with several articles came where one is expected."""

    type = "several-articles"
    title = "The document holds several articles"

    def __init__(self, number: int, subject: str = "The document") -> None:
        self.number = number
        super().__init__(
            f"{subject} holds {number} articles, but one is expected. Send each by itself, or store all with "
            "'wirematch add'."
        )

    def about(self, subject: str) -> Self:
        """The same error with ``subject``, such as a file name, in place of "The document"."""
        return type(self)(self.number, subject)


class UnknownFormatError(WirematchError):
    """The format or media type is not supported."""

    status = 415
    type = "unsupported-media-type"
    title = "Unsupported media type"


class UnaddressableIdError(InvalidArticleError):
    """The id is one that no address can name."""

    def __init__(self, article_id: str) -> None:
        super().__init__(
            f"An article cannot have the id {article_id!r}: browsers and clients take it out of every address. Give "
            "another one, or none; nothing was stored."
        )


class ExpiredArticleError(InvalidArticleError):
    """``expires_at`` lies in the past."""

    def __init__(self) -> None:
        super().__init__("The article's expires_at is in the past; nothing was stored.")
