"""``reindex`` and ``load``: rebuild the index, or fill it with what a Spark job wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from wirematch.commands.local_index import redis_address, require_stored, run_on_index
from wirematch.composition.components import IndexComponents
from wirematch.composition.rebuilding import rebuild, retranslate
from wirematch.detection.documents.intake import DocumentIntake
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.errors import InvalidSettingError
from wirematch.fingerprint.sampling import Sampling
from wirematch.index.protocol import PutOutcome
from wirematch.interruption import run_interruptibly
from wirematch.models import Article
from wirematch.pipelines.spark.loading import Loaded, load, part_files
from wirematch.presentation.console import Screen
from wirematch.presentation.pages.wording import counted
from wirematch.settings import Settings
from wirematch.state.imports import Import, Imports

AS_IT_WAS = "{}; the live index is as it was. {}"
NOTHING_LOST = "{}; no article is lost. {}"
"""Of a rebuild that Redis failed: whether it took the switch may not have been learnt."""
AGAIN = "Repeat the command to start again; it may have to wait for up to a minute."
SWITCHED = (
    "{} after the switch to {}; it stays live. Services remove what is left of the old one within about three minutes. "
    "Repeat the command only if other indexes, such as those of tenants, were to be rebuilt, too."
)


def reindex(shards: int | None, sampling: Sampling | None, settings: Settings) -> bool:
    """Build the next generation of the index beside the live one and switch to it; whether all could be rebuilt.

    Unless the settings name a tenant, the indexes of all tenants are rebuilt, too. What cannot be rebuilt of one tenant
    is printed, and the others are rebuilt. ``shards`` and ``sampling`` None keep the present ones.
    """
    screen, errors = Screen(), Screen.on_standard_error()
    require_stored(settings)

    begun = False
    live_already = 0
    faulty: list[str] = []

    def switched(grace: float) -> None:
        nonlocal live_already
        live_already += 1
        errors.print_line(
            f"The new index is live. The old one is removed in {grace:.0f} seconds, when no request reads it."
        )

    def cut_short(how: str, failed: bool) -> str | None:
        if live_already:
            return SWITCHED.format(how, counted(live_already, "new index", "new indexes"))
        if failed:
            return NOTHING_LOST.format(how, AGAIN) if begun else None
        return AS_IT_WAS.format(how, AGAIN)

    def failed(tenant: str, error: Exception) -> None:
        faulty.append(tenant)
        why = error.__cause__ or type(error).__name__
        errors.print_line(f"The index of the tenant {tenant} is not rebuilt: {error} ({why})")

    with (
        errors.told_when_cut_short(cut_short),
        redis_address(settings) as url,
        screen.progress_bar("copying") as update,
    ):

        def progressed(done: int, total: int) -> None:
            nonlocal begun
            begun = True
            update(done, total)

        rebuilt = run_interruptibly(rebuild(url, settings, shards, progressed, sampling, switched, failed))
        untranslated = run_interruptibly(retranslate(url, settings, faulty))
    for tenant, live in rebuilt.items():
        whose = "" if tenant is None or tenant == settings.tenant else f" of the tenant {tenant}"
        parts = counted(live.shards, "shard")
        screen.print_line(f"The rebuilt index{whose} is live: generation {live.number}, {parts}.")
    if settings.translate is not None:
        screen.print_line(f"Services that run or are started translate {counted(untranslated, 'article')} anew.")
    counts = {live.shards for live in rebuilt.values()}
    if settings.shards is not None and counts != {settings.shards}:
        number = (
            f"set WIREMATCH_SHARDS={counts.pop()}, or do not set it" if len(counts) == 1 else "unset WIREMATCH_SHARDS"
        )
        screen.print_line(f"Before you start a service again, {number}.")
    return not faulty


def read_sampling(name: str | None) -> Sampling | None:
    """Return the sampling. Raises InvalidSettingError for an unknown one."""
    try:
        return None if name is None else Sampling(name)
    except ValueError:
        raise InvalidSettingError(f"--sampling is one of {', '.join(Sampling)}, not {name!r}.") from None


def load_index(folders: Sequence[Path], settings: Settings, *, replace: bool) -> bool:
    """Store the articles that a Spark job wrote below ``folders``; return whether none was left out.

    An article whose id has other content is left out and named on standard error, unless it is to ``replace`` that.
    """
    screen, errors = Screen(), Screen.on_standard_error()
    begun = False
    for folder in folders:
        part_files(folder)  # before an index is made

    def cut_short(how: str, failed: bool) -> str | None:
        return f"{how}; repeat the command to store the rest." if begun or not failed else None

    async def store(components: IndexComponents) -> Loaded:
        imports, now = Imports(components.store, components.namespace), datetime.now(UTC)
        intake = DocumentIntake(
            components.detector, components.kills, BoundedExecutor(1, 0), earlier=components.earlier_versions
        )

        async def put(article: Article) -> bool:
            outcome, _ = await intake.put(article, report=False)
            return outcome is not PutOutcome.UNCHANGED

        marks = [
            Import(
                command="load",
                source=str(folder.absolute()),
                identity=str(folder.absolute()),
                tenant=settings.tenant,
                begun_at=now,
            )
            for folder in folders
        ]

        async def begin() -> None:
            nonlocal begun
            begun = True
            await imports.begin(marks)

        with screen.counter() as show:

            def told(done: Loaded) -> None:
                show(f"{done.stored:,} stored")

            async with imports.kept_alive(marks):
                loaded = await load(
                    components.detector.index,
                    components.scheme,
                    folders,
                    told,
                    texts=settings.store_text,
                    begin=begin,
                    replace=put if replace else None,
                )
                await imports.end(marks)
        return loaded

    with errors.told_when_cut_short(cut_short):
        loaded = run_on_index(settings, store)
    screen.print_line(_summary(loaded, replace=replace))
    errors.print_lines(_left_out(loaded))
    return not loaded.left_out


def _summary(loaded: Loaded, *, replace: bool) -> str:
    what = [f"{loaded.stored:,} stored", f"{loaded.there:,} there before"]
    if replace:
        what.append(f"{loaded.replaced:,} replaced")
    if loaded.left_out:
        what.append(f"{loaded.left_out:,} left out")
    return ", ".join(what)


def _left_out(loaded: Loaded) -> Iterator[str]:
    for name in loaded.named:
        yield f"left out: the id {name!r} has other content; --replace puts the article in its place"
    if more := loaded.left_out - len(loaded.named):
        yield f"left out: {counted(more, 'more article')} whose ids have other content"
