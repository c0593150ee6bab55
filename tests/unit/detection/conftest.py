"""A detector over an index in memory; its parts are fixtures of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from support.memory import MemoryClusters, MemoryIndex
from wirematch.detection.cache import DetectorCaches
from wirematch.detection.deciding.decision import SubmissionDecider
from wirematch.detection.dependencies import OwnDependencies, SharedDependencies
from wirematch.detection.detector import Detector
from wirematch.detection.limits import DetectorLimits
from wirematch.detection.retrieval.retriever import Retriever
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.telemetry import Step
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.keys import Namespace
from wirematch.matching.resources import default_comparer

NAMESPACE = Namespace("unit")
LIMITS = DetectorLimits(
    compare_limit=32, compare_bytes=1 << 20, excerpt_limit=8, pickup_limit=128, prepared_cache=16, fingerprint_cache=16
)


class Recorded:
    """Telemetry that records the steps."""

    def __init__(self) -> None:
        self.steps: list[tuple[Step, int]] = []

    def record(self, step: Step, count: int, seconds: float) -> None:
        assert seconds >= 0
        self.steps.append((step, count))

    def decided(self, source, decision, compared) -> None:
        pass

    def translated(self, engine, outcome, seconds) -> None:
        pass


def shared_dependencies(executor: BoundedExecutor, telemetry: Recorded) -> SharedDependencies:
    return SharedDependencies(default_comparer(), executor, LIMITS, DetectorCaches(LIMITS), telemetry)


@pytest.fixture
def index() -> MemoryIndex:
    return MemoryIndex()


@pytest.fixture
def clusters() -> MemoryClusters:
    return MemoryClusters()


@pytest.fixture
def telemetry() -> Recorded:
    return Recorded()


@pytest.fixture
def executor() -> Iterator[BoundedExecutor]:
    executor = BoundedExecutor(threads=1, most_waiting=1)
    yield executor
    executor.close()


@pytest.fixture
def retriever(index, executor, telemetry) -> Retriever:
    scheme = FingerprintScheme()
    caches = DetectorCaches(LIMITS)
    return Retriever(
        index,
        NAMESPACE,
        scheme,
        executor,
        telemetry,
        compare_limit=32,
        compare_bytes=1 << 20,
        excerpt_limit=8,
        caches=caches,
    )


@pytest.fixture
def decider() -> SubmissionDecider:
    return SubmissionDecider(default_comparer(), NAMESPACE, DetectorCaches(LIMITS))


@pytest.fixture
def detector(index, clusters, executor, telemetry) -> Detector:
    own = OwnDependencies(index, NAMESPACE, clusters, FingerprintScheme())
    return Detector(own, shared_dependencies(executor, telemetry))


@pytest.fixture
def make_detector(telemetry) -> Iterator[Callable[[int], Detector]]:
    """Make detectors, each over an empty index, with so many threads."""
    executors: list[BoundedExecutor] = []

    def make(threads: int) -> Detector:
        executors.append(BoundedExecutor(threads, most_waiting=1))
        own = OwnDependencies(MemoryIndex(), NAMESPACE, MemoryClusters(), FingerprintScheme())
        return Detector(own, shared_dependencies(executors[-1], telemetry))

    yield make
    for executor in executors:
        executor.close()
