"""Findings about this machine: kernels, files, memory, and whether access is restricted."""

from __future__ import annotations

import os
import resource
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from wirematch.commands.doctor.finding import Finding, fine, note, problem, warning
from wirematch.index.embedded.private_files import files_of_others
from wirematch.index.embedded.valkey_process import MEMORY_SHARE, default_memory
from wirematch.kernels import active_path, why_python
from wirematch.server.protocol.connections import OWN_FILES
from wirematch.settings import Settings

LEAST_FREE = 1_000_000_000
"""Bytes of disk below which the embedded Valkey's file may not be rewritten."""

OTHER_FOLDER = "Name a new or an empty folder by --data-dir or WIREMATCH_DATA_DIR."


def machine_findings(settings: Settings, *, has_keys: bool | None) -> Iterator[Finding]:
    """Yield findings without asking a server; ``has_keys`` is whether there are access keys, None if unknown."""
    yield _kernels()
    yield _open_files(settings)
    if settings.redis_url is None:
        try:
            yield from _data_folder(settings.data_dir)
        except OSError as error:
            yield problem("data-folder", f"{settings.data_dir} cannot be read: {error.strerror}.", OTHER_FOLDER)
        yield _valkey_memory(settings)
    if settings.insecure_open and not has_keys:
        yield warning(
            "open-access",
            "There are no keys, and everybody who reaches the port is served (WIREMATCH_INSECURE_OPEN).",
            "Create keys ('wirematch keys create'), unless the network admits only those who may store and delete.",
        )
    if settings.audit_log is not None:
        yield _audit_log(settings.audit_log)


def _kernels() -> Finding:
    if active_path() == "compiled":
        return fine("kernels", "The compiled kernels run.")
    return warning(
        "kernels",
        f"The Python kernels run: {why_python() or 'none were compiled.'}",
        "Install where a C compiler is available (make setup fetches one): the compiled ones are several times faster.",
    )


def _open_files(settings: Settings) -> Finding:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.max_connections + OWN_FILES
    if hard != resource.RLIM_INFINITY and hard < wanted:
        return warning(
            "open-files",
            f"A process may have {hard:,} open files, fewer than {settings.max_connections:,} connections need.",
            f"Raise the limit to {wanted:,} (LimitNOFILE, ulimit -n), or lower WIREMATCH_MAX_CONNECTIONS.",
        )
    return fine("open-files", f"{settings.max_connections:,} connections can be held.")


def _data_folder(folder: Path) -> Iterator[Finding]:
    if not folder.exists():
        yield note("data-folder", f"{folder} did not exist; it is created when Valkey starts there, as for this check.")
        return
    if not folder.is_dir():
        yield problem("data-folder", f"{folder} is not a folder.", OTHER_FOLDER)
        return
    found = folder.stat()
    if found.st_uid != os.getuid():
        yield problem("data-folder", f"{folder} belongs to another user.", f"Run as that user, or: chown {folder}.")
    elif told := files_of_others(folder):
        yield problem(
            "data-folder",
            f"{folder} holds other files ({told}), and no index.",
            OTHER_FOLDER,
        )
    elif stat.S_IMODE(found.st_mode) & 0o077:
        yield problem(
            "data-folder",
            f"{folder} is open to other users (mode {stat.S_IMODE(found.st_mode):o}).",
            f"chmod 700 {folder}; the next start of the service does it, too.",
        )
    else:
        yield fine("data-folder", f"{folder} is accessible to its user only.")
    free = shutil.disk_usage(folder).free
    held = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if free < max(LEAST_FREE, held):
        yield warning(
            "free-disk",
            f"{free / 1e9:.1f} GB are free beside {held / 1e9:.1f} GB of data; "
            "a rewrite of the append-only file needs as much again.",
            "Make room, or move WIREMATCH_DATA_DIR.",
        )
    else:
        yield fine("free-disk", f"{free / 1e9:.1f} GB are free.")


def _valkey_memory(settings: Settings) -> Finding:
    machine = int(default_memory() / MEMORY_SHARE)
    if settings.valkey_memory is not None and settings.valkey_memory > machine:
        return problem(
            "valkey-memory",
            f"WIREMATCH_VALKEY_MEMORY is {settings.valkey_memory / 1e9:.1f} GB; the machine has {machine / 1e9:.1f}.",
            "Lower it below what the machine can spare, or the kernel may kill Valkey.",
        )
    return fine("valkey-memory", f"Valkey may use {(settings.valkey_memory or default_memory()) / 1e9:.1f} GB.")


def _audit_log(file: Path) -> Finding:
    place = file if file.exists() else file.parent
    if not os.access(place, os.W_OK):
        return problem(
            "audit-log", f"The audit log {file} cannot be written.", "Make its folder, or name another file."
        )
    return fine("audit-log", f"The audit log {file} can be written.")
