"""Folders and lock files that no other user can read, write or hold."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import IO

from wirematch.errors import StoreStartError

OTHERS, OTHERS_WRITE = 0o077, 0o022
ROOT = 0
LOCK = ".lock"
SERVERS_FILES = "appendonlydir"
"""The folder with the server's data."""
SIGNS = frozenset({SERVERS_FILES, "valkey.log", "valkey.sock", "door.lock", "users.lock"})
"""Files in every data folder from the first start on, and nowhere else."""
FILES = SIGNS | {"dump.rdb"}
"""Files in a data folder, of the server and of its users. A dump alone is no sign: any Redis leaves one in the folder,
often a home, in which it was started."""
UNFINISHED = "temp-"
"""Prefix of files that the server has not finished writing."""
NOBODYS = frozenset(
    {"lost+found", ".snapshot", ".snapshots", ".zfs", ".DS_Store", ".keep", ".gitkeep", ".cache", ".config", ".local"}
)
"""What file systems, volumes and programs put into a folder; the data folder of a container is its home."""
TOLD = 3
"""Names of foreign files given in an error."""


def make_data_folder(path: Path) -> None:
    """Create a folder of our own and close it and our files in it to other users; StoreStartError, OSError.

    A folder that has contents, but nothing of ours, was named by mistake: it is refused and left as it is.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = path.stat().st_uid
    if owner not in (os.getuid(), ROOT):
        raise StoreStartError(f"The data folder {path} belongs to another user; choose one of your own.")
    if told := files_of_others(path):
        raise StoreStartError(
            f"The folder {path} holds other files ({told}); choose a new or an empty one for the index."
        )
    ours = [found.name for found in path.iterdir() if _is_ours(found.name)]
    if owner == os.getuid():
        _close(path, 0o700)
        for name in ours:
            _close_all(path / name)


def files_of_others(path: Path) -> str:
    """Names of the files in a folder in which nothing is ours; "" for any other folder."""
    names = sorted({found.name for found in path.iterdir()} - NOBODYS)
    if SIGNS.intersection(names):
        return ""
    return ", ".join(names[:TOLD]) + (", and more" if len(names) > TOLD else "")


def _is_ours(name: str) -> bool:
    return name in FILES or name.startswith(UNFINISHED)


def _close_all(path: Path) -> None:
    """Close a file, or a folder with everything in it, to other users."""
    if not path.is_dir() or path.is_symlink():
        if not path.name.endswith(LOCK):  # closing it would hide from open_lock that somebody else may hold it
            _close(path, 0o600)
        return
    for folder, _, files in os.walk(path):
        _close(Path(folder), 0o700)
        for name in files:
            _close(Path(folder, name), 0o600)


def make_socket_folder(path: Path) -> None:
    """Create a folder inside a shared one; StoreStartError if it may be another user's trap."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & OTHERS_WRITE:
        raise StoreStartError(
            f"The folder {path}, which is to hold the socket, belongs to another user or can be written by others. "
            "Remove it, or choose a data folder with a shorter path, which holds the socket itself."
        )
    _close(path, 0o700)


def open_log(path: Path) -> IO[bytes]:
    """Open a file for appending."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "ab")


def open_lock(path: Path) -> IO[bytes]:
    """Open a lock file of our own. One that others could open, as earlier versions made them, is replaced.

    Somebody else might hold that one, and we would wait for ever.
    """
    for _ in range(2):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        if not os.fstat(descriptor).st_mode & OTHERS:
            return os.fdopen(descriptor, "r+b")
        os.close(descriptor)
        path.unlink(missing_ok=True)
    raise StoreStartError(f"The lock file {path} stays accessible to other users, although it was replaced.")


def _close(path: Path, mode: int) -> None:
    found = path.lstat()
    if found.st_uid == os.getuid() and found.st_mode & OTHERS and not stat.S_ISLNK(found.st_mode):
        path.chmod(mode)
