"""Load what a job over a corpus made: articles with their signatures, into an index, as fast as it takes them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from wirematch.errors import ArticleExistsError, InvalidArticleError, WirematchError
from wirematch.fingerprint.minhash import Signature, sign
from wirematch.index.protocol import StoryIndex
from wirematch.models import Article
from wirematch.pipelines.spark.steps import SCHEME, read_stored
from wirematch.text.markup import plain_text

BATCH = 256
Stored = tuple[Article, Signature | None]


@dataclass(slots=True)
class Loaded:
    """How far it came."""

    stored: int = 0
    there: int = 0
    """Articles whose id was taken: by themselves, when a load is done again."""


async def load(index: StoryIndex, folders: Sequence[Path], tell: Callable[[Loaded], None]) -> Loaded:
    """Store all articles of these folders; ``tell`` is called after each batch.

    What is there stays, so a load that was interrupted is done again. InvalidArticleError names the file and line that
    cannot be read; the errors of StoryIndex.
    """
    loaded = Loaded()
    for folder in folders:
        for file in parts(folder):
            rows = _rows(file)
            while batch := list(islice(rows, BATCH)):
                for answer in await index.create_many(batch):
                    if isinstance(answer, ArticleExistsError):
                        loaded.there += 1
                    elif isinstance(answer, WirematchError):
                        raise answer
                    else:
                        loaded.stored += 1
                tell(loaded)
    return loaded


def parts(folder: Path) -> list[Path]:
    """The files of a job's index, in order; InvalidArticleError where there are none or not all."""
    files = sorted(folder.glob("part-*.gz"))
    if not files or not (folder / "_SUCCESS").exists():
        raise InvalidArticleError(f"{folder} holds no index that a job has finished.")
    return files


def _rows(file: Path) -> Iterator[Stored]:
    """The articles of a file. The first one's signature is made again: one of another version finds nothing here."""
    with gzip.open(file) as lines:
        for number, line in enumerate(lines, 1):
            try:
                article, signature = read_stored(line)
            except (ValueError, KeyError, TypeError) as error:
                raise InvalidArticleError(f"{file}, line {number}: {error}.") from error
            if number == 1 and not _same(signature, sign(plain_text(article), SCHEME)):
                raise InvalidArticleError(
                    f"{file} was made by another version of Wirematch, with other signatures; run the job again."
                )
            yield article, signature


def _same(one: Signature | None, other: Signature | None) -> bool:
    return (one is None and other is None) or (one is not None and other is not None and (one == other).all().item())
