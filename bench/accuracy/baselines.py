"""Textbook baselines: datasketch's MinHashLSH over word 3-grams, and 3-gram containment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import xxhash

if TYPE_CHECKING:
    from datasketch import MinHash

PERMUTATIONS = 128
THRESHOLD = 0.5

_WORD = re.compile(r"\w+")


def trigrams(body: str) -> set[bytes]:
    """Return the set of runs of three lower-cased words."""
    words = _WORD.findall(body.lower())
    return {" ".join(run).encode() for run in zip(words, words[1:], words[2:], strict=False)}


class ContainmentBaseline:
    """Share of the new text's 3-grams that the source has, too (Broder 1997)."""

    @staticmethod
    def score(new: str, source: str) -> float:
        """Return the share, between 0 and 1."""
        mine = trigrams(new)
        return len(mine & trigrams(source)) / len(mine) if mine else 0.0


class LshBaseline:
    """``MinHashLSH`` as in its documentation, with its own choice of bands for Jaccard 0.5, in memory."""

    def __init__(self, stored: dict[str, str]) -> None:
        from datasketch import MinHashLSH  # noqa: PLC0415 - it imports nearly all of SciPy

        self._lsh = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
        with self._lsh.insertion_session() as session:
            for article_id, sketch in zip(stored, self._sketches(stored.values()), strict=True):
                session.insert(article_id, sketch)

    def query(self, body: str) -> set[str]:
        """Return the ids of the stored texts that share a band."""
        (sketch,) = self._sketches([body])
        return set(self._lsh.query(sketch))

    @staticmethod
    def _sketches(bodies: Iterable[str]) -> list[MinHash]:
        from datasketch import MinHash  # noqa: PLC0415 - as above

        sets = [trigrams(body) for body in bodies]
        return MinHash.bulk(sets, num_perm=PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest)  # type: ignore[no-any-return]
