"""Stories and their professional translations, checked against each other over HTTP, as by a desk.

All that the service knows of a story in another language is what an engine on this machine translates.
"""

from __future__ import annotations

import asyncio
import json
import lzma
import random
import tempfile
import time
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import redis

from bench.accuracy.proportions import Row
from bench.serving.client import bulk, post
from bench.serving.processes import free_port, processor_seconds, running, service_command
from wirematch.index.embedded.store import EmbeddedStore

FILE = "translated.jsonl.xz"
BACKGROUND = 4_000
CONNECTIONS = 2
DERIVED = frozenset({"copy", "rewrite", "partial"})
TIMED = 100
"""Number of articles checked and stored, with and without the setting, to measure its cost."""
EVENTS = {"in view": "two_languages.json", "unseen": "two_languages_unseen.json"}
"""Made-up events, each reported independently by two reporters in two languages. The first were used in making the
stage; nothing was chosen by the others."""
STORIES = Path(__file__).parents[2] / "tests" / "stories"
TRANSLATED_PARTS = ("from", "to", "events", "cost")
"""What can be measured separately: texts against English stories, English texts and those of each language against
stories of every language, reports on one event, and the cost."""

Texts = dict[str, list[str]]
"""Sentences by article id."""
Versions = dict[str, set[str]]
"""Ids, by article id, of the article and of those that tell the same in English: the sample repeats a few stories."""


class _Service(NamedTuple):
    port: int
    pid: int
    store: redis.Redis


def load_translated(folder: Path) -> dict[str, Texts]:
    """Return the sentences of each article, by language."""
    texts: dict[str, Texts] = {}
    with lzma.open(folder / FILE, "rt") as lines:
        for row in map(json.loads, lines):
            texts.setdefault(row["lang"], {})[row["id"]] = row["sentences"]
    return texts


def _background(folder: Path, count: int) -> list[dict[str, Any]]:
    with lzma.open(folder / "background.jsonl.xz", "rt") as lines:
        return [{"id": f"background:{row['id']}", "body": row["text"]} for row in map(json.loads, islice(lines, count))]


def measure_translated(
    folder: Path,
    languages: Sequence[str],
    engines: Sequence[str],
    most: int | None = None,
    parts: Sequence[str] = TRANSLATED_PARTS,
) -> dict[str, Any]:
    """Return the table of all languages, and the cost; ``most`` limits the articles per language."""
    texts = load_translated(folder)
    if most is not None:
        kept = {language: dict(list(texts[language].items())[:most]) for language in languages}
        wanted = set().union(*kept.values())
        texts = {**kept, "en": {key: sentences for key, sentences in texts["en"].items() if key in wanted}}
    languages = [language for language in languages if language in texts]
    setting = {"WIREMATCH_TRANSLATE": json.dumps({"from": languages, "engines": list(engines)})}
    background = _background(folder, BACKGROUND)
    rows: dict[str, Row] = {language: Row() for language in languages}
    figures: dict[str, Any] = {"independent": {}, "cost": {}}
    if {"from", "to"} & set(parts):
        with _service(setting) as (port, _, _):
            asyncio.run(_store(port, [*_articles("en", texts["en"]), *background]))
            versions = asyncio.run(_versions(port, texts["en"]))
            for language in languages if "from" in parts else ():
                asyncio.run(_from_english(port, texts[language], rows[language], versions))
    if "to" in parts:
        with _service(setting) as (port, _, _):
            foreign = [article for language in languages for article in _articles(language, texts[language])]
            asyncio.run(_store(port, [*foreign, *background]))
            asyncio.run(_to_english(port, texts, rows, versions))
            for language in languages:
                asyncio.run(_between(port, language, languages, texts, rows[language], versions))
    if "events" in parts:
        for name, file in EVENTS.items():
            told = json.loads((STORIES / file).read_text(encoding="utf-8"))
            told = [event for event in told if event.keys() & set(languages)]
            figures["independent"][name] = asyncio.run(_independent(setting, told))
    if "cost" in parts:
        figures["cost"] = _cost(setting, texts, languages, background)
    return {"languages": {language: row.figures() for language, row in rows.items()}, **figures}


def _articles(language: str, texts: Texts) -> list[dict[str, Any]]:
    return [{"id": f"{language}:{key}", "body": " ".join(sentences)} for key, sentences in texts.items()]


async def _versions(port: int, english: Texts) -> Versions:
    """Return for each article those that derive from it, or it from them, in English alone, by the service."""
    keys = list(english)
    reports = await _check(port, [" ".join(english[key]) for key in keys])
    found: Versions = {key: {key} for key in keys}
    for key, report in zip(keys, reports, strict=True):
        for other in {match["id"].partition(":")[2] for match in report["matches"] if _derives(match)} & found.keys():
            found[key].add(other)
            found[other].add(key)
    return found


async def _from_english(port: int, texts: Texts, row: Row, versions: Versions) -> None:
    """Check texts of a language, and halves of them, with the English ones stored."""
    chance = random.Random(1)
    keys = list(texts)
    cases = [" ".join(sentences) for sentences in texts.values()]
    halves = [half_of(texts, key, keys, chance) for key in keys]
    for key, report in zip(keys, await _check(port, cases), strict=True):
        right = _match(report, f"en:{key}")
        row.count("found", right=right is not None)
        row.count("leads", right=bool(report["matches"]) and report["matches"][0]["id"] == f"en:{key}")
        row.count("derived", right=_derives(right))
        row.count("another derived", right=_another(report, versions[key]))
    for key, report in zip(keys, await _check(port, halves), strict=True):
        right = _match(report, f"en:{key}")
        row.count("half: partial", right=right is not None and right["relation"] == "partial")
        row.count("half: derived", right=_derives(right))


async def _to_english(port: int, texts: Mapping[str, Texts], rows: Mapping[str, Row], versions: Versions) -> None:
    keys = list(texts["en"])
    for key, report in zip(keys, await _check(port, [" ".join(texts["en"][key]) for key in keys]), strict=True):
        for language, row in rows.items():
            if key in texts[language]:
                right = _match(report, f"{language}:{key}")
                row.count("reverse: found", right=right is not None)
                row.count("reverse: derived", right=_derives(right))
                row.count("reverse: another derived", right=_another(report, versions[key]))


async def _between(  # noqa: PLR0913 - of one table
    port: int, language: str, languages: Sequence[str], texts: Mapping[str, Texts], row: Row, versions: Versions
) -> None:
    """Check texts of a language against stories of each other one."""
    keys = list(texts[language])
    for key, report in zip(keys, await _check(port, [" ".join(texts[language][key]) for key in keys]), strict=True):
        for other in languages:
            if other != language and key in texts[other]:
                right = _match(report, f"{other}:{key}")
                row.count(f"of {other}: found", right=right is not None)
                row.count(f"of {other}: derived", right=_derives(right))
        row.count("between: another derived", right=_another(report, versions[key]))


async def _independent(setting: Mapping[str, str], events: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Check reports by independent reporters in two languages."""
    derived = Row()
    with _service(setting) as (port, _, _):
        stored = [{"id": f"event:{number}", "body": event["en"]} for number, event in enumerate(events)]
        await _store(port, stored)
        for number, event in enumerate(events):
            for language, text in event.items():
                if language != "en":
                    [report] = await _check(port, [text])
                    derived.count("derived", right=_derives(_match(report, f"event:{number}")))
                    derived.count("found", right=_match(report, f"event:{number}") is not None)
    return derived.figures()


def half_of(texts: Texts, key: str, keys: Sequence[str], chance: random.Random) -> str:
    """Return half of the sentences, in order, before or after as many of another story."""
    sentences = texts[key]
    taken = max(1, len(sentences) // 2)
    mine = [sentences[place] for place in sorted(chance.sample(range(len(sentences)), taken))]
    other = chance.choice([one for one in keys if one != key and len(texts[one]) >= taken])
    theirs = texts[other][:taken]
    return " ".join([*mine, *theirs] if chance.random() < 0.5 else [*theirs, *mine])


def _match(report: Mapping[str, Any], article_id: str) -> Mapping[str, Any] | None:
    for match in report["matches"]:
        if match["id"] == article_id:
            return dict(match)
        for version in match["versions"]:
            if version["id"] == article_id:
                return dict(version)
    return None


def _derives(match: Mapping[str, Any] | None) -> bool:
    return match is not None and match["relation"] in DERIVED


def _another(report: Mapping[str, Any], story: Container[str]) -> bool:
    """Whether an article is called derived from anything but this story, in any version."""
    return any(_derives(match) and match["id"].partition(":")[2] not in story for match in report["matches"])


@contextmanager
def _service(environment: Mapping[str, str]) -> Iterator[_Service]:
    """Run ``wirematch serve`` on its own store."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedStore(Path(folder)) as store:
        port = free_port()
        settings = {"WIREMATCH_REDIS_URL": store.url, "WIREMATCH_MAX_WAIT": "60", **environment}
        with (
            running(service_command(port, 1), settings, f"http://127.0.0.1:{port}/readyz") as process,
            redis.Redis.from_url(store.url) as client,
        ):
            yield _Service(port, process.pid, client)


async def _store(port: int, articles: Sequence[Mapping[str, Any]]) -> None:
    results, _ = await bulk(port, [json.dumps(article).encode() + b"\n" for article in articles], "?report=false")
    refused = [result for result in results if result.get("status", 201) >= 400]
    if refused:
        raise RuntimeError(str(refused[0]))


async def _check(port: int, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return a report on each text, including related stories."""
    rest = iter(list(enumerate(texts)))
    reports: dict[int, dict[str, Any]] = {}

    async def work() -> None:
        stream = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        for number, text in rest:
            content = json.dumps({"body": text, "include_related": True, "limit": 100}).encode()
            status, body = await post(stream, "/v1/check", content)
            if status != 200:
                raise RuntimeError(body.decode())
            reports[number] = json.loads(body)
        stream[1].close()

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return [reports[number] for number in range(len(texts))]


def _cost(
    setting: Mapping[str, str], texts: Mapping[str, Texts], languages: Sequence[str], background: Sequence[Any]
) -> dict[str, Any]:
    """Return CPU and wall milliseconds per check, and bytes per stored story, with the setting and without."""
    figures: dict[str, Any] = {}
    for language in languages:
        articles = _articles(language, dict(list(texts[language].items())[: 2 * TIMED]))
        checked, stored = articles[:TIMED], articles
        for name, environment in (("without", {}), ("with", setting)):
            with _service(environment) as (port, pid, store):
                asyncio.run(_store(port, background[:500]))
                asyncio.run(_check(port, [article["body"] for article in checked[:5]]))
                began, used = time.perf_counter(), processor_seconds(pid)
                asyncio.run(_check(port, [article["body"] for article in checked]))
                took = time.perf_counter() - began
                figures.setdefault(language, {})[name] = {
                    "processor_ms": round((processor_seconds(pid) - used) * 1000 / len(checked), 1),
                    "clock_ms": round(took * 1000 / len(checked), 1),
                }
                before = int(store.info("memory")["used_memory_dataset"])
                asyncio.run(_store(port, stored))
                grown = int(store.info("memory")["used_memory_dataset"]) - before
                figures[language][name]["bytes_a_story"] = round(grown / len(stored))
        parts = figures[language]
        parts["bytes_ratio"] = round(parts["with"]["bytes_a_story"] / parts["without"]["bytes_a_story"], 3)
    return figures
