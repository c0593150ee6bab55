"""Attribute the words of an article to the stories that it was made from."""

from __future__ import annotations

import numpy as np

from wirematch.models import Attribution, Contribution, Match
from wirematch.text.prepared import PreparedText

LEAST_SHARE = 0.02
"""Least share that earns a story a line of its own, after the other stories have been credited."""


def attribute(text: PreparedText, matches: list[Match]) -> Attribution:
    """Return the share of the words of ``text`` that each match contributes; every word counts once.

    A word goes to the story with the most similar passage; of equally similar ones, to the match listed first.
    """
    if not len(text) or not matches:
        return Attribution(stories=[], original=1.0)
    best = np.zeros(len(text))
    contributor = np.full(len(text), -1)
    for number, match in enumerate(matches):
        edges = [(passage.submission.start, passage.submission.end) for passage in match.passages]
        places = np.searchsorted(text.starts, np.array(edges, np.int32).reshape(-1, 2)).tolist()
        for passage, (first, last) in zip(match.passages, places, strict=True):
            closer = np.flatnonzero(best[first:last] < passage.similarity) + first
            best[closer], contributor[closer] = passage.similarity, number
    shares = [float((contributor == number).mean()) for number in range(len(matches))]
    stories = [
        Contribution(id=match.id, share=round(share, 4))
        for match, share in zip(matches, shares, strict=True)
        if share >= LEAST_SHARE
    ]
    rest = 1 - sum(story.share for story in stories)  # shares are rounded, so this may be slightly negative
    return Attribution(stories=stories, original=max(0.0, round(rest, 4)))
