"""Load the index that a Spark job wrote, articles with their signatures, into the index of a service."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from wirematch.detection.retrieval import retriever
from wirematch.errors import ArticleExistsError, InvalidArticleError, WirematchError
from wirematch.fingerprint.first_reading import read_first
from wirematch.fingerprint.imprinting import imprinted
from wirematch.fingerprint.minhash import FingerprintScheme, Signature, sign
from wirematch.index.protocol import StoryIndex
from wirematch.models import Article
from wirematch.pipelines.spark.steps import SCHEME, read_stored
from wirematch.text.markup import plain_text

BATCH = 256
"""Articles stored at once."""
StoredRow = tuple[Article, Signature | None]


@dataclass(slots=True)
class Loaded:
    """How many articles were loaded."""

    stored: int = 0
    there: int = 0
    """Articles skipped because their id was taken, usually by themselves in a repeated load."""


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
) -> Loaded:
    """Store all articles below ``folders`` (a job's ``out/index``); ``report`` is called after each batch.

    ``begin`` is awaited when the first batch has been read and is about to be stored. With ``texts=False``, only
    imprints of articles are stored. An interrupted load can be repeated, as ids already stored are skipped. Raises
    InvalidArticleError, with file and line, if something cannot be read or was signed by another version, and the
    errors of StoryIndex.
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
                if not loaded.stored + loaded.there:
                    await begin()
                items = [(article, one.signature) for article, one in zip(kept, signed, strict=True)]
                for answer in await index.create_many(items, [one.aids for one in read]):
                    if isinstance(answer, ArticleExistsError):
                        loaded.there += 1
                    elif isinstance(answer, WirematchError):
                        raise answer
                    else:
                        loaded.stored += 1
                report(loaded)
    return loaded


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
            "the command: what is stored already is skipped."
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
