from __future__ import annotations

import random

from support.made_up import told, words
from wirematch.matching.judge import judge
from wirematch.matching.neighbours.event import MANY
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Relation

FOOTER = " ".join(f"{one}" for one in words(random.Random(99), 45)).capitalize() + "."


def page(seed: int, size: int = 150) -> str:
    return f"{told(words(random.Random(seed), size))}\n\n{FOOTER}"


def relation(first: str, second: str, *others: str) -> Relation:
    comparer = default_comparer()
    mine, theirs, *rest = (comparer.prepare(Article(body=body)) for body in (first, second, *others))
    return comparer.compare(mine, theirs, event=comparer.event(mine, rest)).relation


def test_a_footer_that_others_have_too_makes_no_excerpt():
    others = [page(seed) for seed in range(10, 10 + MANY)]

    assert relation(page(1), page(2)) is Relation.PARTIAL  # no other article has it, so it may well be taken
    assert relation(page(1), page(2), *others) in {Relation.RELATED, Relation.UNRELATED}


def test_it_is_in_no_passage_of_what_is_derived():
    story = page(1)
    submission = story.replace("The ", "A ")
    comparer = default_comparer()
    sides = [comparer.prepare(Article(body=body)) for body in (submission, story, *(page(n) for n in range(10, 14)))]
    evidence = comparer.compare(sides[0], sides[1], event=comparer.event(sides[0], sides[2:]))

    assert evidence.relation in {Relation.REWRITE, Relation.COPY}
    assert all(one.submission.end <= submission.index(FOOTER) for one in evidence.passages)


def test_strangers_with_one_footer_are_new_to_each_other():
    comparer = default_comparer()
    stored = [comparer.prepare(Article(id=str(n), body=page(n))) for n in range(10, 16)]
    verdict = judge(comparer, comparer.prepare(Article(body=page(1))), stored, include_related=False, limit=10)

    assert verdict.matches == []


def test_a_story_that_many_copied_is_not_shared_with_others():
    story = page(1, 300)
    copies = [f"{told(words(random.Random(n), 15))} {story}" for n in range(20, 30)]

    assert relation(story.replace("The ", "A "), story, *copies) in {Relation.REWRITE, Relation.COPY}
