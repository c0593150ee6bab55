"""One ``wirematch dedupe`` from its parts: the index that decides, the files, the meter, and what is left behind."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from wirematch.compose import make_reading, open_detector
from wirematch.errors import IndexUnavailableError, InvalidSettingError
from wirematch.index.embedded import EmbeddedStore
from wirematch.pipelines.dedupe.checkpoint import RunState, Workplace
from wirematch.pipelines.dedupe.decider import Decider, DetectorDecider, RowDecider
from wirematch.pipelines.dedupe.inputs import Inputs
from wirematch.pipelines.dedupe.progress import Meter
from wirematch.pipelines.dedupe.run import DedupePlan, DedupeRun, open_at
from wirematch.pipelines.dedupe.service_decider import ServiceDecider
from wirematch.pipelines.dedupe.sources import printable
from wirematch.settings import Settings
from wirematch_client import AsyncClient

CLOSEST = 8
"""Stories that a record is compared with where only copies matter: these share so many buckets with it that they rank
first, and comparing is nearly all of the work."""


@dataclass(frozen=True, slots=True)
class IndexChoice:
    """Which index is used: a service's, one that is given, or, with nothing given, the run's own."""

    url: str | None
    data_dir: Path | None
    redis_url: str | None

    @property
    def alone(self) -> bool:
        """Whether nobody else ever stores in it."""
        return not (self.url or self.data_dir or self.redis_url)


@dataclass(frozen=True, slots=True)
class OutputFiles:
    """What is read and written; without an output, standard output is."""

    inputs: list[str]
    format: str | None
    output: Path | None
    rejects: Path | None

    @property
    def lasting(self) -> Path | None:
        """The output where it is a file, which may be gone on with: the one that a link leads to."""
        if self.output is None or (self.output.exists() and not self.output.is_file()):
            return None
        return self.output.resolve() if self.output.is_symlink() else self.output

    @property
    def part(self) -> Path | None:
        """The output while it is being written."""
        return self.lasting and self.lasting.with_name(self.lasting.name + ".part")


@dataclass(frozen=True, slots=True)
class ProgressOptions:
    """What is said on standard error; ``shown`` None: a bar on a terminal, and none elsewhere."""

    shown: bool | None
    quiet: bool


def run_dedupe(
    plan: DedupePlan, where: IndexChoice, files: OutputFiles, telling: ProgressOptions, *, restart: bool
) -> bool:
    """Do all of it, or go on where an earlier process was interrupted. WirematchErrors say what cannot be.

    False where a part of the inputs was lost, or no record of them was any.
    """
    with Workplace(files.lasting) as work, ExitStack() as stack:
        mine = (files.output, files.lasting, files.part, files.rejects, work.folder, where.data_dir)
        inputs = _inputs(plan, files, [path for path in mine if path is not None])
        if restart:
            _forget(work)
        state, resumed = work.begin(_asked(plan, where, files, inputs))
        if resumed and state.decided and files.part is not None and not files.part.exists():
            work.clear()  # it was killed when all was done
            return _is_whole(state)
        work.save(state)
        meter = stack.enter_context(Meter(inputs, shown=telling.shown, quiet=telling.quiet))
        try:
            out = _output(stack, files, state)
            rejects = _opened(stack, files.rejects, state.rejects_bytes) if files.rejects else None
            run = DedupeRun(plan, inputs, work, state, out, rejects, meter.tell)
            if not state.decided:
                asyncio.run(_decide(run, _Desks(plan, where, work, state), resumed=resumed))
            if plan.keep_first:
                if files.part is not None:
                    out.truncate(0)
                run.write_first()
            out.flush()
            if files.part is not None and files.lasting is not None:
                files.part.replace(files.lasting)
        except BrokenPipeError:
            raise  # whoever reads has enough
        except OSError as error:
            raise InvalidSettingError(f"The output cannot be written: {error}.") from error
        if not telling.quiet:
            meter.say(_summary(state, meter.seconds))
        work.clear()
        return _is_whole(state)


def _close(device: IO[bytes]) -> None:
    """What could not be written was told when it was flushed."""
    with suppress(OSError):
        device.close()


def _inputs(plan: DedupePlan, files: OutputFiles, mine: list[Path]) -> Inputs:
    inputs = Inputs(
        files.inputs, files.format, leave_out=mine, reading=make_reading(Settings.read()), text_field=plan.fields.body
    )
    if plan.keep_first and inputs.streams:
        raise InvalidSettingError("--keep-first reads its inputs twice, which a pipe cannot be.")
    return inputs


def _is_whole(state: RunState) -> bool:
    counts = state.counts
    return not counts.lost and (counts.bad < counts.read or not counts.read)


def _output(stack: ExitStack, files: OutputFiles, state: RunState) -> IO[bytes]:
    if files.output is None:
        return sys.stdout.buffer
    if files.part is None:  # a pipe or a device, which is no file to be replaced
        device = files.output.open("wb")
        stack.callback(_close, device)
        return device
    return _opened(stack, files.part, state.output_bytes)


def _asked(plan: DedupePlan, where: IndexChoice, files: OutputFiles, inputs: Inputs) -> dict[str, Any]:
    """What must be the same for a run to go on."""
    return {
        "inputs": inputs.facts,
        "format": files.format,
        "fields": plan.fields.model_dump(),
        "drop": plan.drop,
        "keep-first": plan.keep_first,
        "annotate": plan.annotate,
        "rejects": files.rejects and printable(str(files.rejects)),
        "index": [where.url, where.data_dir and printable(str(where.data_dir)), where.redis_url],
    }


@dataclass(frozen=True, slots=True)
class _Desks:
    """Whatever a desk is made of."""

    plan: DedupePlan
    where: IndexChoice
    work: Workplace
    state: RunState

    @asynccontextmanager
    async def open(self) -> AsyncIterator[RowDecider]:
        async with self._decider() as decider:
            yield RowDecider(decider, self.state.run, alone=self.where.alone)

    @asynccontextmanager
    async def _decider(self) -> AsyncIterator[Decider]:
        unless_duplicate = self.plan.drop is not None
        if self.where.url is not None:
            async with AsyncClient(self.where.url) as client:
                if not await client.ready():
                    raise IndexUnavailableError(f"The service at {self.where.url} does not answer that it is ready.")
                yield ServiceDecider(client, unless_duplicate=unless_duplicate)
            return
        folder = self.where.data_dir or self.work.folder / "index"
        own = {"index": "own"} if self.where.alone else {}  # the environment may name one of others
        settings = Settings.read(data_dir=folder, redis_url=self.where.redis_url, **own)
        if self.where.alone:  # nobody would be there to send what is noted in it
            settings = settings.model_copy(update={"webhook_url": None})
        if self.plan.drop == "duplicate" and not self.plan.annotate:
            settings = settings.model_copy(update={"compare_limit": min(settings.compare_limit, CLOSEST)})
        with ExitStack() as stack:
            address = settings.redis_url or stack.enter_context(EmbeddedStore(settings.data_dir)).url
            async with open_detector(address, settings) as detector:
                explain = self.plan.annotate or self.plan.keep_first
                yield DetectorDecider(detector, unless_duplicate=unless_duplicate, explain=explain)


async def _decide(run: DedupeRun, desks: _Desks, *, resumed: bool) -> None:
    async with desks.open() as desk:
        await run.decide(desk, resumed=resumed)


def _opened(stack: ExitStack, path: Path, size: int) -> IO[bytes]:
    if size and (not path.exists() or path.stat().st_size < size):
        raise InvalidSettingError(f"{path} is not as the interrupted run left it; --restart begins anew.")
    return stack.enter_context(open_at(path, size))


def _forget(work: Workplace) -> None:
    """Nothing of the interrupted run stays, nor the Valkey that outlived it."""
    index = work.folder / "index"
    if index.exists():
        with EmbeddedStore(index):
            pass
        shutil.rmtree(index)
    for name in ("checkpoint.json", "groups.sqlite"):
        (work.folder / name).unlink(missing_ok=True)


def _summary(state: RunState, seconds: float) -> str:
    counts = state.counts
    dropped = ", ".join(f"{name} {number:,}" for name, number in sorted(counts.dropped.items()) if number)
    told = f"{counts.read:,} read, {counts.written:,} written, {counts.dropped.total():,} dropped"
    told += f" ({dropped})" if dropped else ""
    told += f", {counts.bad:,} bad" if counts.bad else ""
    told += f", {counts.lost:,} of them lost with a part of the inputs" if counts.lost else ""
    told += "".join(f", {field} left out of {number:,}" for field, number in sorted(counts.left_out.items()))
    return f"{told}; {seconds:,.1f} s"
