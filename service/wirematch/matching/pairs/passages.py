"""The passages that two texts share, and from where on something is one."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cached_property
from itertools import starmap

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64
from wirematch.kernels.pairs.alignment import PASSAGE, HowMuch, Rules
from wirematch.kernels.pairs.runs import RUN
from wirematch.matching.pairs.sentences import ROUNDING
from wirematch.matching.runs import Run

RUN_STANDS_ALONE = 12
"""Words from which on a run is a passage of its own, even inside a reworded sentence."""
MOSTLY_TAKEN = 0.8
"""Share of a sentence's words in runs from which on it was copied with changes rather than reworded."""
REWORDED = 0.45
"""Least share of a sentence's weight that must occur in the story for it to count as reworded."""
REWORDED_WORDS = 3
"""Least distinct content words that a reworded sentence shares with the story's. A sentence with fewer words, such as a
heading, must share all of them, and only with a sentence that has no more words than this."""
BRIDGED_WORDS = 3
"""Words that may differ between two runs that are joined into one passage ..."""
LEAST_PIECE = 3
"""Words from which on a piece of a run beyond a boundary is a passage of its own, and any passage that none adjoins."""
STILL_VERBATIM = 0.85
"""... as long as this share of its words is unchanged."""
GAINED_BY_NEIGHBOUR = 0.1
"""Least additional share of the submission's sentence for which a second story sentence joins a passage."""
LEAST_WEIGHT = 9.0
"""Least weight (in nats, see ``Rarity``) of a run that is no part of a longer passage: about that of one word which no
story of the word table has. Runs below it are stock phrases, such as 'told reporters on Tuesday that'."""

RULES = Rules(
    run_stands_alone=RUN_STANDS_ALONE,
    reworded_words=REWORDED_WORDS,
    bridged_words=BRIDGED_WORDS,
    least_piece=LEAST_PIECE,
    mostly_taken=MOSTLY_TAKEN,
    reworded=REWORDED,
    still_verbatim=STILL_VERBATIM,
    gained_by_neighbour=GAINED_BY_NEIGHBOUR,
    least_weight=LEAST_WEIGHT,
    rounding=ROUNDING,
)


@dataclass(frozen=True, slots=True)
class AlignedPassage:
    """Word positions ``[start, end)`` in both texts; ``equal`` is the (weighted) number of words that agree."""

    start: int
    end: int
    story_start: int
    story_end: int
    equal: float
    verbatim: bool

    @property
    def similarity(self) -> float:
        """1 for an unchanged run, less for anything else."""
        longest = max(self.end - self.start, self.story_end - self.story_start) if self.verbatim else len(self)
        return self.equal / longest

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, eq=False)
class Alignment:
    """The passages of two texts, in the submission's order and without overlap there."""

    records: NDArray[np.void]
    """Passages, as records of ``PASSAGE``."""
    pieces: NDArray[np.void]
    """Runs, cut where furniture stands within them, as records of ``RUN``."""
    how_much: HowMuch
    """Of the submission."""

    @classmethod
    def of(cls, passages: list[AlignedPassage], runs: list[Run]) -> Alignment:
        """Build from lists of passages and runs."""
        records = np.array([astuple(passage) for passage in passages], PASSAGE)
        pieces = np.array([astuple(run) for run in runs], RUN)
        return cls(records, pieces, HowMuch(sum(map(len, passages)), sum(run.length for run in runs)))

    @cached_property
    def passages(self) -> list[AlignedPassage]:
        """The passages as objects."""
        return [
            AlignedPassage(start, end, story_start, story_end, equal, bool(verbatim))
            for start, end, story_start, story_end, equal, verbatim in self.records.tolist()
        ]

    @cached_property
    def runs(self) -> list[Run]:
        """The runs as objects."""
        return list(starmap(Run, self.pieces.tolist()))

    @property
    def similarities(self) -> Floats64:
        """Similarity of each passage; see ``AlignedPassage``."""
        of = self.records
        lengths, story_lengths = of["end"] - of["start"], of["story_end"] - of["story_start"]
        similarities: Floats64 = of["equal"] / np.where(of["verbatim"], np.maximum(lengths, story_lengths), lengths)
        return similarities
