"""The steps of the Spark job, as functions of values; :mod:`wirematch.pipelines.spark.job` distributes them.

They are the service's own steps in the same order: buckets, ranking, shared shingles, comparison. An article's number
is its place in the order of publication; it is compared with articles of smaller numbers, as if all had been stored one
by one in that order.
"""

from __future__ import annotations

import base64
import json
import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import inf
from typing import Any

import numpy as np
import xxhash

from wirematch.detection.policy import can_be_new_unprepared, overlapping, plausible
from wirematch.errors import InvalidArticleError
from wirematch.fingerprint.minhash import AT_ONCE, FingerprintScheme, Signature, fingerprint_many
from wirematch.fingerprint.ranking import Postings, rank
from wirematch.index.buckets import bucket_hashes
from wirematch.matching.compare import Comparer
from wirematch.matching.judge import judge
from wirematch.matching.model.tuned import Tuning
from wirematch.matching.resources import comparer_with
from wirematch.matching.sources import DERIVED
from wirematch.models import Article, BodyFormat, Decision, Kind
from wirematch.pipelines.decision_order import ORDER
from wirematch.pipelines.input_rows import Fields, read_row
from wirematch.text.markup import plain_text, resolved_format

log = logging.getLogger(__name__)
SCHEME = FingerprintScheme()
TRANSLATE = "WIREMATCH_TRANSLATE"
HASHES, NUMBERS = "<u4", "<u8"
"""Data types in which shingles and signatures, and article numbers, are serialised."""
MOST_MATCHES = 10
"""As in a report by default."""


def tell_what_does_not_count(environment: Mapping[str, str]) -> None:
    """Warn that the setting for translation has no effect: the job compares articles within their own language."""
    if environment.get(TRANSLATE):
        log.warning("%s has no effect here: articles are compared in their own language", TRANSLATE)


@dataclass(frozen=True, slots=True)
class Standard:
    """How pairs are decided: by the shipped model, or as a desk tuned it."""

    tuning: Tuning | None = None
    threshold: float | None = None
    """Takes precedence over the tuning's."""


@dataclass(frozen=True, slots=True)
class CorpusLine:
    """A line of the corpus: an article or, with a ``fault``, a line that is none."""

    id: str
    time: float
    """Time of publication in seconds since 1970; infinity if unknown, so that it sorts last."""
    line: bytes
    """The article as JSON, or the line as it was read."""
    fault: str | None = None
    """Why it is not an article."""


@dataclass(frozen=True, slots=True)
class SignedArticle:
    """An article with its signature and shingles."""

    article: bytes
    """JSON."""
    signature: bytes
    """128 numbers of type HASHES; empty for a text without words."""
    shingles: bytes
    """Distinct numbers of type HASHES, sorted."""
    certain: bool
    """Whether its decision without candidates is 'new', not 'undecided': it is long enough, in a known language."""


@dataclass(frozen=True, slots=True)
class RankedArticle:
    """A candidate: its place in the ranking, its number, and its shingles or its article as JSON."""

    place: int
    number: int
    content: bytes


@dataclass(frozen=True, slots=True)
class ArticleDecision:
    """The decision on an article."""

    id: str
    decision: str
    original: int | None
    """The number of the closest story, if any."""
    note: dict[str, Any]
    """The evidence of its closest story; empty if there is none."""

    @property
    def derived(self) -> bool:
        """Whether it derives from that story. An undecided article only resembles it."""
        return self.original is not None and self.decision in ORDER


def read_line(line: bytes, fields: Fields) -> CorpusLine:
    """Parse an article from a line of JSON.

    Without an id, it gets a hash of the line, so equal lines are one article.
    """
    try:
        article = read_row(line, fields, 0, "").article
    except InvalidArticleError as error:
        return CorpusLine("", inf, line, str(error))
    name = article.id or f"record:{xxhash.xxh128_hexdigest(line)}"
    given = {"id": name, "kind": article.kind or Kind.WIRE, "body_format": resolved_format(article)}
    article = article.model_copy(update=given)
    time = article.published_at.timestamp() if article.published_at else inf
    return CorpusLine(name, time, article.model_dump_json(exclude_none=True).encode())


def newer(one: CorpusLine, other: CorpusLine) -> CorpusLine:
    """Return the later published of two articles with one id; for equal times, the one whose JSON sorts last."""
    return max(one, other, key=lambda line: (line.time, line.line))


def sign(articles: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, SignedArticle]]:
    """Fingerprint numbered articles (JSON), in batches."""
    rows = iter(articles)
    while batch := list(islice(rows, AT_ONCE)):
        bodies = [plain_text(Article.model_validate_json(line)) for _, line in batch]
        for (number, line), made in zip(batch, fingerprint_many(bodies, SCHEME), strict=True):
            signature = b"" if made.signature is None else made.signature.astype(HASHES).tobytes()
            certain = can_be_new_unprepared(made)
            yield number, SignedArticle(line, signature, made.shingles.astype(HASHES).tobytes(), certain)


def postings(number: int, signed: SignedArticle) -> list[tuple[int, int]]:
    """Return ``(bucket, number)`` for each bucket of an article: 128 pairs, or none for a text without words."""
    signature = read_signature(signed.signature)
    return [] if signature is None else [(bucket, number) for bucket in bucket_hashes(signature).tolist()]


def windows(sorted_postings: Iterable[tuple[int, int]], cap: int) -> Iterator[tuple[int, bytes]]:
    """Yield ``(number, NUMBERS)`` for each article and bucket: what an index would have held when it was stored.

    These are the newest ``cap`` numbers, the article's own last. Postings must be sorted by bucket and number.
    """
    bucket, newest = -1, deque[int](maxlen=cap)
    for next_bucket, number in sorted_postings:
        if next_bucket != bucket:
            bucket, newest = next_bucket, deque(maxlen=cap)
        newest.append(number)
        if len(newest) > 1:
            yield number, np.array(newest, NUMBERS).tobytes()


def candidates(number: int, buckets: Iterable[bytes], cap: int, most: int) -> list[int]:
    """Return at most ``most`` earlier articles' numbers, ranked best first; ``buckets`` come from ``windows``."""
    documents = number + 1
    ranking = rank(Postings.of([np.frombuffer(bucket, NUMBERS) for bucket in buckets]), documents, cap, number)
    best: list[int] = plausible(ranking, documents, most).numbers.tolist()
    return best


def sieve(shingles: bytes, others: Sequence[RankedArticle]) -> list[RankedArticle]:
    """Return those candidates (with shingles as content) that share enough of an article's shingles to be compared."""
    enough = overlapping(
        _hashes(shingles), [_hashes(other.content) for other in others], [other.place for other in others]
    )
    return [other for other, keep in zip(others, enough, strict=True) if keep]


@lru_cache(1)
def comparer_of(standard: Standard) -> Comparer:
    """Return the comparer, made once per process. Raises ValueError if the tuning is for another model."""
    return comparer_with(None, standard.tuning, standard.threshold)


def decide(signed: SignedArticle, stories: Iterable[RankedArticle], standard: Standard) -> ArticleDecision:
    """Decide on an article by comparing it with ``stories``, which have articles as content."""
    ordered = sorted(stories, key=lambda story: story.place)
    if not ordered and signed.certain:
        return ArticleDecision(json.loads(signed.article)["id"], Decision.NEW.value, None, {})
    comparer = comparer_of(standard)
    [submission, *sides] = [
        comparer.prepare(Article.model_validate_json(line))
        for line in (signed.article, *(story.content for story in ordered))
    ]
    verdict = judge(comparer, submission, sides, include_related=False, limit=MOST_MATCHES)
    numbers = {side.article.id: story.number for side, story in zip(sides, ordered, strict=True)}
    best = next((match for match in verdict.matches if match.relation in DERIVED), None)
    note = best.model_dump(mode="json", include={"probability", "coverage", "verbatim", "credited"}) if best else {}
    name = submission.article.id
    assert name is not None  # read_line gives every article one
    return ArticleDecision(name, verdict.decision.value, numbers[best.id] if best else None, note)


def write_stored(signed: SignedArticle) -> str:
    """Return a line of JSON for ``wirematch load``: the signature in Base64, and the article."""
    signature = base64.b64encode(signed.signature).decode()
    return json.dumps({"signature": signature, "article": json.loads(signed.article)}, ensure_ascii=False)


def read_stored(line: bytes) -> tuple[Article, Signature | None]:
    """Invert ``write_stored``. Raises ValueError, KeyError or TypeError for an invalid line.

    An article without a format was signed as plain text, by a release that did not know markup.
    """
    value = json.loads(line)
    article = Article.model_validate({"body_format": BodyFormat.TEXT} | value["article"])
    return article, read_signature(base64.b64decode(value["signature"], validate=True))


def read_signature(packed: bytes) -> Signature | None:
    """Unpack 128 numbers, or None for a text without words. Raises ValueError for any other length."""
    if not packed:
        return None
    signature = np.frombuffer(packed, HASHES).astype(np.uint32)
    if len(signature) != SCHEME.permutations:
        raise ValueError(f"a signature has {SCHEME.permutations} numbers, and this one has {len(signature)}")
    return signature


def _hashes(packed: bytes) -> Any:
    return np.frombuffer(packed, HASHES)
