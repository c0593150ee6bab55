"""A Spark job that clusters a corpus too large for one machine, and writes an index that the service can load.

Needs the extra ``spark`` and Java; see docs/pipelines/spark.md. This module only moves data between machines; the
computation is in :mod:`wirematch.pipelines.spark.steps`. Texts are shuffled only for pairs that passed the sieves.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pyspark import RDD, SparkContext, StorageLevel

from wirematch.errors import InvalidSettingError
from wirematch.matching.model.tuned import Tuning
from wirematch.pipelines.decision_order import at_least, weakest
from wirematch.pipelines.input_rows import Fields
from wirematch.pipelines.spark import steps
from wirematch.pipelines.spark.steps import ArticleDecision, RankedArticle, SignedArticle, Standard

GZIP = "org.apache.hadoop.io.compress.GzipCodec"
KEPT = StorageLevel.MEMORY_AND_DISK


@dataclass(frozen=True, slots=True)
class JobPlan:
    """Options of the job.

    ``bucket_cap``, ``compare_limit``, ``tuning`` and ``threshold`` are as in the service's settings. Raises
    InvalidSettingError if ``drop`` or ``cluster`` is not a decision, or the tuning is for another model.
    """

    fields: Fields = field(default_factory=Fields)
    drop: str | None = "duplicate"
    """The weakest decision that keeps an article out of the index; None puts all articles in."""
    cluster: str = "rewrite"
    """The weakest decision that puts an article into the cluster of its original."""
    bucket_cap: int = 128
    compare_limit: int = 32
    tuning: Tuning | None = None
    """The result of ``wirematch tune``; ``Tuning.model_validate_json`` reads its file."""
    threshold: float | None = None
    partitions: int | None = None
    """Number of partitions; by default that of the input, but at least the number of cores."""

    def __post_init__(self) -> None:
        weakest([self.cluster, self.drop or ""])
        try:
            steps.comparer_of(self.standard)
        except ValueError as error:
            raise InvalidSettingError(f"The tuning cannot be used: {error}.") from error

    @property
    def standard(self) -> Standard:
        """The model, tuning and threshold by which pairs are decided."""
        return Standard(self.tuning, self.threshold)


@dataclass(frozen=True, slots=True)
class JobCounts:
    """Totals of a finished job."""

    articles: int
    bad: int
    """Lines that are not articles."""
    clusters: int
    indexed: int
    """Articles written to the index."""
    decisions: dict[str, int]
    """Articles by decision."""


def cluster_corpus(context: SparkContext, given: str, out: str, plan: JobPlan | None = None) -> JobCounts:
    """Cluster the JSON lines at ``given`` and write below ``out``, which must not exist; both are paths or URLs.

    ``out/clusters`` has a line for each article: ``id``, ``cluster`` (the id of the first article in its cluster),
    ``decision``, ``original_id``, the closest story and the evidence; ``out/index`` has what ``wirematch load`` reads,
    and ``out/bad`` the lines that are not articles, with the reason. All are JSON lines, compressed by gzip, in order
    of publication.
    """
    plan = plan or JobPlan()
    steps.tell_what_does_not_count(os.environ)
    lines = context.textFile(given, use_unicode=False)
    parts = plan.partitions or max(lines.getNumPartitions(), context.defaultParallelism)
    return _Job(plan, parts).run(lines, out)


@dataclass(frozen=True, slots=True)
class _Job:
    plan: JobPlan
    parts: int
    """Partitions of every shuffle; by default, a join would make as many as both of its sides have together."""

    def run(self, lines: RDD[bytes], out: str) -> JobCounts:
        plan, parts = self.plan, self.parts
        read = lines.filter(lambda line: line.strip()).map(partial(steps.read_line, fields=plan.fields)).persist(KEPT)
        bad = read.filter(lambda line: line.fault is not None)
        bad.map(_bad_line).saveAsTextFile(f"{out}/bad", GZIP)
        signed = self._signed(read).persist(KEPT)
        decided = self._decided(signed).persist(KEPT)
        roots = self._roots(decided)
        self._clusters(decided, roots).saveAsTextFile(f"{out}/clusters", GZIP)
        stored = decided.filter(lambda row: not at_least(row[1].decision, plan.drop)).join(signed, parts)
        indexed = stored.sortByKey(numPartitions=parts).map(lambda row: steps.write_stored(row[1][1])).persist(KEPT)
        indexed.saveAsTextFile(f"{out}/index", GZIP)
        articles = decided.count()
        return JobCounts(
            articles=articles,
            bad=bad.count(),
            clusters=articles - roots.count(),
            indexed=indexed.count(),
            decisions=dict(decided.map(lambda row: row[1].decision).countByValue()),
        )

    def _signed(self, read: RDD[steps.CorpusLine]) -> RDD[tuple[int, SignedArticle]]:
        """Return articles by number, which is their place in the order of publication."""
        good = read.filter(lambda line: line.fault is None).keyBy(lambda line: line.id)
        articles = good.reduceByKey(steps.newer, self.parts).values()
        ordered = articles.sortBy(lambda article: (article.time, article.id), numPartitions=self.parts).zipWithIndex()
        return ordered.map(lambda row: (row[1], row[0].line)).mapPartitions(steps.sign)

    def _decided(self, signed: RDD[tuple[int, SignedArticle]]) -> RDD[tuple[int, ArticleDecision]]:
        """Return decisions by number.

        Each step (buckets, ranking, shingles, texts) costs more and leaves fewer pairs.
        """
        cap, most, parts = self.plan.bucket_cap, self.plan.compare_limit, self.parts
        standard = self.plan.standard
        windows = (
            signed.flatMap(lambda row: [(posting, None) for posting in steps.postings(*row)])
            .repartitionAndSortWithinPartitions(parts, lambda posting: posting[0])
            .mapPartitions(lambda rows: steps.windows((posting for posting, _ in rows), cap))
        )
        shingles = signed.mapValues(lambda one: one.shingles)
        texts = signed.mapValues(lambda one: one.article)
        ranked = windows.groupByKey(parts).map(lambda row: (row[0], steps.candidates(row[0], row[1], cap, most)))
        candidates = ranked.flatMap(lambda row: [(other, (row[0], place)) for place, other in enumerate(row[1])])
        near = self._with(candidates, shingles).groupByKey(parts).join(shingles, parts).flatMap(_sieve)
        compared = self._with(near, texts).groupByKey(parts)
        return signed.leftOuterJoin(compared, parts).mapValues(lambda row: steps.decide(row[0], row[1] or (), standard))

    def _with(self, pairs: RDD[tuple[int, tuple[int, int]]], contents: RDD[tuple[int, bytes]]) -> RDD[Any]:
        """Attach contents to pairs: ``(candidate, (article, place))`` → ``(article, RankedArticle)``."""
        return pairs.join(contents, self.parts).map(
            lambda row: (row[1][0][0], RankedArticle(row[1][0][1], row[0], row[1][1]))
        )

    def _roots(self, decided: RDD[tuple[int, ArticleDecision]]) -> RDD[tuple[int, int]]:
        """``(number, number of the first article in its cluster)`` for each article that is not itself the first.

        Each article derives from an earlier one, so these links form trees. Replacing every parent by its own parent,
        until nothing changes, takes log2(depth) rounds (pointer jumping; Wyllie 1979).
        """
        level = self.plan.cluster
        links = decided.filter(lambda row: row[1].original is not None and at_least(row[1].decision, level))
        parents = links.mapValues(lambda decision: decision.original).persist(KEPT)
        while True:
            by_parent = parents.map(lambda link: (link[1], link[0]))
            moved = by_parent.leftOuterJoin(parents, self.parts).map(lambda row: (row[1][0], (row[0], row[1][1])))
            moved = moved.persist(KEPT)
            if moved.filter(lambda row: row[1][1] is not None).isEmpty():
                return parents
            parents = moved.mapValues(lambda pair: pair[0] if pair[1] is None else pair[1]).persist(KEPT)

    def _clusters(self, decided: RDD[tuple[int, ArticleDecision]], roots: RDD[tuple[int, int]]) -> RDD[str]:
        """Return a line of JSON for each article, with ids in place of numbers."""
        parts = self.parts
        ids = decided.mapValues(lambda decision: decision.id)

        def named(links: RDD[tuple[int, int]]) -> RDD[tuple[int, str]]:
            return links.map(lambda link: (link[1], link[0])).join(ids, parts).map(lambda row: row[1])

        closest = decided.filter(lambda row: row[1].original is not None).mapValues(lambda one: one.original)
        derived = decided.filter(lambda row: row[1].derived).mapValues(lambda one: one.original)
        by_closest = derived.map(lambda link: (link[1], link[0])).leftOuterJoin(roots, parts)
        originals = by_closest.map(lambda row: (row[1][0], row[0] if row[1][1] is None else row[1][1]))
        joined = decided
        for links in (roots, originals, closest):
            joined = joined.leftOuterJoin(named(links), parts)
        return joined.sortByKey(numPartitions=parts).map(lambda row: _cluster_line(*row[1]))


def _sieve(row: tuple[int, tuple[Iterable[RankedArticle], bytes]]) -> Iterator[tuple[int, tuple[int, int]]]:
    number, (others, shingles) = row
    for other in steps.sieve(shingles, list(others)):
        yield other.number, (number, other.place)


def _cluster_line(joined: tuple[tuple[ArticleDecision, str | None], str | None], closest: str | None) -> str:
    (decided, root), original = joined
    line = {"id": decided.id, "cluster": root or decided.id, "decision": decided.decision, "original_id": original}
    if closest is not None:
        line["closest_id"] = closest
    return json.dumps(line | decided.note, ensure_ascii=False)


def _bad_line(line: steps.CorpusLine) -> str:
    return json.dumps({"reason": line.fault, "line": line.line.decode("utf-8", "backslashreplace")}, ensure_ascii=False)
