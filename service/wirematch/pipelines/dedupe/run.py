"""The loop of a dedupe run: read a batch of rows, decide it, write what is kept, save a checkpoint."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from wirematch.errors import InvalidArticleError, InvalidSettingError
from wirematch.interruption import stop_if_interrupted
from wirematch.pipelines.decision_order import at_least
from wirematch.pipelines.dedupe.checkpoint import CLUSTERS_FILE, RunFolder, RunState
from wirematch.pipelines.dedupe.clusters import RowClusters
from wirematch.pipelines.dedupe.decider import RowDecision, RowRefused
from wirematch.pipelines.dedupe.inputs import Inputs
from wirematch.pipelines.dedupe.items import Item
from wirematch.pipelines.dedupe.options import DedupePlan
from wirematch.pipelines.dedupe.row_decider import RowDecider
from wirematch.pipelines.input_rows import InputRow, read_row

BATCH_ITEMS = 256
BATCH_BYTES = 8 * 1024 * 1024
REJECTS_BEGIN = b'{"place": '
"""The beginning of every rejects file."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read, stored or decided."""

    place: str
    reason: str
    line: bytes | None
    lost: bool = False
    """Whether it stands for a part of the input that could not be read."""


class DedupeRun:
    """One run over its inputs, from the beginning or from a checkpoint."""

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        plan: DedupePlan,
        inputs: Inputs,
        folder: RunFolder,
        state: RunState,
        out: IO[bytes],
        report: Callable[[RunState, list[BadRow]], None],
    ) -> None:
        """``out`` ends where ``state`` says; ``report`` is called after each batch with its bad rows."""
        self._plan = plan
        self._inputs = inputs
        self._folder = folder
        self._state = state
        self._out = out
        self._rejects: IO[bytes] | None = None
        self._report = report

    async def decide(self, decider: RowDecider, rejects: IO[bytes] | None, *, resumed: bool) -> None:
        """Store and decide all remaining rows, and write those kept, except with ``keep_first``, which has to wait.

        Rows that cannot be used go to ``rejects``, which ends where the state says. With ``resumed``, what the
        interrupted process stored of the first batch is removed first. Raises InvalidSettingError if the items that it
        had processed are not those of the inputs any more.
        """
        self._rejects = rejects
        with closing(RowClusters(self._folder.path / CLUSTERS_FILE)) as clusters:
            items = self._inputs.items()
            self._pass_processed(items)
            for batch in _batches(items):
                rows, bad = self._read(batch)
                if resumed:
                    await decider.forget(rows)
                    resumed = False
                kept, refused, undecided = self._apply(clusters, rows, await decider.decide(rows))
                bad += refused
                clusters.save()
                self._state.counts.read += len(batch)
                self._state.items += len(batch)
                self._state.digest = digest_of(self._state.digest, batch)
                self._state.begun = batch[-1].file + 1
                self._write(kept, bad)
                self._report(self._state, [*bad, *undecided])
        self._state.decided = True
        self._folder.save(self._state)

    def write_first(self) -> None:
        """Write the first row of each cluster to ``out``, which must be empty; if interrupted, this is repeated."""
        counts = self._state.counts
        counts.written = 0
        counts.dropped.clear()
        items = self._inputs.items()
        with closing(RowClusters(self._folder.path / CLUSTERS_FILE)) as clusters, closing(clusters.first()) as first:
            number, saved_note = next(first, (-1, None))
            for place, item in enumerate(self._processed(items)):
                if place != number:
                    continue
                row = self._row(item, place)
                line = row.with_note(json.loads(saved_note)) if saved_note else row.line
                self._out.write(line + b"\n")
                counts.written += 1
                number, saved_note = next(first, (-1, None))
        counts.dropped["not the first"] = counts.read - counts.bad - counts.written
        self._out.flush()

    def _pass_processed(self, items: Iterator[Item]) -> None:
        for _ in self._processed(items):
            pass

    def _processed(self, items: Iterator[Item]) -> Iterator[Item]:
        """Yield the items that were processed. Raises InvalidSettingError behind the last if they are others now."""
        digest = ""
        for item in islice(items, self._state.items):
            digest = digest_of(digest, [item])
            yield item
        if digest != self._state.digest:
            raise InvalidSettingError(
                f"The inputs were changed where they had been read already, within their first {self._state.items:,} "
                "rows. The same command with --restart removes what this run stored and wrote, and starts over."
            )

    def _apply(
        self, clusters: RowClusters, rows: Sequence[InputRow], results: Sequence[RowDecision | RowRefused]
    ) -> tuple[list[bytes], list[BadRow], list[BadRow]]:
        """Return the lines to write, the rows refused, and those kept because deciding them failed."""
        kept: list[bytes] = []
        refused: list[BadRow] = []
        undecided: list[BadRow] = []
        for row, result in zip(rows, results, strict=True):
            if isinstance(result, RowRefused):
                refused.append(BadRow(row.place, result.reason, row.line))
                continue
            if result.failure is not None:
                undecided.append(BadRow(row.place, f"could not be decided and is kept: {result.failure}", None))
            self._state.counts.left_out.update(row.left_out)
            if self._plan.keep_first:
                self._add_to_clusters(clusters, row, result)
            elif at_least(result.decision, self._plan.drop):
                self._state.counts.dropped[result.decision] += 1
            else:
                kept.append(row.with_note(note(result)) if self._plan.annotate else row.line)
        return kept, refused, undecided

    def _add_to_clusters(self, clusters: RowClusters, row: InputRow, decision: RowDecision) -> None:
        level = self._plan.drop
        related = [pickup for pickup, of_pickup in decision.pickups if at_least(of_pickup, level)]
        if decision.original_id is not None and at_least(decision.decision, level):
            related.append(decision.original_id)
        saved_note = json.dumps(note(decision)).encode() if self._plan.annotate else None
        clusters.add(row.number, decision.id, row.article.published_at, related, saved_note)

    def _read(self, batch: Sequence[Item]) -> tuple[list[InputRow], list[BadRow]]:
        rows: list[InputRow] = []
        bad: list[BadRow] = []
        for number, item in enumerate(batch, self._state.items):
            try:
                rows.append(self._row(item, number))
            except InvalidArticleError as error:
                reason = str(error).removeprefix("The document ")
                bad.append(BadRow(item.place, reason, item.line, item.lost))
        return rows, bad

    def _row(self, item: Item, number: int) -> InputRow:
        if item.line is not None:
            return read_row(item.line, self._plan.fields, number, item.place)
        if item.document is None:
            raise InvalidArticleError(item.fault or "holds nothing.")
        article = item.document.article
        if item.document.withdrawn or article is None:
            raise InvalidArticleError(f"withdraws {item.document.id!r} ({item.document.status}) and is no article.")
        return InputRow(number, item.place, article.model_dump_json(exclude_none=True).encode(), article)

    def _write(self, kept: Sequence[bytes], bad: Sequence[BadRow]) -> None:
        """Flush output to disk before saving the checkpoint; a resumed run cuts off what comes after it."""
        self._out.write(b"".join(line + b"\n" for line in kept))
        self._out.flush()
        if self._rejects is not None:
            self._rejects.write(b"".join(map(_rejected, bad)))
            self._rejects.flush()
            if self._rejects.seekable():
                self._state.rejects_bytes = self._rejects.tell()
        self._state.counts.written += len(kept)
        self._state.counts.bad += len(bad)
        self._state.counts.lost += sum(item.lost for item in bad)
        if self._folder.resumable:
            os.fsync(self._out.fileno())
            self._state.output_bytes = self._out.tell()
            self._folder.save(self._state)


def note(decision: RowDecision) -> dict[str, Any]:
    """Return the object that ``--annotate`` adds to a row; other rows' ``original_id`` refers to its ``id``."""
    members: dict[str, Any] = {
        "id": decision.id,
        "decision": decision.decision.value,
        "original_id": decision.original_id,
    }
    if decision.probability is not None and decision.coverage is not None:
        members |= {
            "probability": decision.probability,
            "coverage": decision.coverage.model_dump(),
            "verbatim": decision.verbatim,
            "credited": decision.credited,
        }
    return members


def open_at(path: Path, size: int) -> IO[bytes]:
    """Open a file for appending, truncated to ``size`` bytes unless it is a pipe or a device."""
    if path.exists() and not path.is_file():
        return path.open("wb")
    path.touch()
    os.truncate(path, size)
    return path.open("ab")


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Yield batches of the items; boundaries are reproducible if the first item follows one."""
    batch: list[Item] = []
    size = 0
    stop_if_interrupted()
    for item in items:
        batch.append(item)
        size += len(item.content)
        if len(batch) >= BATCH_ITEMS or size >= BATCH_BYTES:
            yield batch
            stop_if_interrupted()
            batch, size = [], 0
    if batch:
        yield batch


def digest_of(before: str, items: Sequence[Item]) -> str:
    """Return the digest of all items so far, of which ``before`` is that without the last ones."""
    digest = bytes.fromhex(before)
    for item in items:
        digest = hashlib.blake2b(item.content, key=digest, digest_size=32).digest()
    return digest.hex()


def _rejected(bad: BadRow) -> bytes:
    line = None if bad.line is None else bad.line.decode("utf-8", "backslashreplace")
    return json.dumps({"place": bad.place, "reason": bad.reason, "line": line}, ensure_ascii=False).encode() + b"\n"
