"""Scanned texts, and texts whose words ran together, are decided correctly beside the text that they came from."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.comparing import compare
from support.disguises import DAMAGES, DISGUISES, scanned
from wirematch.matching.rereading.mending import is_damaged, may_be_mended, mend
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Derivation, Relation
from wirematch.text.prepare import prepare


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_copy_is_a_copy(stories, damage):
    for story in stories.values():
        wire = story["wire"]["body"]
        found = compare(DAMAGES[damage](wire), wire)

        assert found.relation is Relation.COPY
        assert found.coverage.submission > 0.9


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_copy_in_disguise_is_a_copy(stories, disguise):
    for story in stories.values():
        wire = story["wire"]["body"]

        assert compare(DISGUISES[disguise](wire), wire).relation is Relation.COPY


def test_a_damaged_story_is_read_beside_a_clean_copy(bridge):
    wire = bridge["wire"]["body"]

    assert compare(wire, scanned(wire)).relation is Relation.COPY


@pytest.mark.parametrize("noise", [*DAMAGES, *DISGUISES])
def test_a_rewrite_stays_a_rewrite(bridge, noise):
    rewrite = (DAMAGES | DISGUISES)[noise](bridge["rewrite"]["body"])

    assert compare(rewrite, bridge["wire"]["body"]).derivation is Derivation.WHOLLY


@pytest.mark.parametrize("noise", [*DAMAGES, *DISGUISES])
def test_another_reporters_work_stays_his_own(bridge, noise):
    report = (DAMAGES | DISGUISES)[noise](bridge["independent"]["body"])

    assert compare(report, bridge["wire"]["body"]).derivation is Derivation.NOT


def test_clean_texts_are_not_damaged(stories):
    comparer = default_comparer()
    bodies = [version["body"] for story in stories.values() for version in story.values()]

    assert not any(is_damaged(comparer.prepare(Article(body=body)).profile) for body in bodies)
    assert is_damaged(comparer.prepare(Article(body=scanned(bodies[0]))).profile)


def test_lists_of_codes_are_not_mended_into_one_another():
    """All codes have the same form, so each looks like a misread one of the other list."""
    draw = random.Random(1)
    codes = [f"{''.join(draw.choices('bcdfghlmnprst', k=2))}{draw.choice(('ate', 'ine', 'ork'))}" for _ in range(120)]
    lists = [" of the ".join(half) for half in (codes[:60], codes[60:])]
    damaged, other = (default_comparer().prepare(Article(body=f"{one}.")).profile for one in lists)

    assert is_damaged(damaged)
    assert not may_be_mended(damaged, other)
    assert compare(*lists).derivation is Derivation.NOT


def test_two_scans_of_one_story_are_read_beside_each_other(bridge):
    wire = bridge["wire"]["body"]

    assert compare(scanned(wire), DAMAGES["joined"](wire)).derivation is Derivation.WHOLLY


def test_passages_point_into_what_was_submitted(bridge):
    wire = bridge["wire"]["body"]
    damaged = DAMAGES["joined"](wire)
    found = compare(damaged, wire)

    for passage in found.passages:
        mine, theirs = passage.submission, passage.story
        assert damaged[mine.start : mine.end].replace(" ", "") == wire[theirs.start : theirs.end].replace(" ", "")


@given(st.text(max_size=80), st.text(max_size=80), st.integers(0, 100))
def test_mending_keeps_offsets_in_order(body, other, seed):
    damaged = scanned(f"{body} the barge {other}", 0.3, seed)
    text = mend(prepare(damaged), damaged, prepare(f"{other} the barge {body}"), f"{other} the barge {body}")

    assert (text.starts < text.ends).all()
    assert (text.starts[1:] >= text.starts[:-1]).all()
    assert text.sentences[-1] == len(text) == len(text.terms)
    assert not len(text) or text.sentences[0] == 0
