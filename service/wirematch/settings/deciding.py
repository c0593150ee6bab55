"""Settings of retrieval, comparison and the decision threshold."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from wirematch.fingerprint.sampling import Sampling
from wirematch.settings.group import SettingsGroup


class DecidingSettings(SettingsGroup):
    """The index's parameters, how many candidates are compared, and how the model's probabilities are read."""

    sampling: Sampling = Field(
        Sampling.RARE,
        description="How the stories of a new index are signed: 'rare' by their rare shingles first, 'bottom' by any, "
        "'affine32' by datasketch's MinHash in nearly twice the memory. An existing index keeps its own.",
    )
    bucket_cap: int = Field(
        128, ge=1, le=10_000, description="Articles that a bucket holds; a full one drops the oldest."
    )
    compare_limit: int = Field(
        32, ge=1, le=1_000, description="Candidates whose text is compared with a submission, best first."
    )
    excerpt_limit: int = Field(
        8, ge=0, le=1_000, description="Further candidates that may share only an excerpt; 0 looks for none."
    )
    compare_bytes: int = Field(
        1_048_576,
        ge=1_024,
        description="Bytes of candidates' texts that are compared with a submission, best first, but at least one "
        "text; four times as many for a story's pickups.",
    )
    pickup_limit: int = Field(
        256,
        ge=1,
        le=10_000,
        description="Candidates, found by the text, that are compared to list a story's pickups; the members of its "
        "cluster are compared as well.",
    )
    tuning_file: Path | None = Field(
        None,
        description="File written by 'wirematch tune' with a desk's calibration and threshold.",
    )
    threshold: float | None = Field(
        None, gt=0, lt=1, description="Probability from which on a pair is called derived; overrides the tuning file's."
    )
    profile_cache: int = Field(2_000, ge=0, description="Stored articles kept ready for comparison in memory.")
    fingerprint_cache: int = Field(
        20_000, ge=0, description="Stored articles whose sketches are kept in memory, about 0.5 KB each."
    )
    cache_mb: int = Field(256, ge=1, description="Megabytes that both caches may take together in one process.")
