"""The index, or a backup of it, does not do what it should."""

from __future__ import annotations

from wirematch.errors.base import WirematchError


class IndexUnavailableError(WirematchError):
    """Redis does not answer."""

    status = 503
    type = "index-unavailable"
    title = "The index is unavailable"
    retry_after = 1


class PartialIndexError(IndexUnavailableError):
    """A part of the index does not answer, so what is missing may be there."""

    def __init__(self) -> None:
        super().__init__("A part of the index does not answer.")


class IndexRefusedError(IndexUnavailableError):
    """Redis answers, but refuses the user, its password or a command."""

    def __init__(self) -> None:
        super().__init__("Redis refuses the user, its password, or a command that the user may not run.")


class IndexFullError(IndexUnavailableError):
    """Redis refuses writes, for lack of memory or of disk."""

    type = "index-full"
    title = "The index is full"
    retry_after = 30

    def __init__(self) -> None:
        super().__init__(
            "Redis has no memory or no disk space left for writes. Checks and reading still work; storing works again "
            "when there is room."
        )


class NotReplicatedError(WirematchError):
    """A write was done, but too few replicas confirmed it in time."""

    status = 503
    type = "not-replicated"
    title = "The write is not replicated yet"
    retry_after = 1

    def __init__(self, having: int, wanted: int) -> None:
        super().__init__(
            f"The write was executed, but only {having} of {wanted} replicas have confirmed it. It may be lost if the "
            "server fails now. Repeat the PUT or DELETE to be sure."
        )


class NotFlushedError(WirematchError):
    """A write was done, but the server did not say in time that it is on disk."""

    status = 503
    type = "not-flushed"
    title = "The write is not on disk yet"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__(
            "The write was executed, but the server has not confirmed that it is on disk. The server must be Redis 7.2 "
            "or Valkey with 'appendonly yes'. If the machine fails now, the write may be lost. Repeat the PUT or "
            "DELETE to be sure."
        )


class DamagedRecordError(WirematchError):
    """A stored article has bytes that are not those that were stored."""

    type = "damaged-record"
    title = "The stored article is damaged"

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__("The stored article is damaged and cannot be read; PUT it again to replace it, or DELETE it.")


class IndexMismatchError(WirematchError):
    """The index was built with other parameters than this service uses."""

    status = 503
    type = "index-mismatch"
    title = "The index was built with other parameters"


class RebuildError(WirematchError):
    """The index could not be rebuilt; the live one is unchanged."""

    type = "rebuild-failed"
    title = "The rebuild failed"


class BackupError(WirematchError):
    """A backup cannot be read, or not be written where it was wanted."""

    type = "backup-unreadable"
    title = "The backup cannot be used"


class CutBackupError(BackupError):
    """A backup is truncated, or is damaged; ``whole`` says what of it is whole."""

    type = "backup-cut"
    title = "The backup is incomplete"

    def __init__(self, file: str, how: str, whole: str) -> None:
        self.whole = whole
        super().__init__(f"{file} {how}. Its complete parts hold {whole}. Nothing was restored.")
