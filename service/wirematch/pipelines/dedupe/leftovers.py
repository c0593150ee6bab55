"""What runs left behind that were killed and that nobody can resume, as they wrote to standard output."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from wirematch.index.embedded.store import EmbeddedStore
from wirematch.pipelines.dedupe.checkpoint import INDEX_FOLDER, LOCK_FILE, TEMPORARY_PREFIX


def clear_leftovers() -> None:
    """Stop the Valkeys of such runs of this user, which hold all that those runs had read, and delete their folders."""
    for folder in Path(tempfile.gettempdir()).glob(f"{TEMPORARY_PREFIX}*"):
        with suppress(OSError):
            # A run has an index only while it holds the lock.
            if folder.lstat().st_uid != os.getuid() or folder.is_symlink() or not (folder / INDEX_FOLDER).exists():
                continue
            with (folder / LOCK_FILE).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if EmbeddedStore(folder / INDEX_FOLDER).stop_unused():
                    shutil.rmtree(folder)
