"""Obligations of a worker process towards its parent."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait

from wirematch.index.embedded.store import EmbeddedStore
from wirematch.settings import Settings


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
