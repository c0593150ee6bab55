"""``backup``: write everything that was stored into a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from wirematch import __version__
from wirematch.commands.backup.contents import (
    FORMAT,
    Contents,
    read_contents,
)
from wirematch.commands.backup.parts import Packing, PartWriter, only_writer
from wirematch.commands.backup.results import counts_of, print_result
from wirematch.commands.backup.writing import SectionWriter, check_generation
from wirematch.commands.local_index import OpenStore, require_stored, run_on_store
from wirematch.composition.from_settings import scheme_of
from wirematch.composition.phase import tell_unfinished
from wirematch.composition.upkeep import open_shards
from wirematch.errors import BackupError
from wirematch.index.connections.redis_errors import is_of_all
from wirematch.index.fingerprint_record import FingerprintRecord, Generation
from wirematch.index.keys import Namespace
from wirematch.index.rebuilding.snapshot import Snapshot
from wirematch.presentation.console import Screen
from wirematch.settings import Settings
from wirematch.state.backup_state import BackupState
from wirematch.state.tenant_records import Tenant, Tenants


def backup(file: Path, tenants: Sequence[str], settings: Settings, *, everybody: bool, as_json: bool) -> bool:
    """Write a backup, or continue an interrupted one; return whether every record could be read.

    With ``everybody``, a tenant whose section cannot be begun is left out, and named at the end.

    Raises BackupError if the file is something else, is a finished backup, cannot be written, or is being written.
    """
    Packing.of(file)
    require_stored(settings)
    try:
        with only_writer(file):
            return _backup(file, tenants, settings, everybody=everybody, as_json=as_json)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}.") from error


def _backup(file: Path, tenants: Sequence[str], settings: Settings, *, everybody: bool, as_json: bool) -> bool:
    contents, reader = (Contents(), None)
    if file.stat().st_size:
        contents, reader = read_contents(file)
        if contents.ended:
            raise BackupError(f"{file} is a finished backup. Name another file, or remove it.")
    screen, errors = Screen(), Screen.on_standard_error()
    if contents.sections:
        errors.print_line(f"{file} is continued after {contents}.")

    async def write(service: OpenStore) -> dict[str, Any]:
        damaged = 0
        left_out: dict[str, str] = {}
        with PartWriter(file, reader, contents.end) as writer, errors.counter() as show:
            if contents.header is None:
                about = {
                    "format": FORMAT,
                    "release": __version__,
                    "begun_at": datetime.now(UTC).isoformat("T", "microseconds"),
                }
                writer.write({"backup": about})
                writer.end_part()
            wanted = await _wanted(service, tenants, everybody=everybody)
            await tell_unfinished(service.store, service.namespace, wanted)
            for tenant in wanted:
                try:
                    if not any(one.tenant == tenant and one.ended for one in contents.sections):
                        damaged += await _write_section(service, tenant, writer, contents, show)
                except Exception as error:
                    if not everybody or is_of_all(error) or _is_begun(contents, tenant):
                        raise  # a part of it is in the file
                    left_out[tenant or ""] = f"{error} ({error.__cause__ or type(error).__name__})"
            writer.write({"end": datetime.now(UTC).isoformat("T", "seconds"), "left_out": list(left_out)})
            writer.end_part()
            return {"file": str(file), "bytes": writer.size, "damaged": damaged, "left_out": left_out}

    with errors.told_when_cut_short(partial(_cut_short, file)):
        written = run_on_store(settings, write) | {"sections": counts_of(contents)}
    print_result(written, screen, as_json=as_json)
    return _is_complete(written, errors)


def _cut_short(file: Path, how: str, failed: bool) -> str | None:
    if file.stat().st_size:
        return f"{how}; repeat the command to continue after what is in the file."
    return None if failed else f"{how}; nothing was written."


def _is_begun(contents: Contents, tenant: str | None) -> bool:
    return any(one.tenant == tenant for one in contents.sections)


def _is_complete(written: dict[str, Any], errors: Screen) -> bool:
    """Whether everything is in the backup; tell what is not."""
    if written["damaged"]:
        errors.print_line(f"{written['damaged']:,} records are damaged and left out; 'wirematch doctor' names them.")
    for tenant, why in written["left_out"].items():
        whose = f"The tenant {tenant} is" if tenant else "Articles of no tenant are"
        errors.print_line(f"{whose} not in the backup: {why}")
    return not written["damaged"] and not written["left_out"]


async def _wanted(service: OpenStore, tenants: Sequence[str], *, everybody: bool) -> list[str | None]:
    if not everybody:
        return list(tenants) or [service.settings.tenant]
    there = await Tenants(service.store, service.namespace).read()
    own = await FingerprintRecord(service.store, Namespace(service.namespace.name)).live()
    return [*([None] if own else []), *(name for name, one in there.items() if one.deleted_at is None)]


async def _write_section(
    service: OpenStore, tenant: str | None, writer: PartWriter, contents: Contents, show: Any
) -> int:
    """Write or finish a section; return how many records are damaged."""
    store, settings, index = service.store, service.settings, service.namespace
    namespace = index.of_tenant(tenant) if tenant else Namespace(index.name)
    record = (await Tenants(store, index).read()).get(tenant or "")
    live = await FingerprintRecord(store, namespace).live()
    if live is None and record is None:
        raise BackupError(f"There is no index {namespace.root!r}, so there is nothing to back up.")
    if live is None:  # a tenant that has stored nothing yet
        about = _about(tenant, record, index, Generation(0, 0), settings.sampling)
        contents.add({"section": about})
        writer.write({"section": about})
        writer.write({"counted": {}})
        writer.end_part()
        return 0
    shards = await open_shards(store, namespace, settings.model_copy(update={"shards": None}))
    section = next((one for one in contents.sections if one.tenant == tenant), None)
    if section is None:
        scheme = await scheme_of(store, namespace, settings)
        about = _about(tenant, record, index, live, scheme.scheme)
        writer.write({"section": about})
        contents.add({"section": about})
        section = contents.sections[-1]
    else:
        check_generation(section, live)
    snapshot = Snapshot(
        FingerprintRecord(store, namespace),
        live,
        [shards.shard(place) for place in range(live.shards)],
        [np.array(numbers, np.uint32) for numbers in section.given],
    )
    ours = SectionWriter(writer, BackupState(store, namespace), section, show)
    await ours.write(snapshot)
    return ours.damaged


def _about(
    tenant: str | None, record: Tenant | None, index: Namespace, live: Generation, sampling: str
) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "record": record and record.model_dump(mode="json"),
        "index": index.name,
        "generation": live.number,
        "shards": live.shards,
        "sampling": str(sampling),
    }
