"""What runs that were killed left behind: removed before a run starts over, or if nobody can resume them."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from wirematch.errors import InvalidSettingError
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.pipelines.dedupe.checkpoint import IDS_FILE, INDEX_FOLDER, LOCK_FILE, TEMPORARY_PREFIX, RowIds, RunFolder
from wirematch.pipelines.dedupe.decider_factory import open_row_decider
from wirematch.pipelines.dedupe.options import NAMED, DedupePlan, IndexChoice
from wirematch.settings import Settings


async def discard(plan: DedupePlan, folder: RunFolder) -> bool:
    """Remove what the interrupted run stored, and delete its files; returns False if there is none.

    What it stored would be found by the new run, which would drop its own rows as copies. Raises InvalidSettingError
    if nobody knows what that is, and the errors of the index: this can be repeated then, and the run only be resumed if
    nothing was removed yet.
    """
    state, ids = folder.interrupted(), RowIds(folder.path)
    if state is None and folder.begun and ids.exist:
        raise InvalidSettingError(
            f"The checkpoint in {folder.path} is damaged, so that nobody knows which run stored what {IDS_FILE} there "
            "names in an index that others use. Delete these articles, then this folder, and repeat the command."
        )
    if state is not None:
        index = _index_of(state.asked)
        if not index.private:
            if state.items and not ids.exist:
                raise InvalidSettingError(
                    "The run that was interrupted was begun by another release, which did not note what it stored in "
                    "an index that others use. Resume it with that release, or name another index."
                )
            if ids.exist:
                async with open_row_decider(plan, index, folder.path, state) as decider:
                    folder.save(state.model_copy(update={"discarded": True}))
                    for rows in ids.rows():
                        await decider.forget(rows)
    private = folder.path / INDEX_FOLDER
    if private.exists():
        EmbeddedStore(private).stop_unused()  # a Valkey outlives a killed process
    folder.empty()
    return state is not None


def _index_of(asked: dict[str, object]) -> IndexChoice:
    """Return the index of an interrupted run, which may be another than that of the command that starts over.

    So may its name and its tenant, which the environment has: what the run stored is removed where it stored it.
    """
    given = asked.get("index")
    url, data_dir, redis_url = given if isinstance(given, list) and len(given) == 3 else (None, None, None)
    name, tenant = (asked.get(name, Settings.model_fields[field].default) for name, field in NAMED.items())
    named = str(name), None if tenant is None else str(tenant)
    return IndexChoice(url, Path(data_dir) if data_dir else None, redis_url, named)


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
