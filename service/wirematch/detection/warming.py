"""Load what the first article of a process would otherwise wait for: word tables and lazily loaded code."""

from __future__ import annotations

import numpy as np

from wirematch.fingerprint.first_reading import read_first
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.matching.compare import Comparer
from wirematch.models import Article

TEXT = "The barge broke loose in the storm and brought down the old bridge of the harbour, the police said on Tuesday."
OTHER = "A barge that broke loose in a storm has brought down the old bridge of the harbour, police said."


def warm_up(comparer: Comparer, scheme: FingerprintScheme) -> None:
    """Fingerprint two sentences and compare them. CPU-bound, some 50 ms."""
    one, other = Article(body=TEXT), Article(body=OTHER)
    read_first([one, other], scheme, prepared=False)
    np.unique(np.zeros(1))  # makes numpy import a module, which takes some 10 ms
    comparer.compare_articles(one, other)
