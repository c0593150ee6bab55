"""The options of a dedupe run as value objects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wirematch.pipelines.input_rows import Fields


@dataclass(frozen=True, slots=True)
class DedupePlan:
    """Which rows are dropped, and what is written of the others."""

    fields: Fields
    drop: str | None
    """The weakest decision that drops a row (see ``decision_order``); None drops no row."""
    keep_first: bool
    """Write only the row of each cluster that was published first."""
    annotate: bool
    """Add a note with the decision to every row written."""


NAMED = {"WIREMATCH_INDEX": "index", "WIREMATCH_TENANT": "tenant"}
"""Settings that name an index within a Redis, by their environment variables."""


@dataclass(frozen=True, slots=True)
class IndexChoice:
    """Which index decides: a service's, a given one or, by default, a temporary one of the run."""

    url: str | None
    """URL of the service."""
    data_dir: Path | None
    redis_url: str | None
    named: tuple[str, str | None] | None = None
    """Name and tenant of a given index; None for those that the environment has."""

    @property
    def private(self) -> bool:
        """Whether only this run ever stores in the index."""
        return not (self.url or self.data_dir or self.redis_url)


@dataclass(frozen=True, slots=True)
class OutputFiles:
    """Inputs and outputs; an ``output`` of None is standard output."""

    inputs: list[str]
    format: str | None
    output: Path | None
    rejects: Path | None
    charset: str | None = None
    """The encoding of the inputs; None detects each file's."""

    @property
    def regular_output(self) -> Path | None:
        """The output if it is, or will be, a regular file; symbolic links are followed.

        None for standard output, a pipe or a device, which can be neither replaced nor resumed.
        """
        if self.output is None or (self.output.exists() and not self.output.is_file()):
            return None
        return self.output.resolve() if self.output.is_symlink() else self.output

    @property
    def part(self) -> Path | None:
        """The file written until the regular output is complete."""
        return self.regular_output and self.regular_output.with_name(self.regular_output.name + ".part")


@dataclass(frozen=True, slots=True)
class ProgressOptions:
    """What is printed on standard error; a ``shown`` of None shows a bar if that is a terminal."""

    shown: bool | None
    quiet: bool
