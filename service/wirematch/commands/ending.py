"""SIGTERM and SIGHUP end a command as Ctrl-C does: it stops what it started, such as a Valkey, and cleans up.

By default they end a process at once, so closing a terminal would leave a server running.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

from wirematch.importing import quit_at_once
from wirematch.interruption import interrupt

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

REPEAT_SECONDS = 0.05
"""How long after an interruption was lost it is repeated."""
_ended_by: list[int] = []


def end_in_order() -> None:
    """Install this for the process; ignored signals, as under ``nohup``, stay ignored.

    Python allows only the main thread to do this.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
    if signal.getsignal(signal.SIGINT) in (signal.default_int_handler, quit_at_once):
        signal.signal(signal.SIGINT, _interrupt)
    if signal.getsignal(signal.SIGALRM) is not _interrupt:
        signal.signal(signal.SIGALRM, _interrupt)
        sys.unraisablehook = _repeating(sys.unraisablehook)


def exit_status(status: int | str | None) -> int | str | None:
    """Return the exit status in place of ``status``: that of a process ended by such a signal, if one came."""
    return 128 + _ended_by[0] if _ended_by and status else status


def _end(number: int, frame: FrameType | None) -> None:
    """Interrupt the command; the second signal ends it at once."""
    _ended_by.append(number)
    signal.signal(number, signal.SIG_DFL)
    _interrupt(number, frame)


def _interrupt(_: int, __: FrameType | None) -> None:
    interrupt()


def _repeating(told: Callable[[UnraisableHookArgs], object]) -> Callable[[UnraisableHookArgs], object]:
    """Return a hook that repeats an interruption that was lost; ``told`` is told what else was.

    Python drops what is raised while it calls a finalizer or the callback of a weak reference, as after each import.
    The command would go on as if it had not been told to end.
    """

    def repeat(lost: UnraisableHookArgs, /) -> object:
        if issubclass(lost.exc_type, KeyboardInterrupt):
            return signal.setitimer(signal.ITIMER_REAL, REPEAT_SECONDS)
        return told(lost)

    return repeat
