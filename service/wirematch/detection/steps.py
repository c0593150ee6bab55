"""The steps that an article goes through on one index, bundled for those who take them."""

from __future__ import annotations

from dataclasses import dataclass

from wirematch.detection.clustering import Clustering
from wirematch.detection.deciding.decision import SubmissionDecider
from wirematch.detection.retrieval.cross_lingual import CrossLingualRetriever
from wirematch.detection.retrieval.retriever import Retriever
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.telemetry import Telemetry
from wirematch.detection.translations.kept_translations import Translations
from wirematch.index.protocol import StoryIndex


@dataclass(frozen=True, slots=True)
class DetectionSteps:
    """The steps that storing, checking and reading share; composed once for each index."""

    index: StoryIndex
    retriever: Retriever
    decider: SubmissionDecider
    clustering: Clustering
    executor: BoundedExecutor
    """Runs decisions in threads and bounds the queue before them."""
    telemetry: Telemetry
    translations: Translations | None = None
    """Set together with ``cross_lingual``, where articles are translated."""
    cross_lingual: CrossLingualRetriever | None = None

    def record_decision_times(self) -> None:
        """Record the time that each step within decisions took; call it after each decision."""
        self.decider.watch.tell(self.telemetry)
