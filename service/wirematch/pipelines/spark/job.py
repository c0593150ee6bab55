"""A Spark job over a corpus larger than a machine: documents in, clusters out, and an index that the service can load.

Needs the extra ``spark`` and Java; docs/pipelines/spark.md. Keys, numbers, hashes and, of pairs that share enough of
them, texts travel between machines; what is done with them is in :mod:`wirematch.pipelines.spark.steps`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pyspark import RDD, SparkContext, StorageLevel

from wirematch.pipelines.decision_order import at_least, weakest
from wirematch.pipelines.input_rows import Fields
from wirematch.pipelines.spark import steps as corpus
from wirematch.pipelines.spark.steps import ArticleDecision, RankedArticle, SignedArticle

GZIP = "org.apache.hadoop.io.compress.GzipCodec"
KEPT = StorageLevel.MEMORY_AND_DISK


@dataclass(frozen=True, slots=True)
class JobPlan:
    """What is asked for; cap and limit as the service's settings have them. InvalidSettingError for no decision."""

    fields: Fields = field(default_factory=Fields)
    drop: str | None = "duplicate"
    """The weakest decision that keeps an article out of the index; None keeps all."""
    group: str = "rewrite"
    """The weakest decision that puts an article into the cluster of its original."""
    bucket_cap: int = 128
    compare_limit: int = 32
    partitions: int | None = None
    """Parts that the work is cut into; by default as many as the input has, and no fewer than there are processors."""

    def __post_init__(self) -> None:
        weakest([self.group, self.drop or ""])


@dataclass(frozen=True, slots=True)
class JobCounts:
    """What became of the corpus."""

    articles: int
    bad: int
    clusters: int
    indexed: int
    decisions: dict[str, int]


def cluster_corpus(context: SparkContext, given: str, out: str, plan: JobPlan | None = None) -> JobCounts:
    """Read JSON lines at ``given`` and write below ``out``, which must not be there; both as Spark names places.

    ``out/clusters``: of each article a line with ``id``, ``cluster`` (the id of its first article), ``decision``,
    ``original_id``, the closest story and the evidence. ``out/index``: what ``wirematch load`` reads. ``out/bad``:
    lines that are no article, and why. All in JSON lines, packed with gzip, in order of publication.
    """
    plan = plan or JobPlan()
    lines = context.textFile(given, use_unicode=False)
    parts = plan.partitions or max(lines.getNumPartitions(), context.defaultParallelism)
    return _Job(plan, parts).run(lines, out)


@dataclass(frozen=True, slots=True)
class _Job:
    plan: JobPlan
    parts: int
    """Named with every shuffle: a join by itself makes as many as both of its sides have together."""

    def run(self, lines: RDD[bytes], out: str) -> JobCounts:
        plan, parts = self.plan, self.parts
        read = lines.map(partial(corpus.read_line, fields=plan.fields)).persist(KEPT)
        bad = read.filter(lambda line: line.fault is not None)
        bad.map(_told_bad).saveAsTextFile(f"{out}/bad", GZIP)
        signed = self._signed(read).persist(KEPT)
        decided = self._decided(signed).persist(KEPT)
        roots = self._roots(decided)
        self._clusters(decided, roots).saveAsTextFile(f"{out}/clusters", GZIP)
        stored = decided.filter(lambda row: not at_least(row[1].decision, plan.drop)).join(signed, parts)
        lasting = stored.sortByKey(numPartitions=parts).map(lambda row: corpus.write_stored(row[1][1])).persist(KEPT)
        lasting.saveAsTextFile(f"{out}/index", GZIP)
        articles = decided.count()
        return JobCounts(
            articles=articles,
            bad=bad.count(),
            clusters=articles - roots.count(),
            indexed=lasting.count(),
            decisions=dict(decided.map(lambda row: row[1].decision).countByValue()),
        )

    def _signed(self, read: RDD[corpus.CorpusLine]) -> RDD[tuple[int, SignedArticle]]:
        """Articles by number, which is their place in the order of publication."""
        good = read.filter(lambda line: line.fault is None).keyBy(lambda line: line.id)
        articles = good.reduceByKey(corpus.newer, self.parts).values()
        ordered = articles.sortBy(lambda article: (article.time, article.id), numPartitions=self.parts).zipWithIndex()
        return ordered.map(lambda row: (row[1], row[0].line)).mapPartitions(corpus.sign)

    def _decided(self, signed: RDD[tuple[int, SignedArticle]]) -> RDD[tuple[int, ArticleDecision]]:
        """Buckets, ranking, shingles, texts: each step leaves fewer pairs to the next, which costs more."""
        cap, most, parts = self.plan.bucket_cap, self.plan.compare_limit, self.parts
        windows = (
            signed.flatMap(lambda row: [(posting, None) for posting in corpus.postings(*row)])
            .repartitionAndSortWithinPartitions(parts, lambda posting: posting[0])
            .mapPartitions(lambda rows: corpus.windows((posting for posting, _ in rows), cap))
        )
        shingles = signed.mapValues(lambda one: one.shingles)
        texts = signed.mapValues(lambda one: one.article)
        ranked = windows.groupByKey(parts).map(lambda row: (row[0], corpus.candidates(row[0], row[1], cap, most)))
        looked_at = ranked.flatMap(lambda row: [(other, (row[0], place)) for place, other in enumerate(row[1])])
        near = self._with(looked_at, shingles).groupByKey(parts).join(shingles, parts).flatMap(_kept)
        compared = self._with(near, texts).groupByKey(parts)
        return signed.leftOuterJoin(compared, parts).mapValues(lambda row: corpus.decide(row[0], row[1] or ()))

    def _with(self, asked: RDD[tuple[int, tuple[int, int]]], contents: RDD[tuple[int, bytes]]) -> RDD[Any]:
        """From who is wanted to who wants it, with its content: number → Placed."""
        return asked.join(contents, self.parts).map(
            lambda row: (row[1][0][0], RankedArticle(row[1][0][1], row[0], row[1][1]))
        )

    def _roots(self, decided: RDD[tuple[int, ArticleDecision]]) -> RDD[tuple[int, int]]:
        """Of each article that is not the first of its cluster, the number of the one that is.

        Each derives from one before it, so these links make trees, and going over to one's parent's parent until
        nobody moves takes as many rounds as the deepest tree's depth has bits (pointer jumping; Wyllie 1979).
        """
        level = self.plan.group
        links = decided.filter(lambda row: row[1].original is not None and at_least(row[1].decision, level))
        parents = links.mapValues(lambda outcome: outcome.original).persist(KEPT)
        while True:
            by_parent = parents.map(lambda link: (link[1], link[0]))
            moved = by_parent.leftOuterJoin(parents, self.parts).map(lambda row: (row[1][0], (row[0], row[1][1])))
            moved = moved.persist(KEPT)
            if moved.filter(lambda row: row[1][1] is not None).isEmpty():
                return parents
            parents = moved.mapValues(lambda pair: pair[0] if pair[1] is None else pair[1]).persist(KEPT)

    def _clusters(self, decided: RDD[tuple[int, ArticleDecision]], roots: RDD[tuple[int, int]]) -> RDD[str]:
        """Of each article a line, with ids in place of numbers."""
        parts = self.parts
        ids = decided.mapValues(lambda outcome: outcome.id)

        def named(links: RDD[tuple[int, int]]) -> RDD[tuple[int, str]]:
            return links.map(lambda link: (link[1], link[0])).join(ids, parts).map(lambda row: row[1])

        closest = decided.filter(lambda row: row[1].original is not None).mapValues(lambda one: one.original)
        by_closest = closest.map(lambda link: (link[1], link[0])).leftOuterJoin(roots, parts)
        originals = by_closest.map(lambda row: (row[1][0], row[0] if row[1][1] is None else row[1][1]))
        told = decided
        for links in (roots, originals, closest):
            told = told.leftOuterJoin(named(links), parts)
        return told.sortByKey(numPartitions=parts).map(lambda row: _told(*row[1]))


def _kept(row: tuple[int, tuple[Iterable[RankedArticle], bytes]]) -> Iterator[tuple[int, tuple[int, int]]]:
    number, (others, shingles) = row
    for other in corpus.sieve(shingles, list(others)):
        yield other.number, (number, other.place)


def _told(joined: tuple[tuple[ArticleDecision, str | None], str | None], closest: str | None) -> str:
    (outcome, root), original = joined
    told = {"id": outcome.id, "cluster": root or outcome.id, "decision": outcome.decision, "original_id": original}
    if closest is not None:
        told["closest_id"] = closest
    return json.dumps(told | outcome.note, ensure_ascii=False)


def _told_bad(line: corpus.CorpusLine) -> str:
    return json.dumps({"reason": line.fault, "line": line.line.decode("utf-8", "backslashreplace")}, ensure_ascii=False)
