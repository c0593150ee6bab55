"""What all errors have, and why a program cannot start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

SERVER_ERROR = 500
"""The least status of a failure on our side."""
MOST_FAULTS = 5
"""At most so many faults are listed in a message."""


class Fault(NamedTuple):
    """One thing wrong with a document; ``place`` is a JSON pointer, an XPath, a feed entry or a line."""

    place: str
    message: str


def listed(faults: Sequence[Fault]) -> str:
    """Return the first faults in one line, and how many there are more."""
    said = [f"{fault.place}: {fault.message}" for fault in faults[:MOST_FAULTS]]
    more = len(faults) - len(said)
    return "; ".join([*said, f"and {more} more"] if more else said)


class WirematchError(Exception):
    """Base of all errors raised on purpose. Its text says what happened and, if possible, what to do about it."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"
    retry_after: int | None = None
    """Seconds after which to try again, if that may help."""

    @property
    def uncertain(self) -> bool:
        """Whether the request may have been executed nevertheless: it failed on our side, perhaps afterwards."""
        return self.status >= SERVER_ERROR


class StoreStartError(WirematchError):
    """The embedded store could not be started."""

    type = "store-not-started"
    title = "The embedded store did not start"


class InvalidSettingError(WirematchError):
    """A setting or option has a value that cannot be used."""

    type = "invalid-setting"
    title = "A setting is invalid"
