"""Load the index that a Spark job wrote, articles with their signatures, into the index of a service."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from wirematch.detection.policy import is_same_article
from wirematch.detection.retrieval import retriever
from wirematch.errors import ArticleExistsError, InvalidArticleError, PartialIndexError, WirematchError
from wirematch.fingerprint.first_reading import read_first
from wirematch.fingerprint.imprinting import imprinted
from wirematch.fingerprint.minhash import FingerprintScheme, Signature, sign
from wirematch.index.protocol import StoryIndex
from wirematch.models import Article
from wirematch.pipelines.spark.steps import SCHEME, read_stored
from wirematch.text.markup import plain_text

BATCH = 256
"""Articles stored at once."""
MOST_NAMED = 10
"""Articles that were left out whose ids are kept; the others are only counted."""
StoredRow = tuple[Article, Signature | None]
Replace = Callable[[Article], Awaitable[bool]]
"""Puts an article in the place of the one that has its id; returns whether that changed anything."""


@dataclass(slots=True)
class Loaded:
    """How many articles were loaded."""

    stored: int = 0
    there: int = 0
    """Articles that were stored already, usually by the same load before it was interrupted."""
    replaced: int = 0
    """Articles put in the place of others that had their ids."""
    left_out: int = 0
    """Articles not stored because their id has other content."""
    named: list[str] = field(default_factory=list)
    """Ids of the first of these."""

    @property
    def begun(self) -> bool:
        """Whether a batch was handled."""
        return self.stored + self.there + self.replaced + self.left_out > 0


async def nothing() -> None:
    """Do nothing."""


async def load(  # noqa: PLR0913 - composed in one place
    index: StoryIndex,
    scheme: FingerprintScheme,
    folders: Sequence[Path],
    report: Callable[[Loaded], None],
    *,
    texts: bool = True,
    begin: Callable[[], Awaitable[None]] = nothing,
    replace: Replace | None = None,
) -> Loaded:
    """Store all articles below ``folders`` (a job's ``out/index``); ``report`` is called after each batch.

    ``begin`` is awaited when the first batch has been read and is about to be stored. With ``texts=False``, only
    imprints of articles are stored. An interrupted load can be repeated: what is stored already stays as it is. An
    article whose id has other content is given to ``replace``, or left out if that is None. Raises InvalidArticleError,
    with file and line, if something cannot be read or was signed by another version; PartialIndexError if the index
    cannot tell what an id has; and the errors of StoryIndex.
    """
    loaded = Loaded()
    for folder in folders:
        for file in part_files(folder):
            rows = _rows(file)
            while batch := list(islice(rows, BATCH)):
                articles = [article for article, _ in batch]
                held = not texts and sum(len(article.body) for article in articles) <= retriever.HELD_AT_ONCE
                read = read_first(articles, scheme, prepared=held)
                signed = [one.fingerprint for one in read]
                kept = [
                    article if texts else imprinted(article, one.fingerprint, scheme, one.text)
                    for article, one in zip(articles, read, strict=True)
                ]
                if not loaded.begun:
                    await begin()
                items = [(article, one.signature) for article, one in zip(kept, signed, strict=True)]
                taken = list[Article]()
                answers = await index.create_many(items, [one.aids for one in read])
                for article, answer in zip(articles, answers, strict=True):
                    if isinstance(answer, ArticleExistsError):
                        taken.append(article)
                    elif isinstance(answer, WirematchError):
                        raise answer
                    else:
                        loaded.stored += 1
                await _meet(taken, index, loaded, replace)
                report(loaded)
    return loaded


async def _meet(articles: Sequence[Article], index: StoryIndex, loaded: Loaded, replace: Replace | None) -> None:
    """Tell articles whose ids are taken by themselves from those whose ids have other content, and treat these."""
    if not articles:
        return
    records = await index.get_many([article.id or "" for article in articles])
    if records.partial:
        raise PartialIndexError
    there = {record.article.id: record.article.as_submitted() for record in records}
    for article in articles:
        stored = there.get(article.id or "")  # None if its record is damaged
        if stored is not None and is_same_article(stored, article):
            loaded.there += 1
        elif replace is None:
            loaded.left_out += 1
            if len(loaded.named) < MOST_NAMED:
                loaded.named.append(article.id or "")
        elif await replace(article):
            loaded.replaced += 1
        else:
            loaded.there += 1


def part_files(folder: Path) -> list[Path]:
    """Return the files of a job's index, in order.

    Raises InvalidArticleError if there are none, the job did not finish, or one of them is missing.
    """
    files = sorted(folder.glob("part-*.gz"))
    if not files or not (folder / "_SUCCESS").exists():
        raise InvalidArticleError(f"{folder} holds no complete index of a Spark job.")
    missing = sorted({f"part-{number:05}.gz" for number in range(len(files))} - {file.name for file in files})
    if missing:
        raise InvalidArticleError(f"{folder} was not copied whole: {missing[0]} is missing.")
    return files


def _rows(file: Path) -> Iterator[StoredRow]:
    """Yield the articles of a file. The first signature is recomputed, to refuse files of an incompatible version."""
    try:
        yield from _rows_in(file)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InvalidArticleError(
            f"{file} is damaged, or was not copied whole: {str(error).removesuffix('.')}. Copy it again, and repeat "
            "the command: what is stored already stays."
        ) from error


def _rows_in(file: Path) -> Iterator[StoredRow]:
    with gzip.open(file) as lines:
        for number, line in enumerate(lines, 1):
            try:
                article, signature = read_stored(line)
            except (ValueError, KeyError, TypeError) as error:
                raise InvalidArticleError(f"{file}, line {number}: {error}.") from error
            if number == 1 and not _same(signature, sign(plain_text(article), SCHEME)):
                raise InvalidArticleError(
                    f"{file} has signatures of another version of Wirematch; run the job again with this one."
                )
            yield article, signature


def _same(one: Signature | None, other: Signature | None) -> bool:
    return (one is None and other is None) or (one is not None and other is not None and (one == other).all().item())
