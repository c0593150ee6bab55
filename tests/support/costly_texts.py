"""Worst-case texts, and the cost of comparing them: ``python -m support.costly_texts SIZE``.

Prints a JSON object: shape -> CPU seconds of preparing and signing a text of so many characters, and of comparing it
with itself and with a shuffled copy.
"""

from __future__ import annotations

import json
import random
import sys
import time

from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_many
from wirematch.matching.compare import Comparer
from wirematch.matching.judge import judge
from wirematch.matching.resources import comparer_with
from wirematch.models import Article

PATTERNS = {
    "one letter": "a",
    "one word": "word ",
    "two words": "a b ",
    "initials": "A. B. ",
    "two ideographs": "中国",
    "a ligature of words": "ﷺ ",
    "lines of ligatures": "ﷺ" * 150 + "\n",
    "marks": "á́́́",
    "decomposed Hangul": "\u1112\u1161\u11ab ",
    "sentences of one word": "Ab. ",
    "sentences of two kinds": "Yes. No. ",
    "lines of one letter": "a\n",
    "bylines": "By John Smith and ",
    "credits": "(AP) ",
    "quotations": '"a" ',
    "single quotations": "'ab cd efgh ",
    "signatures": "— A (@a) March 3, 2026 ",
    "numbers": "1,",
    "times": "12:30 pm, Jan 1 ",
    "links": "[a](b) ",
    "tags": "<b>a ",
    "openings of comments": "<!--",
    "nothing visible": "a\u200b",
    "backticks beside another mark": "``《",
    "quotations that begin": "`harbour 「bridge “",
}
ROWS = {
    "a capital before blanks of several bytes": ("A", "\u2003", "b"),
    "capitals before MORE": ("A", "É", " MORE"),
}
"""The beginning, the repeated part, and the end."""
DRAWN = {
    "many ideographs": lambda draw: chr(0x4E00 + draw.randrange(300)),
    "sentences of ideographs": lambda draw: chr(0x4E00 + draw.randrange(250)) + "。" * (draw.random() < 0.005),
    "distinct words": lambda draw: f"{draw.randrange(30_000):05x}q ",
    "sentences of distinct words": lambda draw: (
        f"{draw.randrange(30_000):05x}q" + (". A" if draw.random() < 0.03 else " ")
    ),
    "quotation marks of all kinds": lambda draw: draw.choice("\"“”„‟«»‘’'`‹›「」《》"),
    "words between such marks": lambda draw: draw.choice("\"“”„‟«»‘’'`‹›「」《》") + draw.choice(("ab ", "It was. ")),
    "few words": lambda draw: draw.choice(("the river", "a mayor", "said that", "of it", "bridges")) + " ",
}


def texts(size: int) -> dict[str, str]:
    """Return a text of ``size`` characters for every shape."""
    draw = random.Random(2)
    found = {name: (pattern * (size // len(pattern) + 1))[:size] for name, pattern in PATTERNS.items()}
    found |= {name: first + row * (size - len(first + last)) + last for name, (first, row, last) in ROWS.items()}
    for name, one in DRAWN.items():
        pieces: list[str] = []
        length = 0
        while length < size:
            pieces.append(one(draw))
            length += len(pieces[-1])
        found[name] = "".join(pieces)[:size]
    return found


def shuffled(text: str, seed: int = 3) -> str:
    """Return the same words (characters, if there are no blanks) in another order."""
    between = " " if " " in text else ""
    parts = text.split(" ") if between else list(text)
    random.Random(seed).shuffle(parts)
    return between.join(parts)


def cost_of(comparer: Comparer, text: str, other: str) -> float:
    """Return the CPU seconds of everything that a check of the first does where both are stored."""
    started = time.process_time()
    fingerprint_many([text], FingerprintScheme())
    submission, stored = (comparer.prepare(Article(body=body)) for body in (text, other))
    judge(comparer, submission, [submission, stored], include_related=True, limit=10)
    return time.process_time() - started


def main() -> None:
    comparer = comparer_with(None)
    cost_of(comparer, "The harbour bridge is closed.", "The harbour bridge is open.")  # warm up: tables are read
    costs = {name: cost_of(comparer, text, shuffled(text)) for name, text in texts(int(sys.argv[1])).items()}
    print(json.dumps(costs))  # noqa: T201


if __name__ == "__main__":
    main()
