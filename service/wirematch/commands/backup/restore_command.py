"""``restore``: store what a backup holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wirematch.commands.backup.contents import UNREADABLE, BackupLine, Contents, Section, lines_of, read_whole
from wirematch.commands.backup.restoring import Restore, Restored
from wirematch.commands.backup.results import counts_of, print_result
from wirematch.commands.local_index import OpenStore, run_on_store
from wirematch.composition.from_settings import scheme_of
from wirematch.composition.upkeep import open_shards
from wirematch.errors import BackupError, InvalidSettingError
from wirematch.fingerprint.sampling import Sampling
from wirematch.index.fingerprint_record import FingerprintRecord
from wirematch.index.keys import Namespace
from wirematch.presentation.console import Screen
from wirematch.settings import Settings
from wirematch.state.backup_state import BackupState
from wirematch.state.clusters import ArticleClusters
from wirematch.state.imports import Import, Imports
from wirematch.state.tenant_records import Tenant, Tenants


def restore(file: Path, tenants: Sequence[str], settings: Settings, *, check: bool, as_json: bool) -> None:
    """Verify a whole backup and store its contents; with ``check``, only verify it.

    Raises CutBackupError and BackupError.
    """
    contents, screen, errors = read_whole(file), Screen(), Screen.on_standard_error()
    sections = [one for one in contents.sections if not tenants or one.tenant in tenants]
    if missing := set(tenants) - {one.tenant for one in sections}:
        raise InvalidSettingError(f"{file} has no data of {', '.join(sorted(missing))}.")
    if check:
        print_result({"file": str(file), "sections": counts_of(contents)}, screen, as_json=as_json)
        return

    begun = False

    def cut_short(how: str, failed: bool) -> str | None:
        return f"{how}; repeat the command to restore the rest." if begun or not failed else None

    async def store_all(service: OpenStore) -> list[dict[str, Any]]:
        nonlocal begun
        done: list[dict[str, Any]] = []
        await _make_tenants(Tenants(service.store, service.namespace), sections)
        imports = Imports(service.store, service.namespace)
        with errors.counter() as show:
            works = [await _open(service, section, show) for section in sections]
            marks = _marks(file, contents, [_home(service, section) for section in sections])
            begun = True
            await imports.begin(marks)
            async with imports.kept_alive(marks):
                for section, lines in _sections(file, sections):
                    place = sections.index(section)
                    restored = await _restore_section(works[place], section, lines)
                    if marks[place] not in marks[place + 1 :]:  # under WIREMATCH_TENANT, two may be for one tenant
                        await imports.end([marks[place]])
                    done.append({"tenant": section.tenant, **asdict(restored)})
        return done

    with errors.told_when_cut_short(cut_short):
        restored = run_on_store(settings, store_all)
    print_result({"file": str(file), "sections": restored}, screen, as_json=as_json)


def _marks(file: Path, contents: Contents, homes: Sequence[Namespace]) -> list[Import]:
    """Return the marks of what is about to be restored into ``homes``; they know a backup by its first line."""
    identity, now = json.dumps(contents.header, sort_keys=True), datetime.now(UTC)
    source = str(file.absolute())
    return [
        Import(command="restore", source=source, identity=identity, tenant=home.tenant, begun_at=now) for home in homes
    ]


async def _make_tenants(tenants: Tenants, sections: Sequence[Section]) -> None:
    """Create missing tenants before anything is stored. Raises InvalidSettingError for a deleted one."""
    there = await tenants.read()
    for section in sections:
        record = section.about["record"]
        if record is not None and (section.tenant not in there or there[section.tenant].deleted_at is not None):
            await tenants.create(Tenant.model_validate(record))


def _home(service: OpenStore, section: Section) -> Namespace:
    return service.namespace.of_tenant(section.tenant) if section.tenant else service.namespace


async def _open(service: OpenStore, section: Section, show: Callable[[str], None]) -> Restore | None:
    """Open the index of the section's tenant; None if there is nothing to store.

    A new index gets as many shards as the backup's had.
    """
    about, namespace = section.about, _home(service, section)
    if not about["shards"]:
        return None
    store, settings = service.store, service.settings
    if await FingerprintRecord(store, namespace).live() is None:
        if about["sampling"] not in set(Sampling):
            raise BackupError(
                f"The backup's index uses the sampling {about['sampling']!r}, which this release does not know. Run "
                "the release that wrote it, or restore into an existing index."
            )
        alike = {"shards": settings.shards or about["shards"], "sampling": Sampling(about["sampling"])}
        settings = settings.model_copy(update=alike)
    shards = await open_shards(store, namespace, settings)
    scheme = await scheme_of(store, namespace, settings)
    return Restore(shards, scheme, BackupState(store, namespace), ArticleClusters(store, namespace), show)


async def _restore_section(work: Restore | None, section: Section, lines: Iterator[BackupLine]) -> Restored:
    if work is None:
        return Restored()
    try:
        await work.run(section, lines)
    except UNREADABLE as error:
        raise BackupError(
            f"The backup has a line that this release cannot read ({type(error).__name__}). Everything before "
            "it is stored."
        ) from error
    return work.done


def _sections(file: Path, wanted: Sequence[Section]) -> Iterator[tuple[Section, Iterator[BackupLine]]]:
    """Yield each wanted section with its lines, which must be read before the next section."""
    lines = lines_of(file)

    def rest() -> Iterator[BackupLine]:
        for line in lines:
            if "counted" in line:
                return
            yield line

    for line in lines:
        if "section" in line:
            ours = next((one for one in wanted if one.about == line["section"]), None)
            if ours is not None:
                yield ours, rest()
