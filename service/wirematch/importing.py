"""Ctrl-C while the command is imported, which takes up to a few seconds: it ends at once and says nothing.

An exception would show where in somebody's module it was raised, and Python drops those that are raised in the callback
of a weak reference, as after each import. Nothing was begun yet, so nothing needs to be cleaned up.
"""

from __future__ import annotations

import os
import signal
from types import FrameType


def quit_at_once(number: int, _: FrameType | None) -> None:
    """Handle a signal: end the process with the status of one that this signal has ended."""
    os._exit(128 + number)


def quit_when_interrupted() -> None:
    """Let Ctrl-C end the process at once, until the command handles it; where it is ignored, it stays so."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, quit_at_once)
