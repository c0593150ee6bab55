"""The steps of a job over a corpus that no machine holds. Functions of values; whoever runs the job moves these about.

They are the service's own way in its own order: buckets, ranking, shared shingles, comparison. A number is an article's
place in the order of publication, and it is compared with those before it, as if they had been stored one by one.
"""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import inf, log1p
from typing import Any

import numpy as np
import xxhash

from wirematch.detection.decision import CERTAINLY_ENOUGH_WORDS
from wirematch.detection.retrieval import LARGE_INDEX, LEAST_BUCKETS, LEAST_OVERLAP
from wirematch.errors import InvalidArticleError
from wirematch.fingerprint.minhash import AT_ONCE, FingerprintScheme, Signature, fingerprint_many
from wirematch.fingerprint.overlap import overlaps
from wirematch.fingerprint.ranking import Postings, rank
from wirematch.index.buckets import bucket_hashes
from wirematch.matching.compare import PreparedArticle
from wirematch.matching.judge import DERIVED, judge
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Decision, Kind
from wirematch.pipelines.input_rows import Fields, read_row
from wirematch.text.markup import plain_text

SCHEME = FingerprintScheme()
HASHES, NUMBERS = "<u4", "<u8"
"""How arrays travel."""
MOST_MATCHES = 10


@dataclass(frozen=True, slots=True)
class CorpusLine:
    """An article of the corpus, or a line that is none."""

    id: str
    time: float
    """Of publication, in seconds since 1970; infinity where it is unknown, so that these come last."""
    line: bytes
    """The article in JSON, or the line as it was."""
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class SignedArticle:
    """An article with what it is found by."""

    article: bytes
    signature: bytes
    """Empty for a text without words."""
    shingles: bytes
    certain: bool
    """Whether it is new, and not undecided, where nothing is like it: so much is known without cleaning it."""


@dataclass(frozen=True, slots=True)
class RankedArticle:
    """Another article's place in a ranking, its number, and its shingles or text."""

    place: int
    number: int
    content: bytes


@dataclass(frozen=True, slots=True)
class ArticleDecision:
    """What was decided of an article."""

    id: str
    decision: str
    original: int | None
    """The number of the story that it derives from."""
    note: dict[str, Any]


def read_line(line: bytes, fields: Fields) -> CorpusLine:
    """The article in a line of JSON. One without an id gets one made of the line, so that equal lines are one."""
    try:
        article = read_row(line, fields, 0, "").article
    except InvalidArticleError as error:
        return CorpusLine("", inf, line, str(error))
    name = article.id or f"record:{xxhash.xxh128_hexdigest(line)}"
    article = article.model_copy(update={"id": name, "kind": article.kind or Kind.WIRE})
    time = article.published_at.timestamp() if article.published_at else inf
    return CorpusLine(name, time, article.model_dump_json(exclude_none=True).encode())


def newer(one: CorpusLine, other: CorpusLine) -> CorpusLine:
    """Of two articles with one id the one that was published last; of equal times always the same one."""
    return max(one, other, key=lambda given: (given.time, given.line))


def sign(articles: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, SignedArticle]]:
    """Numbered articles, some dozens at a time."""
    rows = iter(articles)
    while batch := list(islice(rows, AT_ONCE)):
        bodies = [plain_text(Article.model_validate_json(line)) for _, line in batch]
        for (number, line), made in zip(batch, fingerprint_many(bodies, SCHEME), strict=True):
            signature = b"" if made.signature is None else made.signature.astype(HASHES).tobytes()
            certain = made.known and made.words >= CERTAINLY_ENOUGH_WORDS
            yield number, SignedArticle(line, signature, made.shingles.astype(HASHES).tobytes(), certain)


def postings(number: int, signed: SignedArticle) -> list[tuple[int, int]]:
    """The buckets that an article is in, each with its number."""
    signature = read_signature(signed.signature)
    return [] if signature is None else [(bucket, number) for bucket in bucket_hashes(signature).tolist()]


def windows(sorted_postings: Iterable[tuple[int, int]], cap: int) -> Iterator[tuple[int, bytes]]:
    """Of each article in each bucket what an index would have held: the newest ``cap`` numbers, its own the last."""
    bucket, newest = -1, deque[int](maxlen=cap)
    for of, number in sorted_postings:
        if of != bucket:
            bucket, newest = of, deque(maxlen=cap)
        newest.append(number)
        if len(newest) > 1:
            yield number, np.array(newest, NUMBERS).tobytes()


def candidates(number: int, buckets: Iterable[bytes], cap: int, most: int) -> list[int]:
    """The numbers of those before an article that are worth a look, best first."""
    documents = number + 1
    ranking = rank(Postings.of([np.frombuffer(bucket, NUMBERS) for bucket in buckets]), documents, cap, number)
    least = LEAST_BUCKETS * log1p(documents) if documents >= LARGE_INDEX else 0.0
    found: list[int] = ranking.best(most, least).numbers.tolist()
    return found


def sieve(shingles: bytes, others: Sequence[RankedArticle]) -> list[RankedArticle]:
    """Those that share enough shingles with an article to be worth a comparison."""
    shares = overlaps(_hashes(shingles), [_hashes(other.content) for other in others]).tolist()
    return [other for other, share in zip(others, shares, strict=True) if share >= LEAST_OVERLAP]


def decide(signed: SignedArticle, stories: Iterable[RankedArticle]) -> ArticleDecision:
    """What an article derives from, of the articles that are left."""
    ordered = sorted(stories, key=lambda story: story.place)
    if not ordered and signed.certain:
        return ArticleDecision(json.loads(signed.article)["id"], Decision.NEW.value, None, {})
    sides = [_side(story.content) for story in ordered]
    submission = _side(signed.article)
    verdict = judge(default_comparer(), submission, sides, include_related=False, limit=MOST_MATCHES)
    numbers = {side.article.id: story.number for side, story in zip(sides, ordered, strict=True)}
    best = next((match for match in verdict.matches if match.relation in DERIVED), None)
    note = best.model_dump(mode="json", include={"probability", "coverage", "verbatim", "credited"}) if best else {}
    name = submission.article.id
    assert name is not None  # made when it was read
    return ArticleDecision(name, verdict.decision.value, numbers[best.id] if best else None, note)


def write_stored(signed: SignedArticle) -> str:
    """A line of what ``wirematch load`` reads."""
    signature = base64.b64encode(signed.signature).decode()
    return json.dumps({"signature": signature, "article": json.loads(signed.article)}, ensure_ascii=False)


def read_stored(line: bytes) -> tuple[Article, Signature | None]:
    """Back from there; ValueError or KeyError when it is no such line."""
    value = json.loads(line)
    return Article.model_validate(value["article"]), read_signature(base64.b64decode(value["signature"], validate=True))


def read_signature(packed: bytes) -> Signature | None:
    """None for a text without words; ValueError when it has another length than signatures have."""
    if not packed:
        return None
    signature = np.frombuffer(packed, HASHES).astype(np.uint32)
    if len(signature) != SCHEME.permutations:
        raise ValueError(f"a signature has {SCHEME.permutations} numbers, and this one has {len(signature)}")
    return signature


def _side(line: bytes) -> PreparedArticle:
    return default_comparer().side(Article.model_validate_json(line))


def _hashes(packed: bytes) -> Any:
    return np.frombuffer(packed, HASHES)
