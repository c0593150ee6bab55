"""Find the passages that two texts share: runs taken verbatim and sentences that were reworded.

Seeds are runs of five equal words, extended as far as possible (the 'seeding, extension, filtering' of plagiarism
detection since Potthast et al. 2012). The remainder of a sentence counts as reworded if its rarity-weighted content
occurs in one or two neighbouring sentences of the story. ``alignment_in_python`` has the steps one by one.
"""

from __future__ import annotations

import numpy as np

from wirematch.kernels.pairs import alignment as compiled
from wirematch.kernels.pairs.alignment import HowMuch, find_passages
from wirematch.matching.pairs.alignment_in_python import align_in_python
from wirematch.matching.pairs.passages import RULES, Alignment
from wirematch.matching.pairs.sentences import SentenceOverlap
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.runs import Run, find_runs


def align_measured(submission: Profile, story: Profile, *, weights_of_story: bool) -> Alignment | None:
    """Align in one kernel call; None without compiled kernels.

    ``weights_of_story`` as in ``SentenceOverlap.is_swapped``.
    """
    if submission.measured is None or story.measured is None:
        return None
    found = find_passages(submission.measured, story.measured, RULES, weights_of_story=weights_of_story)
    return None if found is None else Alignment(found.passages, found.runs, found.how_much)


def align(submission: Profile, story: Profile, sentences: SentenceOverlap, runs: list[Run] | None = None) -> Alignment:
    """Find the passages of ``submission`` in ``story``; ``sentences`` is the overlap of their sentences.

    ``runs`` are the result of ``find_runs``, if known.
    """
    if runs is None:
        runs = find_runs(submission.seeds, story.seeds)
    found = align_compiled(submission, story, sentences, runs)
    return align_in_python(submission, story, sentences, runs) if found is None else found


def align_compiled(
    submission: Profile, story: Profile, sentences: SentenceOverlap, runs: list[Run]
) -> Alignment | None:
    if not (submission.side and story.side):
        return None
    given = np.array([(run.start, run.story_start, run.length) for run in runs], np.int32).reshape(-1, 3)
    found = compiled.align(
        submission.side, story.side, sentences.in_story, given, RULES, weights_of_story=sentences.is_swapped
    )
    if found is None:
        return None
    passages, pieces = found
    covered = int((passages["end"] - passages["start"]).sum())
    return Alignment(passages, pieces, HowMuch(covered, int(pieces["length"].sum())))
