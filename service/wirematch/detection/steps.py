"""The steps of an article's way on one index, as whoever goes it has them at hand."""

from __future__ import annotations

from dataclasses import dataclass

from wirematch.detection.clusters.clustering import Clustering
from wirematch.detection.crosslingual.across import AcrossRetriever
from wirematch.detection.crosslingual.translations import Translations
from wirematch.detection.decision import SubmissionDecider
from wirematch.detection.retrieval import Retriever
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.telemetry import Telemetry
from wirematch.index.protocol import StoryIndex


@dataclass(frozen=True, slots=True)
class DetectionSteps:
    """What storing, checking and reading go through; composed once for each index."""

    index: StoryIndex
    retriever: Retriever
    decider: SubmissionDecider
    clustering: Clustering
    executor: BoundedExecutor
    """Where deciding is done, and who waits for it."""
    telemetry: Telemetry
    translations: Translations | None = None
    """Given with ``across`` or not at all: where articles are translated."""
    across: AcrossRetriever | None = None

    def decided(self) -> None:
        """To be called when something was: tell what the steps within took."""
        self.decider.watch.tell(self.telemetry)
