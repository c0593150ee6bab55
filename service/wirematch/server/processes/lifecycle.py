"""The beginning and the end of a process, so that restarts fail no request.

Sockets and notifications follow systemd's protocols (``sd_listen_fds(3)``, ``sd_notify(3)``), which any supervisor can
implement. Processes that inherit the same listening socket share its queue: a connection that one of them does not
accept waits for another.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Iterator
from multiprocessing.connection import wait
from types import FrameType

from wirematch.errors import InvalidSettingError
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.settings import Settings

FIRST_HANDED = 3
"""File descriptor of the first inherited socket."""


class Draining:
    """Draining: a process told to stop keeps serving for a while, reports not ready, and closes each connection.

    Meanwhile load balancers turn elsewhere, and clients open their next connection to another process.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begun = False

    @contextlib.contextmanager
    def before_the_end(self) -> Iterator[None]:
        """Within this context, SIGTERM ends the process only after the draining period; a second one ends it at once.

        The server's own handler must already be installed. Outside of the main thread this does nothing.
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
    """Return the inherited listening sockets; empty if the process is to open its own. Raises InvalidSettingError.

    The environment variables are removed, so that no child process takes the sockets for its own.
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
    """Tell the supervisor this process's state; does nothing without ``NOTIFY_SOCKET``."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)


def is_worker() -> bool:
    """Whether this process was started by another process of the service."""
    return multiprocessing.parent_process() is not None


def end_with_parent() -> None:
    """Shut down gracefully when the parent process is gone, however it ended: nobody else would stop a worker."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def store_in_use(settings: Settings) -> contextlib.AbstractContextManager[None]:
    """Return a context in which the embedded Valkey is held in use, so that other processes do not stop it."""
    store = EmbeddedStore(settings.data_dir)
    return store.used() if is_worker() and settings.redis_url == store.url else contextlib.nullcontext()
