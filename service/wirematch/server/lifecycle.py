"""How a process comes and goes without a failed request: sockets that it is handed, and an end that it announces.

Sockets and notices are systemd's (``sd_listen_fds(3)``, ``sd_notify(3)``), which anybody can speak: two processes that
are handed one listening socket share its queue, so a connection that one of them does not take waits for the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from types import FrameType

from wirematch.errors import InvalidSettingError

FIRST_HANDED = 3
"""File descriptor of the first socket that a process is handed."""


class Draining:
    """A process that is to end goes on for a while, says so to who asks whether it is ready, and keeps no connection.

    Meanwhile balancers look elsewhere, and clients open their next connection where there is somebody.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begun = False

    @contextlib.contextmanager
    def before_the_end(self) -> Iterator[None]:
        """While entered, SIGTERM ends the process so much later, and a second one at once.

        The server's own handler must be there already. Nothing is changed elsewhere than in the main thread.
        """
        ends = signal.getsignal(signal.SIGTERM)
        if threading.current_thread() is not threading.main_thread() or not callable(ends) or not self.seconds:
            yield
            return
        loop = asyncio.get_running_loop()

        def begin(number: int, frame: FrameType | None) -> None:
            if self.begun:
                ends(number, frame)
                return
            self.begun = True
            notify("STOPPING=1")
            loop.call_soon_threadsafe(loop.call_later, self.seconds, ends, number, None)

        signal.signal(signal.SIGTERM, begin)
        try:
            yield
        finally:
            if signal.getsignal(signal.SIGTERM) is begin:
                signal.signal(signal.SIGTERM, ends)


def handed_sockets() -> list[socket.socket]:
    """Listening sockets that this process was started with; none where it is to open its own. InvalidSettingError.

    The environment is cleared of them, so that no child takes them for its own.
    """
    process, count = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if process != str(os.getpid()) or not count.isdecimal():
        return []
    handed = [socket.socket(fileno=number) for number in range(FIRST_HANDED, FIRST_HANDED + int(count))]
    if any(one.family not in (socket.AF_INET, socket.AF_INET6) for one in handed):
        raise InvalidSettingError("The service was handed a socket that is not one of TCP; ListenStream names a port.")
    return handed


def notify(state: str) -> None:
    """Tell who started this process what has become of it; nothing where nobody asked (``NOTIFY_SOCKET``)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)
