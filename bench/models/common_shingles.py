"""Make the filter of common shingles from all stories outside the test split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import wirematch.fingerprint
from bench.data.corpus import Corpus
from wirematch.fingerprint.common_shingles import FILE, FILTER_BITS, are_common, filter_of
from wirematch.fingerprint.minhash import shingle_many

LEAST_EVENTS = 10
"""Number of events, of some 26,000 in the folder, from which on a shingle is common. Among a million stories, a bucket
of 128 is full from three events on; but shingles of three events are half of all that a story has, and rewrites are
found by some of them."""
STRANGERS = 200_000
"""Random numbers on which the filter's false positive rate is measured."""


def make_common_shingles(corpus: Corpus, stories: Mapping[str, str], out: Path | None = None) -> dict[str, Any]:
    """Write the file to ``out`` (by default, the package itself); the same data gives the same bytes."""
    names = [name for name in stories if not corpus.is_test_article(name)]
    of_event: dict[str, list[Any]] = defaultdict(list)
    for name, shingles in zip(names, shingle_many([stories[name] for name in names]), strict=True):
        of_event[corpus.components.get(name, name)].append(shingles)
    met = np.concatenate([np.unique(np.concatenate(parts)) for parts in of_event.values()])
    shingles, events = np.unique(met, return_counts=True)
    made = filter_of(shingles[events >= LEAST_EVENTS])
    ((out or Path(wirematch.fingerprint.__path__[0])) / FILE).write_bytes(made.tobytes())
    strangers = np.random.default_rng(1).integers(0, 2**32, STRANGERS, dtype=np.uint32)
    return {
        "stories": len(names),
        "events": len(of_event),
        "shingles": len(shingles),
        "common": int((events >= LEAST_EVENTS).sum()),
        "share of a story's shingles": round(float(events[events >= LEAST_EVENTS].sum() / events.sum()), 3),
        "bits set": round(float(np.unpackbits(made).sum() / 2**FILTER_BITS), 3),
        "others taken for common": round(float(are_common(strangers, made).mean()), 4),
    }
