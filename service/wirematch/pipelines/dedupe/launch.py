"""Start or resume a dedupe run: open its folder, files and index, run it, and clean up when it is complete."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from wirematch.composition.from_settings import make_parse_options
from wirematch.detection.scheduling.executor import one_flow
from wirematch.errors import IndexMismatchError, IndexUnavailableError, InvalidSettingError, WirematchError
from wirematch.interruption import run_interruptibly
from wirematch.pipelines.dedupe.checkpoint import CLUSTERS_FILE, OTHER_RELEASE, RunFolder, RunState
from wirematch.pipelines.dedupe.decider_factory import NoRoomError, open_row_decider
from wirematch.pipelines.dedupe.finished import NOT_REPEATED, FinishedRun, has_its_name, put_in_place
from wirematch.pipelines.dedupe.input_files import STANDARD_INPUT, printable
from wirematch.pipelines.dedupe.inputs import Inputs
from wirematch.pipelines.dedupe.options import NAMED, DedupePlan, IndexChoice, OutputFiles, ProgressOptions
from wirematch.pipelines.dedupe.progress import ProgressReporter
from wirematch.pipelines.dedupe.restarting import clear_leftovers, discard
from wirematch.pipelines.dedupe.run import REJECTS_BEGIN, DedupeRun, open_at
from wirematch.settings import Settings

NOTHING_TO_DISCARD = (
    "There is no interrupted run into this output, so --restart removes nothing from the index: what finished runs "
    "stored stays, and the same rows count as copies."
)


class OutputFailedError(InvalidSettingError):
    """What a run writes could not be written, for example for lack of room."""


def run_dedupe(
    plan: DedupePlan, index: IndexChoice, files: OutputFiles, options: ProgressOptions, *, restart: bool
) -> bool:
    """Run to the end, resuming an interrupted run if there is one and ``restart`` is false.

    Returns False if a part of the input could not be read, or no row of it was usable. Raises InvalidSettingError if
    files or options do not fit, InvalidArticleError if an input does not exist, and the errors of the index.
    """
    _check_output(files)
    _check_rejects(files)
    if files.regular_output is None:
        clear_leftovers()
    with RunFolder(files.regular_output) as folder, ExitStack() as stack:
        own = (files.output, files.regular_output, files.part, files.rejects, folder.path, index.data_dir)
        inputs = _open_inputs(plan, files, [path for path in own if path is not None])
        _check_part(files, folder)
        discarded = restart and run_interruptibly(discard(plan, folder))
        asked = _identity(plan, index, files, inputs)
        finished = _finished(folder, files, index, asked, restart=restart)
        if finished.state is not None and not folder.begun and not inputs.streamed and finished.is_of(inputs.items()):
            finished.check_output()
            _tell_not_repeated(files, options)
            return _is_whole(finished.state)
        state, resumed = folder.begin(asked)
        if resumed and has_its_name(files, state):  # killed after the output was complete
            _note_finished(files, index, finished, state)
            folder.clear()
            return _is_whole(state)
        _check_clusters(plan, folder, state)
        folder.save(state)
        reporter = stack.enter_context(ProgressReporter(inputs, shown=options.shown, quiet=options.quiet))
        stack.enter_context(_interruption_told(reporter, state, files, options))
        if restart and not discarded and not index.private and not options.quiet:
            reporter.print_line(NOTHING_TO_DISCARD)
        with _output_failures(folder):
            out = _open_output(stack, files, state)
            run = DedupeRun(plan, inputs, folder, state, out, reporter.update)
            if not state.decided:
                with one_flow():  # one batch is decided after the other
                    run_interruptibly(_decide(run, plan, index, files, folder, state, resumed=resumed))
            if plan.keep_first:
                if files.part is not None:
                    out.truncate(0)
                run.write_first()
            out.flush()
            repeated = _complete(files, folder, index, finished, state)
        if not options.quiet:
            reporter.print_line(_summary(state, reporter.seconds))
        folder.clear()
        if repeated:
            finished.check_output()
            _tell_not_repeated(files, options)
        return _is_whole(state)


def _finished(
    folder: RunFolder, files: OutputFiles, index: IndexChoice, asked: dict[str, Any], *, restart: bool
) -> FinishedRun:
    """What a finished run left; nothing where the same command gives the same output anyway, or has none to keep."""
    finished = FinishedRun(folder.path, files.regular_output, asked)
    if restart or index.private:
        finished.forget()
    return finished


def _complete(
    files: OutputFiles, folder: RunFolder, index: IndexChoice, finished: FinishedRun, state: RunState
) -> bool:
    """Give the output its name, unless a finished run had the same rows: that one's stays then. Returns whether."""
    repeated = finished.is_like(state)
    if not repeated:
        put_in_place(files, folder, state)
        _note_finished(files, index, finished, state)
    elif files.part is not None:
        files.part.unlink()
    return repeated


def _note_finished(files: OutputFiles, index: IndexChoice, finished: FinishedRun, state: RunState) -> None:
    if not index.private and files.regular_output is not None and files.regular_output.exists():
        finished.note(state)


def _tell_not_repeated(files: OutputFiles, options: ProgressOptions) -> None:
    if not options.quiet:
        print(NOT_REPEATED.format(output=printable(str(files.output))), file=sys.stderr)  # noqa: T201 - a person waits


@contextmanager
def _output_failures(folder: RunFolder) -> Iterator[None]:
    """Raise OutputFailedError in place of errors of the operating system or SQLite."""
    try:
        yield
    except BrokenPipeError:
        raise  # the reader of standard output has closed it
    except OSError as error:
        raise OutputFailedError(f"The output cannot be written: {error}.") from error
    except sqlite3.Error as error:
        raise OutputFailedError(f"{folder.path / CLUSTERS_FILE} cannot be written: {error}.") from error


@contextmanager
def _interruption_told(
    reporter: ProgressReporter, state: RunState, files: OutputFiles, options: ProgressOptions
) -> Iterator[None]:
    """On Ctrl-C, or when the index or the disk fails, say that nothing is lost, if that is so."""
    try:
        yield
    except (KeyboardInterrupt, IndexUnavailableError, NoRoomError, OutputFailedError) as error:
        failed = not isinstance(error, KeyboardInterrupt)
        if files.part is not None and not options.quiet and (state.counts.read or not failed):
            how = "Stopped" if failed else "Interrupted"
            reporter.print_line(f"{how} after {state.counts.read:,} rows; repeat the command to resume.")
        raise


def _check_part(files: OutputFiles, folder: RunFolder) -> None:
    if files.part is not None and files.part.exists() and not folder.begun:
        raise InvalidSettingError(f"{files.part} exists, but belongs to no run; give another output, or remove it.")


def _check_output(files: OutputFiles) -> None:
    """Refuse an output in a folder that does not exist: its name is mistyped more often than it is to be made."""
    if files.regular_output is not None and not files.regular_output.parent.is_dir():
        folder = printable(str(files.regular_output.parent))
        raise InvalidSettingError(f"--output cannot be written: there is no folder {folder}.")


def _check_rejects(files: OutputFiles) -> None:
    """Refuse a rejects file that is an input or the output, or has other content, as it will be overwritten."""
    if files.rejects is None or (files.rejects.exists() and not files.rejects.is_file()):
        return
    rejects = files.rejects.resolve()
    if not rejects.parent.is_dir():
        raise InvalidSettingError(f"--rejects cannot be written: there is no folder {printable(str(rejects.parent))}.")
    if rejects in {path.resolve() for path in (files.regular_output, files.part) if path is not None}:
        raise InvalidSettingError("--rejects and --output must be two files.")
    if rejects in {Path(name).resolve() for name in files.inputs if name != STANDARD_INPUT}:
        raise InvalidSettingError(f"--rejects would overwrite {printable(str(files.rejects))}, which is an input.")
    if rejects.exists() and not _holds_rejects(rejects):
        raise InvalidSettingError(f"--rejects would overwrite {printable(str(files.rejects))}, which holds no rejects.")


def _holds_rejects(file: Path) -> bool:
    """Whether a file is empty or begins like a rejects file of an earlier run."""
    with file.open("rb") as opened:
        return opened.read(len(REJECTS_BEGIN)) in (b"", REJECTS_BEGIN)


def _open_inputs(plan: DedupePlan, files: OutputFiles, own: list[Path]) -> Inputs:
    parse_options = make_parse_options(Settings.read())
    inputs = Inputs(
        files.inputs, files.format, own, parse_options=parse_options, text_field=plan.fields.body, charset=files.charset
    )
    if plan.keep_first and inputs.streamed:
        raise InvalidSettingError(
            "--keep-first reads its inputs twice, which is impossible with standard input or a pipe."
        )
    return inputs


def _is_whole(state: RunState) -> bool:
    """Whether all input could be read, and any row of it used."""
    counts = state.counts
    return not counts.lost and (counts.bad < counts.read or not counts.read)


def _check_clusters(plan: DedupePlan, folder: RunFolder, state: RunState) -> None:
    clusters = folder.path / CLUSTERS_FILE
    if plan.keep_first and state.items and not clusters.exists():
        raise InvalidSettingError(f"{clusters} of the interrupted run is missing; --restart starts over.")


async def _decide(  # noqa: PLR0913 - called once
    run: DedupeRun,
    plan: DedupePlan,
    index: IndexChoice,
    files: OutputFiles,
    folder: RunFolder,
    state: RunState,
    *,
    resumed: bool,
) -> None:
    begun = resumed
    try:
        async with AsyncExitStack() as stack:
            decider = await stack.enter_async_context(open_row_decider(plan, index, folder.path, state))
            rejects = _open_at(stack, files.rejects, state.rejects_bytes) if files.rejects else None
            folder.save(state)  # with the tenant, before anything is stored for it
            begun = True
            await run.decide(decider, rejects, resumed=resumed)
    except (WirematchError, OSError) as error:
        if resumed and index.private and isinstance(error, IndexMismatchError):
            raise InvalidSettingError(OTHER_RELEASE) from error
        if not begun:  # nothing needs to be resumed
            _forget(folder, files)
        raise


def _forget(folder: RunFolder, files: OutputFiles) -> None:
    if files.part is not None:
        files.part.unlink(missing_ok=True)
    folder.clear()


def _identity(plan: DedupePlan, index: IndexChoice, files: OutputFiles, inputs: Inputs) -> dict[str, Any]:
    """Return all that must be unchanged for an interrupted run to be resumed."""
    return {
        "inputs": inputs.names,
        "format": files.format,
        "charset": files.charset,
        "fields": plan.fields.model_dump(),
        "drop": plan.drop,
        "keep-first": plan.keep_first,
        "annotate": plan.annotate,
        "rejects": files.rejects and printable(str(files.rejects)),
        "index": [index.url, index.data_dir and printable(str(index.data_dir)), index.redis_url],
        **_named_by_environment(index),
    }


def _named_by_environment(index: IndexChoice) -> dict[str, Any]:
    """Return name and tenant of a given index where the environment has them: it is another index without."""
    if index.private or index.url is not None:
        return {}
    named = Settings.read().model_dump(include=set(NAMED.values()), exclude_defaults=True)
    return {variable: named[field] for variable, field in NAMED.items() if field in named}


def _open_output(stack: ExitStack, files: OutputFiles, state: RunState) -> IO[bytes]:
    if files.output is None:
        return sys.stdout.buffer
    if files.part is None:
        device = files.output.open("wb")
        stack.callback(_close, device)
        return device
    return _open_at(stack, files.part, state.output_bytes)


def _close(file: IO[bytes]) -> None:
    """Close the file; write errors were reported when it was flushed."""
    with suppress(OSError):
        file.close()


def _open_at(stack: ExitStack | AsyncExitStack, path: Path, size: int) -> IO[bytes]:
    if size and (not path.exists() or path.stat().st_size < size):
        raise InvalidSettingError(f"{path} was changed since the run was interrupted; --restart starts over.")
    file = open_at(path, size)
    stack.callback(_close, file)
    return file


def _summary(state: RunState, seconds: float) -> str:
    counts = state.counts
    dropped = ", ".join(f"{name} {number:,}" for name, number in sorted(counts.dropped.items()) if number)
    text = f"{counts.read:,} read, {counts.written:,} written, {counts.dropped.total():,} dropped"
    text += f" ({dropped})" if dropped else ""
    text += f", {counts.bad:,} bad" if counts.bad else ""
    text += f", {counts.lost:,} of them parts of the input that could not be read" if counts.lost else ""
    text += "".join(f", {field} left out of {number:,}" for field, number in sorted(counts.left_out.items()))
    return f"{text}; {seconds:,.1f} s"
