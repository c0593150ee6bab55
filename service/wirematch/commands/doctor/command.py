"""``doctor``: run all checks and print the findings."""

from __future__ import annotations

import json
import os
import time
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import redis.asyncio
from redis.exceptions import ResponseError

from wirematch.access.keyring import Keyring
from wirematch.commands.doctor.finding import Finding, Grade, fine, note, problem, warning
from wirematch.commands.doctor.index import FRESH, index_findings
from wirematch.commands.doctor.machine import machine_findings
from wirematch.commands.doctor.server import ServerFacts, server_findings
from wirematch.commands.doctor.settings import name_findings, translation_finding
from wirematch.commands.local_index import redis_address
from wirematch.composition.components import open_components
from wirematch.composition.from_settings import make_index, make_store, namespace_of, scheme_of
from wirematch.composition.tenancy import unfit_tenants
from wirematch.errors import IndexMismatchError, WirematchError
from wirematch.index.connections.cluster_servers import close_cluster
from wirematch.index.connections.connection import FAILURES, Client, Store, connect
from wirematch.index.connections.diagnosis import AT_THE_SERVER, reason_of
from wirematch.index.connections.probe import check_writes
from wirematch.index.fingerprint_record import FingerprintRecord
from wirematch.interruption import run_interruptibly
from wirematch.presentation.console import Screen
from wirematch.settings import Settings
from wirematch.state.imports import Imports

MEND = "Mend this at the server."
CORRECT = "Start it, or correct WIREMATCH_REDIS_URL and its password."
SAID = "The findings about the server say why."
MARKS = {Grade.FINE: "ok", Grade.NOTE: "note", Grade.WARNING: "WARNING", Grade.PROBLEM: "PROBLEM"}


class Extent(NamedTuple):
    """What is examined beside server, machine and settings."""

    content: bool = False
    """Everything in the index."""
    fix: bool = False
    """Whether faults that can be repaired are repaired."""
    fresh: int = FRESH
    """Maximum number of articles that are decided again."""


def doctor(settings: Settings, extent: Extent, *, as_json: bool) -> bool:
    """Print every finding; return whether there is no problem."""
    folder = list(machine_findings(settings, has_keys=None)) if settings.redis_url is None else []
    try:
        with redis_address(settings) as url:
            findings, has_keys = run_interruptibly(_on_server(url, settings, extent))
    except WirematchError as error:
        embedded = settings.redis_url is None  # then it does not start
        advice = "Its log, if it was started, is in the data folder." if embedded else CORRECT
        findings, has_keys = [problem("server", str(error), advice)], None
    # Starting the embedded Valkey corrects its folder, so the folder was examined before.
    before = {one.check: one for one in folder}
    findings += [before.get(one.check, one) for one in machine_findings(settings, has_keys=has_keys)]
    findings += name_findings(os.environ)
    if translation := run_interruptibly(translation_finding(settings)):
        findings.append(translation)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in findings], indent=2))  # noqa: T201
    else:
        _print(findings)
    return all(one.grade is not Grade.PROBLEM for one in findings)


def _print(findings: list[Finding]) -> None:
    screen = Screen()
    for one in findings:
        screen.print_line(f"{MARKS[one.grade]:<8} {one.check}: {one.found}")
        if one.advice:
            screen.print_line(f"         {one.advice}")


async def _on_server(url: str, settings: Settings, extent: Extent) -> tuple[list[Finding], bool | None]:
    """Return the findings about the server and the index, and whether there are access keys."""
    client = connect(url, settings.redis_timeout)
    store = make_store(url, settings)
    try:
        findings: list[Finding] = []
        try:
            async for facts in _facts(client):
                findings += server_findings(facts, settings)
        except (*FAILURES, TimeoutError) as error:
            wrong = reason_of(url, error)
            if wrong is None and isinstance(error, ResponseError):
                findings.append(note("server", f"The server does not allow INFO: {error}"))
            else:
                said = wrong or f"The server does not answer: {type(error).__name__}."
                return [problem("server", said, MEND if wrong in AT_THE_SERVER else CORRECT)], None
        findings += [await _index(store, settings, url), *await _tenants(store, settings)]
        findings += await _imports(store, settings)
        findings.append(await _writes(store, settings, url))
        if extent.content and _opens(findings):
            findings += await _content(url, settings, extent)
        return findings, await _has_keys(store, settings)
    finally:
        await store.close()
        await (close_cluster(client) if isinstance(client, redis.asyncio.RedisCluster) else client.aclose())


async def _has_keys(store: Store, settings: Settings) -> bool | None:
    """Whether there are access keys; None if that is unknown."""
    try:
        return bool(await Keyring(store, namespace_of(settings)).records())
    except WirematchError:  # the findings so far say why
        return None


def _opens(findings: list[Finding]) -> bool:
    return any(one.check == "index" and one.grade is Grade.FINE for one in findings)


async def _content(url: str, settings: Settings, extent: Extent) -> list[Finding]:
    try:
        async with open_components(url, settings) as components:
            return await index_findings(components, settings, fix=extent.fix, fresh=extent.fresh)
    except WirematchError as error:
        return [problem("content", f"The index could not be checked: {error}", "Repeat the command.")]


async def _facts(client: Client) -> AsyncIterator[ServerFacts]:
    """Return the facts about each server that has data."""
    if isinstance(client, redis.asyncio.RedisCluster):
        await client.initialize()
        for node in client.get_primaries():
            yield ServerFacts(
                info=await client.info(target_nodes=node),
                appendfsync=await _setting(client, target_nodes=node),
                ahead=_ahead(await client.time(target_nodes=node)),
            )
        return
    yield ServerFacts(info=await client.info(), appendfsync=await _setting(client), ahead=_ahead(await client.time()))


async def _setting(client: Client, **where: Any) -> str | None:
    try:
        found = await client.config_get("appendfsync", **where)
    except ResponseError:
        return None
    # As redis-py gives it: names and values are text or bytes, by its settings.
    values = [value.decode() if isinstance(value, bytes) else str(value) for value in found.values()]
    return values[0] if values else None


def _ahead(moment: tuple[int, int]) -> float:
    seconds, microseconds = moment
    return seconds + microseconds / 1e6 - time.time()


async def _index(store: Store, settings: Settings, url: str) -> Finding:
    """Return whether the index fits this program. No index is created."""
    namespace = namespace_of(settings)
    try:
        record, _ = await FingerprintRecord(store, namespace).read()
        if not record:
            return note("index", f"There is no index {settings.index!r} yet; it is made when the service starts.")
        index = make_index(store, namespace, settings, await scheme_of(store, namespace, settings))
        await index.open()
    except IndexMismatchError as error:
        return problem(
            "index", str(error), "Follow this advice, or restore the settings with which the index was built."
        )
    except (WirematchError, *FAILURES, TimeoutError) as error:
        return problem("index", f"It cannot be read: {reason_of(url, error) or error}", SAID)
    return fine("index", f"The index {settings.index!r} fits this program and its settings.")


async def _tenants(store: Store, settings: Settings) -> list[Finding]:
    """Yield a problem if indexes of tenants do not fit; nothing if all do."""
    try:
        found = await unfit_tenants(store, namespace_of(settings), settings)
    except (WirematchError, *FAILURES, TimeoutError):  # the finding about the index says so
        return []
    advice = "'wirematch reindex' rebuilds them all; their requests are answered 503 until then."
    return [problem("tenant", str(error), advice) for error in found]


async def _imports(store: Store, settings: Settings) -> list[Finding]:
    """Return a warning for each restore or load that is running, and a problem for each that did not finish."""
    try:
        unfinished = await Imports(store, namespace_of(settings)).unfinished()
    except (WirematchError, *FAILURES, TimeoutError):  # the finding about the index says so
        return []
    return [(warning if one.running else problem)("import", str(one), one.advice) for one in unfinished]


async def _writes(store: Store, settings: Settings, url: str) -> Finding:
    try:
        await check_writes(store, namespace_of(settings))
    except WirematchError as error:
        wrong = reason_of(url, error.__cause__ or error)
        return problem("writes", f"Writes are refused: {wrong or error}", MEND if wrong in AT_THE_SERVER else SAID)
    return fine("writes", "Writes are accepted.")
