"""Whether a derived text comes from the other as a whole, or in part, as METER's scheme tells the two apart."""

from __future__ import annotations

import numpy as np

from wirematch.matching.pair import Pair

WHOLLY = 0.75
"""Coverage of the submission from which on a derived text is called wholly derived, ..."""
WEIGHED = 0.55
"""... or the same with reworded words counted half: the more is taken word for word, the less need be covered, ..."""
LONGEST_OF_ITS_OWN = 50
"""... unless so many words and more in a row are its own: a paragraph that the other has not ..."""
NEARLY_ALL = 0.9
"""... in a text of which not nearly all is covered."""


def wholly_derived(pair: Pair) -> bool:
    """Of a pair that is derived, whether the submission is so as a whole."""
    coverage = pair.coverage
    if coverage >= NEARLY_ALL:
        return True
    weighed = (coverage + pair.verbatim) / 2
    return (coverage >= WHOLLY or weighed >= WEIGHED) and longest_of_its_own(pair) <= LONGEST_OF_ITS_OWN


def longest_of_its_own(pair: Pair) -> int:
    """Words of the submission in a row that no passage covers, at the most."""
    records = pair.alignment.records
    starts = np.append(records["start"], len(pair.submission))
    ends = np.append(0, records["end"])
    return int((starts - ends).max())
