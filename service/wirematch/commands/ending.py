"""SIGTERM and SIGHUP end a command as Ctrl-C does: it stops what it started, such as a Valkey, and cleans up.

By default they end a process at once, so closing a terminal would leave a server running.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

_ended_by: list[int] = []


def end_in_order() -> None:
    """Install this for the process; ignored signals, as under ``nohup``, stay ignored.

    Python allows only the main thread to do this.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def exit_status(status: int | str | None) -> int | str | None:
    """Return the exit status in place of ``status``: that of a process ended by such a signal, if one came."""
    return 128 + _ended_by[0] if _ended_by and status else status


def _interrupt(number: int, _: FrameType | None) -> None:
    """Interrupt the command; the second signal ends it at once."""
    _ended_by.append(number)
    signal.signal(number, signal.SIG_DFL)
    raise KeyboardInterrupt  # by itself: while a command waits for its input, asyncio's own handler would wait with it
