"""``wirematch dedupe`` on real stories with planted copies: what it drops, and how fast."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.data.corpus import Corpus

SHARE = 0.2
"""Planted copies per story."""
LEAST_WORDS = 40
"""Minimum length of a story that is copied; shorter ones are tables and notices."""
EDITED_SHARE = 0.03
"""Share of the words of a light edit that are left out or swapped with their neighbour."""
NEAR = 0.5
"""Jaccard similarity of word 3-grams from which on a story that was not planted counts as a copy, too."""
ABOVE = (
    "By Staff Writer",
    "Share this article",
    "Facebook   Twitter   Email   Print",
    "Updated 2 hours ago",
    "Advertisement",
)
BELOW = (
    "Sign up for our morning newsletter.",
    "Read more: What we know so far",
    "All rights reserved. This material may not be published, broadcast or redistributed.",
    "Related topics: World, Business, Markets",
    "Follow us on Twitter",
)


def measure_dedupe(corpus: Corpus) -> dict[str, Any]:
    """Measure precision and recall on the planted copies, and articles a second, for the most common options."""
    records, planted = _plant(corpus.background)
    figures: dict[str, Any] = {"articles": len(records), "planted": Counter(planted.values())}
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder:
        given = Path(folder) / "given.ndjson"
        given.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        dropped, seconds = _run(given, ["--drop", "duplicate"])
        figures["drop_duplicate"] = _score(planted, dropped) | _rate(records, seconds)
        notes, seconds = _notes(given)
        figures["annotate"] = _rate(records, seconds) | {
            "decisions": Counter(note["decision"] for note in notes.values())
        }
    # Of the largest child process; the stored articles are in Valkey, which is another one.
    figures["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    texts = {record["id"]: record["text"] for record in records}
    extra = dropped - planted.keys()
    alike = [_jaccard(texts[one], texts[notes[one]["original_id"]]) for one in extra if notes[one]["original_id"]]
    figures["dropped_though_not_planted"] = {
        "articles": len(extra),
        "share_half_of_their_3_grams_with_the_story_named": sum(value >= NEAR for value in alike),
        "smallest_jaccard": round(min(alike, default=0.0), 3),
    }
    found = [one for one in planted if notes[one]["original_id"] is not None]
    figures["planted_called_derived"] = len(found)
    figures["of_these_the_copied_story_named"] = sum(
        notes[one]["original_id"] == one.partition("#")[0] for one in found
    )
    return figures


def _plant(background: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the records in order, with each copy somewhere after its story, and the kind of each copy by id."""
    rng = random.Random(7)
    stories = [{"id": row["id"], "title": row.get("title"), "text": row["text"]} for row in background]
    fit = [place for place, row in enumerate(stories) if len(row["text"].split()) >= LEAST_WORDS]
    records = [(float(place), row) for place, row in enumerate(stories)]
    planted: dict[str, str] = {}
    for turn, place in enumerate(rng.sample(fit, int(len(stories) * SHARE))):
        kind = ("exact", "furniture", "edited")[turn % 3]
        copy = stories[place] | {
            "id": f"{stories[place]['id']}#{kind}",
            "text": _copy(stories[place]["text"], kind, rng),
        }
        if kind == "furniture":
            copy["title"] = None
        planted[copy["id"]] = kind
        records.append((rng.uniform(place, len(stories)), copy))
    records.sort(key=lambda pair: pair[0])
    return [record for _, record in records], planted


def _copy(text: str, kind: str, rng: random.Random) -> str:
    if kind == "furniture":
        return "\n\n".join([*rng.sample(ABOVE, 3), text, *rng.sample(BELOW, 3)])
    if kind == "edited":
        words = text.split(" ")
        for _ in range(max(1, round(len(words) * EDITED_SHARE / 2))):
            del words[rng.randrange(len(words))]
            place = rng.randrange(len(words) - 1)
            words[place : place + 2] = words[place + 1], words[place]
        return " ".join(words)
    return text


def _run(given: Path, options: list[str]) -> tuple[set[str], float]:
    """Return the ids that are not written, and the seconds of the whole command."""
    written, seconds = _dedupe(given, options)
    all_ids = {json.loads(line)["id"] for line in given.read_text(encoding="utf-8").splitlines()}
    return all_ids - {record["id"] for record in written}, seconds


def _notes(given: Path) -> tuple[dict[str, dict[str, Any]], float]:
    written, seconds = _dedupe(given, ["--annotate"])
    return {record["id"]: record["wirematch"] for record in written}, seconds


def _dedupe(given: Path, options: list[str]) -> tuple[list[dict[str, Any]], float]:
    out = given.with_name("out.ndjson")
    command = [sys.executable, "-m", "wirematch.cli", "dedupe", str(given), "-o", str(out), "--text-field", "text"]
    started = time.perf_counter()
    subprocess.run([*command, "--headline-field", "title", *options], check=True)  # noqa: S603 - our own
    seconds = time.perf_counter() - started
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()], seconds


def _score(planted: dict[str, str], dropped: set[str]) -> dict[str, Any]:
    kinds = Counter(planted.values())
    return {
        "dropped": len(dropped),
        "precision": round(len(dropped & planted.keys()) / len(dropped), 4),
        "recall": round(len(dropped & planted.keys()) / len(planted), 4),
        "recall_by_kind": {
            kind: round(sum(planted.get(one) == kind for one in dropped) / number, 4) for kind, number in kinds.items()
        },
    }


def _rate(records: list[dict[str, Any]], seconds: float) -> dict[str, float]:
    return {"seconds": round(seconds, 1), "articles_a_second": round(len(records) / seconds, 1)}


def _jaccard(first: str, second: str) -> float:
    mine, theirs = _trigrams(first), _trigrams(second)
    return len(mine & theirs) / max(1, len(mine | theirs))


def _trigrams(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return set(zip(words, words[1:], words[2:], strict=False))
