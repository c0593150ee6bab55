"""Models of requests and responses, as in the service's OpenAPI document.

They duplicate ``wirematch.models``, so that the client can be installed without the server; a test compares them.
Unknown fields of responses are ignored, so that the client works with newer services.
"""

from wirematch_client.models.articles import Article, ArticleLike, Filters, Metadata, StoredArticle, as_article
from wirematch_client.models.base import Answer, Sent
from wirematch_client.models.listings import (
    ArticlePage,
    ClusterMember,
    ClusterPage,
    EventArticle,
    EventPage,
    PickupPage,
)
from wirematch_client.models.outcomes import BulkResult, FieldProblem, Problem
from wirematch_client.models.reports import (
    Attribution,
    Contribution,
    Coverage,
    IndexState,
    Match,
    Passage,
    Reason,
    Receipt,
    Report,
    Span,
    StoryFacts,
    Translated,
    Version,
)
from wirematch_client.models.service import Readiness, Session
from wirematch_client.models.words import BodyFormat, Bound, Decision, Derivation, Kind, PassageKind, Relation

__all__ = [
    "Answer",
    "Article",
    "ArticleLike",
    "ArticlePage",
    "Attribution",
    "BodyFormat",
    "Bound",
    "BulkResult",
    "ClusterMember",
    "ClusterPage",
    "Contribution",
    "Coverage",
    "Decision",
    "Derivation",
    "EventArticle",
    "EventPage",
    "FieldProblem",
    "Filters",
    "IndexState",
    "Kind",
    "Match",
    "Metadata",
    "Passage",
    "PassageKind",
    "PickupPage",
    "Problem",
    "Readiness",
    "Reason",
    "Receipt",
    "Relation",
    "Report",
    "Sent",
    "Session",
    "Span",
    "StoredArticle",
    "StoryFacts",
    "Translated",
    "Version",
    "as_article",
]
