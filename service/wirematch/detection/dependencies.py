"""What a detector depends on: what it has for itself, and what the detectors of all tenants of a process share."""

from __future__ import annotations

from dataclasses import dataclass, field

from wirematch.detection.cache import DetectorCaches
from wirematch.detection.clustering import Clustering
from wirematch.detection.deciding.decision import SubmissionDecider
from wirematch.detection.limits import DetectorLimits
from wirematch.detection.retrieval.cross_lingual import CrossLingualRetriever
from wirematch.detection.retrieval.retriever import Retriever
from wirematch.detection.scheduling.afterwards import Afterwards
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.steps import DetectionSteps
from wirematch.detection.storing.listener import NoListener, StoreListener
from wirematch.detection.telemetry import NoTelemetry, Telemetry
from wirematch.detection.translations.kept_translations import Translations
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.keys import Namespace
from wirematch.index.protocol import StoryIndex
from wirematch.matching.compare import Comparer
from wirematch.state.clusters import ArticleClusters
from wirematch.state.erasure import Erasure


@dataclass(frozen=True, slots=True)
class SharedDependencies:
    """What the detectors of a process share."""

    comparer: Comparer
    executor: BoundedExecutor
    limits: DetectorLimits
    caches: DetectorCaches
    telemetry: Telemetry = field(default_factory=NoTelemetry)
    afterwards: Afterwards = field(default_factory=Afterwards)
    """Background work that requests start and do not wait for."""


@dataclass(frozen=True, slots=True)
class OwnDependencies:
    """What a detector has for itself: its index, and what is kept beside it."""

    index: StoryIndex
    namespace: Namespace
    """Separates this detector's entries in the shared caches from those of others."""
    clusters: ArticleClusters
    scheme: FingerprintScheme
    listener: StoreListener = field(default_factory=NoListener)
    erasure: Erasure | None = None
    translations: Translations | None = None
    """With them, articles in other languages are compared, too."""


def assemble_steps(own: OwnDependencies, shared: SharedDependencies) -> DetectionSteps:
    """Make the steps that an article goes through on a detector's index."""
    index, namespace, limits, translations = own.index, own.namespace, shared.limits, own.translations
    retriever = Retriever(
        index,
        namespace,
        own.scheme,
        shared.executor,
        shared.telemetry,
        compare_limit=limits.compare_limit,
        excerpt_limit=limits.excerpt_limit,
        compare_bytes=limits.compare_bytes,
        caches=shared.caches,
    )
    return DetectionSteps(
        index,
        retriever,
        SubmissionDecider(shared.comparer, namespace, shared.caches),
        Clustering(own.clusters, shared.afterwards),
        shared.executor,
        shared.telemetry,
        translations,
        None if translations is None else CrossLingualRetriever(index, translations, limits.compare_bytes),
    )
