"""The buckets that a stored article is posted in, computed again from its record when its postings must be removed."""

from __future__ import annotations

import asyncio

from wirematch.errors import DamagedRecordError
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.buckets import NO_HASHES, BucketHashes, buckets_of
from wirematch.index.protocol import Signer
from wirematch.index.records.codec import decode_article


class StoredPostings:
    """Computes buckets as they were computed when the article was stored. The index does not keep them."""

    def __init__(self, signer: Signer, scheme: FingerprintScheme) -> None:
        self._signer = signer
        self._scheme = scheme

    async def of_record(self, record: bytes) -> BucketHashes:
        """Compute the buckets of a stored article from its text, in a thread, as it takes milliseconds.

        A damaged record gives no buckets: its postings stay, lead to no record, and are skipped until they age out.
        """
        return await asyncio.to_thread(self._of_record, record)

    def _of_record(self, record: bytes) -> BucketHashes:
        try:
            article = decode_article(record)
            return buckets_of(self._signer(article), self._scheme).posted
        except DamagedRecordError:
            return NO_HASHES
