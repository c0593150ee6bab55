"""Rebuilds that die or are stopped on the way: what they leave behind, and who removes it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from support.backends import article, signature
from support.rebuilds import fill, found, tags, text
from wirematch.errors import RebuildError
from wirematch.index.fingerprint_record import FingerprintRecord
from wirematch.index.rebuilding import rebuild
from wirematch.index.rebuilding.rebuild import Rebuild

pytestmark = pytest.mark.anyio


async def test_a_rebuild_that_dies_leaves_the_live_index_and_the_next_clears_up(index, build, backend, keys):
    await fill(index, 100)

    def die(done: int, _: int) -> None:
        if done > 40:
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await build(backend.shards + 1, progress=die).run()
    assert tags(keys) == {":1", ":2"}
    await index.replace(article("a3", text(3, 1)), signature(text(3, 1)))
    assert await found(index, text(3, 1)) == ["a3"]
    built = await build(backend.shards + 2).run()

    assert built.number == 3
    assert tags(keys) == {":3"}
    assert await found(index, text(3, 1)) == ["a3"]
    assert (await index.lookup(None)).documents == 100


async def test_what_a_rebuild_left_that_died_is_removed_without_another(index, build, backend, keys):
    """Else an article that is deleted afterwards would be there for as long as nobody rebuilds the index."""
    await fill(index, 100)

    def die(done: int, _: int) -> None:
        if done > 40:
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await build(backend.shards + 1, progress=die).run()
    assert [one.number for one in await build().remains()] == [2]
    await build().clear()

    assert await build().remains() == []
    assert tags(keys) == {":1"}
    assert await found(index, text(7)) == ["a7"]
    assert (await build().run()).number == 2


async def test_what_a_rebuild_left_that_died_behind_the_switch_is_removed(index, build, keys, monkeypatch):
    await fill(index, 100)

    async def die(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(rebuild.asyncio, "sleep", die)
        with pytest.raises(RuntimeError, match="killed"):
            await build().run()
    assert tags(keys) == {":1", ":2"}
    await build().clear()

    assert tags(keys) == {":2"}
    assert await found(index, text(7)) == ["a7"]


async def test_what_a_rebuild_builds_is_not_removed_while_it_runs(index, build, backend, keys):
    await fill(index, 100)
    begun = asyncio.Event()
    first = asyncio.create_task(build(backend.shards + 1, progress=lambda *_: begun.set()).run())
    await begun.wait()
    with pytest.raises(RebuildError, match="Another rebuild"):
        await build().clear()

    assert (await first).number == 2
    assert (await index.lookup(None)).documents == 100


async def test_ids_that_a_rebuild_logged_go_with_it(index, build, keys):
    """They name articles that may be deleted afterwards."""
    await fill(index, 100)
    begun, goes_on = asyncio.Event(), asyncio.Event()
    original = Rebuild._copy_changes  # noqa: SLF001 - waits where a rebuild is about to read its log

    async def wait(*given: object) -> None:
        begun.set()
        await goes_on.wait()
        await original(*given)

    running = build()
    running._copy_changes = wait  # noqa: SLF001 - see above
    first = asyncio.create_task(running.run())
    await begun.wait()
    await index.delete("a3")
    assert any(key.endswith(":changes") for key in keys())
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)

    assert not any(key.endswith(":changes") for key in keys())


async def test_a_rebuild_that_dies_at_the_switch_is_undone(index, build, keys, monkeypatch):
    await fill(index, 20)
    update = FingerprintRecord.update

    async def die(record, live, **fields):
        if "retired" in fields:
            raise RuntimeError("killed")
        return await update(record, live, **fields)

    dying = build()
    with monkeypatch.context() as patch:
        patch.setattr(rebuild, "MOVED_MS", 800)
        patch.setattr(FingerprintRecord, "update", die)
        with pytest.raises(RuntimeError, match="killed"):
            await dying.run()
    await index.replace(article("a3", text(3, 1)), signature(text(3, 1)))  # waits until the shards come back

    assert await found(index, text(3, 1)) == ["a3"]
    assert (await index.lookup(None)).documents == 20
    await build().run()
    assert tags(keys) == {":3"}
    assert await found(index, text(3, 1)) == ["a3"]


async def test_a_rebuild_that_was_stopped_disturbs_none_that_another_has_begun(index, build, keys, monkeypatch):
    """As by Ctrl-Z, for longer than writes are logged for it; then it goes on while the other is at work."""
    await fill(index, 20)
    original = Rebuild._copy_changes  # noqa: SLF001 - waits where everything is copied

    async def begin(logged_ms: int) -> tuple[asyncio.Task[object], asyncio.Event]:
        copied, goes_on = asyncio.Event(), asyncio.Event()

        async def wait(*given: object) -> None:
            copied.set()
            await goes_on.wait()
            await original(running, *given)

        monkeypatch.setattr(rebuild, "LOGGED_MS", logged_ms)
        running = build()
        running._copy_changes = wait  # noqa: SLF001 - see above
        task = asyncio.create_task(running.run())
        await copied.wait()
        return task, goes_on

    first, first_goes_on = await begin(1)
    second, second_goes_on = await begin(600_000)
    await index.replace(article("a3", text(3, 1)), signature(text(3, 1)))  # the second copies it from its log
    first_goes_on.set()
    with pytest.raises(RebuildError, match="stalled"):
        await first
    await index.replace(article("a4", text(4, 1)), signature(text(4, 1)))
    second_goes_on.set()
    await second

    assert (await index.lookup(None)).documents == 20
    assert len(tags(keys)) == 1
    for number in (3, 4):
        assert await found(index, text(number, 1)) == [f"a{number}"]
    assert await found(index, text(7)) == ["a7"]


async def test_there_is_nothing_to_remove_where_the_index_was_removed(index, build, backend, index_name, keys):
    await fill(index, 1)
    for key, server in backend.keys(f"*{index_name}*").items():
        server.delete(key)

    await build().clear()
    assert keys() == set()


async def test_a_rebuild_that_is_interrupted_again_and_again_lets_the_next_begin(index, build, backend, monkeypatch):
    """Redis is slow: the second interruption comes while the phases are ended because of the first."""
    await fill(index, 100)
    begun, go_on, end_phases = asyncio.Event(), asyncio.Event(), rebuild.end_phases

    async def slowly(*given: Any) -> None:
        begun.set()
        await go_on.wait()
        await end_phases(*given)

    monkeypatch.setattr(rebuild, "end_phases", slowly)
    running: list[asyncio.Task[Any]] = []
    running.append(asyncio.create_task(build(backend.shards, progress=lambda *_: running[0].cancel()).run()))
    await begun.wait()
    for _ in range(3):
        running[0].cancel()
        await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running[0]

    assert (await build(backend.shards).run()).number > 1
