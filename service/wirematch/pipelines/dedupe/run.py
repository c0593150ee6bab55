"""Deduplicate any number of records: read a batch, decide it, write what is kept, note how far that was."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from wirematch.errors import InvalidArticleError
from wirematch.pipelines.dedupe.checkpoint import RunState, Workplace
from wirematch.pipelines.dedupe.clusters import RowClusters
from wirematch.pipelines.dedupe.decider import RowDecider, RowDecision, RowRefused
from wirematch.pipelines.dedupe.inputs import Inputs, Item
from wirematch.pipelines.input_rows import Fields, InputRow, read_row
from wirematch.pipelines.strength import at_least

BATCH_ITEMS = 256
BATCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DedupePlan:
    """What is asked for."""

    fields: Fields
    drop: str | None
    """The weakest decision that drops a record; None drops none."""
    keep_first: bool
    annotate: bool


@dataclass(frozen=True, slots=True)
class BadRow:
    """An item that is no record, or cannot be stored."""

    place: str
    reason: str
    line: bytes | None
    lost: bool = False
    """Whether a part of the inputs could not be read at all."""


class DedupeRun:
    """One run from its beginning, or from where it was interrupted, to its end."""

    def __init__(  # noqa: PLR0913 - composed once, in one place
        self,
        plan: DedupePlan,
        inputs: Inputs,
        work: Workplace,
        state: RunState,
        out: IO[bytes],
        rejects: IO[bytes] | None,
        tell: Callable[[RunState, list[BadRow]], None],
    ) -> None:
        """``out`` and ``rejects`` stand where ``state`` says; ``tell`` is called after each batch."""
        self._plan = plan
        self._inputs = inputs
        self._work = work
        self._state = state
        self._out = out
        self._rejects = rejects
        self._tell = tell

    async def decide(self, desk: RowDecider, *, resumed: bool) -> None:
        """Store and decide all records; where not only the first of a group is kept, they are written, too."""
        with closing(RowClusters(self._work.folder / "groups.sqlite")) as groups:
            for batch in _batches(self._inputs.items(), self._state.items):
                records, bad = self._read(batch)
                if resumed:
                    await desk.forget(records)
                    resumed = False
                outcomes = await desk.decide(records)
                kept: list[bytes] = []
                odd: list[BadRow] = []
                for record, outcome in zip(records, outcomes, strict=True):
                    if isinstance(outcome, RowRefused):
                        bad.append(BadRow(record.place, outcome.reason, record.line))
                        continue
                    if outcome.trouble is not None:
                        odd.append(BadRow(record.place, f"could not be decided and is kept: {outcome.trouble}", None))
                    self._state.counts.left_out.update(record.left_out)
                    if self._plan.keep_first:
                        self._join(groups, record, outcome)
                    elif at_least(outcome.decision, self._plan.drop):
                        self._state.counts.dropped[outcome.decision] += 1
                    else:
                        kept.append(record.with_note(note(outcome)) if self._plan.annotate else record.line)
                groups.save()
                self._state.counts.read += len(batch)
                self._state.items += len(batch)
                self._state.begun = batch[-1].source + 1
                self._write(kept, bad)
                self._tell(self._state, [*bad, *odd])
        self._state.decided = True
        self._work.save(self._state)

    def write_first(self) -> None:
        """Write the first of each group; this is begun anew where it was interrupted."""
        self._state.counts.written = 0
        self._state.counts.dropped.clear()
        with closing(RowClusters(self._work.folder / "groups.sqlite")) as groups:
            first = groups.first()
            number, told = next(first, (-1, None))
            for place, item in enumerate(self._inputs.items()):
                if number < 0:
                    break
                if place != number:
                    continue
                record = self._record(item, place)
                line = record.with_note(json.loads(told)) if told else record.line
                self._out.write(line + b"\n")
                self._state.counts.written += 1
                number, told = next(first, (-1, None))
        counts = self._state.counts
        counts.dropped["not the first"] = counts.read - counts.bad - counts.written
        self._out.flush()

    def _join(self, groups: RowClusters, record: InputRow, outcome: RowDecision) -> None:
        level = self._plan.drop
        related = [pickup for pickup, decision in outcome.pickups if at_least(decision, level)]
        if outcome.original_id is not None and at_least(outcome.decision, level):
            related.append(outcome.original_id)
        told = json.dumps(note(outcome)).encode() if self._plan.annotate else None
        groups.add(record.number, outcome.id, record.article.published_at, related, told)

    def _read(self, batch: Sequence[Item]) -> tuple[list[InputRow], list[BadRow]]:
        records: list[InputRow] = []
        bad: list[BadRow] = []
        for number, item in enumerate(batch, self._state.items):
            try:
                records.append(self._record(item, number))
            except InvalidArticleError as error:
                reason = str(error).removeprefix("The document ")
                bad.append(BadRow(item.place, reason, item.line, item.lost))
        return records, bad

    def _record(self, item: Item, number: int) -> InputRow:
        if item.line is not None:
            return read_row(item.line, self._plan.fields, number, item.place)
        if item.document is None:
            raise InvalidArticleError(item.fault or "holds nothing.")
        article = item.document.article
        if item.document.withdrawn or article is None:
            raise InvalidArticleError(f"takes back {item.document.id!r} ({item.document.status}); it is no record.")
        return InputRow(number, item.place, article.model_dump_json(exclude_none=True).encode(), article)

    def _write(self, kept: Sequence[bytes], bad: Sequence[BadRow]) -> None:
        """What was decided is written before it is noted as done, so that all of it is written once."""
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
        if self._work.lasting:
            os.fsync(self._out.fileno())
            self._state.output_bytes = self._out.tell()
            self._work.save(self._state)


def note(outcome: RowDecision) -> dict[str, Any]:
    """What a record is annotated with; the id is the one that other records' ``original_id`` names it by."""
    told: dict[str, Any] = {"id": outcome.id, "decision": outcome.decision.value, "original_id": outcome.original_id}
    if outcome.probability is not None and outcome.coverage is not None:
        told |= {
            "probability": outcome.probability,
            "coverage": outcome.coverage.model_dump(),
            "verbatim": outcome.verbatim,
            "credited": outcome.credited,
        }
    return told


def open_at(path: Path, size: int) -> IO[bytes]:
    """A file to write to, cut to what is known to be good; what is no regular file is written as it is."""
    if path.exists() and not path.is_file():
        return path.open("wb")
    path.touch()
    os.truncate(path, size)
    return path.open("ab")


def _batches(items: Iterator[Item], done: int) -> Iterator[list[Item]]:
    """The same ones from any number on that a batch began with."""
    batch: list[Item] = []
    size = 0
    for place, item in enumerate(items):
        if place < done:
            continue
        batch.append(item)
        size += len(item.line or b"")
        if len(batch) >= BATCH_ITEMS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _rejected(bad: BadRow) -> bytes:
    line = None if bad.line is None else bad.line.decode("utf-8", "backslashreplace")
    return json.dumps({"place": bad.place, "reason": bad.reason, "line": line}, ensure_ascii=False).encode() + b"\n"
