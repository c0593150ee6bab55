"""All errors that a caller can cause or encounter, each with an HTTP status and a stable type.

HTTP answers with an RFC 9457 problem document; the command line prints the message and exits with status 2.
"""

from __future__ import annotations

from wirematch.errors.base import MOST_FAULTS, Fault, InvalidSettingError, StoreStartError, WirematchError
from wirematch.errors.conflicts import (
    ArticleExistsError,
    ArticleNotFoundError,
    CheckNotFoundError,
    DamagedTenantError,
    PreconditionFailedError,
    QuotaReachedError,
    StaleListingError,
    TenantGoneError,
    TextNotKeptError,
    VersionNotFoundError,
)
from wirematch.errors.documents import (
    ExpiredArticleError,
    InvalidArticleError,
    InvalidDocumentError,
    InvalidPairsError,
    SeveralDocumentsError,
    UnaddressableIdError,
    UnknownFormatError,
)
from wirematch.errors.index import (
    BackupError,
    CutBackupError,
    DamagedRecordError,
    IndexFullError,
    IndexMismatchError,
    IndexRefusedError,
    IndexUnavailableError,
    NotFlushedError,
    NotReplicatedError,
    RebuildError,
)
from wirematch.errors.requests import (
    DeadlineError,
    InvalidRequestKeyError,
    KeyEndedError,
    NoKeysError,
    OverloadedError,
    PdfFailedError,
    PdfNotInstalledError,
    RequestInFlightError,
    RequestKeyReusedError,
    ShuttingDownError,
)

__all__ = [
    "MOST_FAULTS",
    "ArticleExistsError",
    "ArticleNotFoundError",
    "BackupError",
    "CheckNotFoundError",
    "CutBackupError",
    "DamagedRecordError",
    "DamagedTenantError",
    "DeadlineError",
    "ExpiredArticleError",
    "Fault",
    "IndexFullError",
    "IndexMismatchError",
    "IndexRefusedError",
    "IndexUnavailableError",
    "InvalidArticleError",
    "InvalidDocumentError",
    "InvalidPairsError",
    "InvalidRequestKeyError",
    "InvalidSettingError",
    "KeyEndedError",
    "NoKeysError",
    "NotFlushedError",
    "NotReplicatedError",
    "OverloadedError",
    "PdfFailedError",
    "PdfNotInstalledError",
    "PreconditionFailedError",
    "QuotaReachedError",
    "RebuildError",
    "RequestInFlightError",
    "RequestKeyReusedError",
    "SeveralDocumentsError",
    "ShuttingDownError",
    "StaleListingError",
    "StoreStartError",
    "TenantGoneError",
    "TextNotKeptError",
    "UnaddressableIdError",
    "UnknownFormatError",
    "VersionNotFoundError",
    "WirematchError",
]
