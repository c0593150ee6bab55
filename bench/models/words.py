"""Make the list of common words that ships with the package."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import wirematch.text
from bench.data.corpus import Corpus
from wirematch.text.kernel_vocabulary import COMMON_WORDS, read_new
from wirematch.text.normalize import normalize
from wirematch.text.words import is_latin, split_words

KEPT = 30_000
LEAST_STORIES = 3
"""A rarer word is a name or a typing error, and characterises a single story."""
LONGEST = 20


def make_words(corpus: Corpus, out: Path | None = None) -> dict[str, Any]:
    """Write the words that most stories use, each with its term, sorted; return counts."""
    stories: Counter[str] = Counter()
    for row in corpus.background:
        folded = normalize(row["text"]).text
        if is_latin(folded):
            stories.update({form for form in split_words(folded).forms if len(form) <= LONGEST})
    kept = [word for word, count in stories.most_common(KEPT) if count >= LEAST_STORIES]
    target = (out or Path(wirematch.text.__path__[0])) / COMMON_WORDS
    terms, _ = read_new(sorted(kept))
    rows = zip(sorted(kept), terms, strict=True)
    target.write_text("".join(f"{word}\t{term}\n" for word, term in rows), encoding="utf-8")
    covered = sum(stories[word] for word in kept) / max(1, stories.total())
    return {"stories": len(corpus.background), "words": len(kept), "of_all_words": round(covered, 4)}
