"""The steps of a Spark job over a corpus, without Spark."""

from __future__ import annotations

import json
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.fingerprint.minhash import sign as sign_body
from wirematch.matching.model.tuned import Tuning
from wirematch.matching.resources import model_digest
from wirematch.pipelines.input_rows import Fields
from wirematch.pipelines.spark import steps as corpus
from wirematch.pipelines.spark.steps import NUMBERS, SCHEME, CorpusLine, RankedArticle, Standard

FIELDS = Fields()


def line(**record: object) -> bytes:
    return json.dumps(record).encode()


def test_an_article_without_an_id_is_named_by_its_line():
    one, same, other = (corpus.read_line(line(body=body), FIELDS) for body in ("a", "a", "b"))

    assert one.id == same.id != other.id
    assert json.loads(one.line) == {"id": one.id, "body": "a", "body_format": "text", "kind": "wire"}


def test_what_is_no_article_says_why():
    assert corpus.read_line(b"[1]", FIELDS).fault == "is an array: one article is expected, a JSON object."


def test_of_two_with_one_id_the_newer_stays_whichever_comes_first():
    old = corpus.read_line(line(id="a", body="x", published_at="2026-01-01T00:00:00Z"), FIELDS)
    new = corpus.read_line(line(id="a", body="y", published_at="2026-01-02T00:00:00Z"), FIELDS)
    equal = CorpusLine("a", new.time, new.line + b" ")

    assert corpus.newer(old, new) == corpus.newer(new, old) == new
    assert corpus.newer(new, equal) == corpus.newer(equal, new)


def test_signatures_are_those_of_the_service_and_travel_unharmed(bridge):
    article = corpus.read_line(line(**bridge["wire"]), FIELDS)
    [(number, signed)] = corpus.sign([(7, article.line)])
    stored, signature = corpus.read_stored(corpus.write_stored(signed).encode())

    assert number == 7
    assert np.array_equal(signature, sign_body(bridge["wire"]["body"], SCHEME))
    assert stored.body == bridge["wire"]["body"]
    assert stored.id == bridge["wire"]["id"]


def test_a_text_without_words_is_in_no_bucket():
    [(_, signed)] = corpus.sign([(0, corpus.read_line(line(body="…"), FIELDS).line)])

    assert corpus.postings(0, signed) == []
    assert corpus.read_stored(corpus.write_stored(signed).encode())[1] is None


def test_a_signature_of_another_length_is_refused():
    with pytest.raises(ValueError, match="128 numbers, and this one has 2"):
        corpus.read_signature(b"12345678")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), unique=True), st.integers(1, 5))
def test_a_window_holds_what_a_bucket_would_have_held(postings, cap):
    found = defaultdict(list)
    for number, packed in corpus.windows(sorted(postings), cap):
        found[number].append(np.frombuffer(packed, NUMBERS).tolist())
    expected = defaultdict(list)
    for bucket, number in sorted(postings):
        newest = sorted(other for of, other in postings if of == bucket and other <= number)[-cap:]
        if len(newest) > 1:
            expected[number].append(newest)

    assert found == expected


@pytest.mark.parametrize(
    ("standard", "decision"),
    [
        (Standard(), "rewrite"),
        (Standard(threshold=0.9999), "new"),
        (Standard(Tuning(model=model_digest(), threshold=0.4, intercept=-30, pairs=9, made_by="a test")), "new"),
    ],
)
def test_pairs_are_decided_by_the_standard_of_a_desk(bridge, standard, decision):
    lines = [corpus.read_line(line(**bridge[name]), FIELDS).line for name in ("wire", "rewrite")]
    [(_, story), (_, signed)] = corpus.sign(enumerate(lines))

    assert corpus.decide(signed, [RankedArticle(0, 0, story.article)], standard).decision == decision


def test_a_tuning_for_another_model_is_refused():
    other = Tuning(model="0" * 16, threshold=0.4, pairs=9, made_by="a test")

    with pytest.raises(ValueError, match="another release's model"):
        corpus.comparer_of(Standard(other))


@pytest.mark.parametrize(("environment", "lines"), [({}, 0), ({"WIREMATCH_TRANSLATE": '{"from": ["es"]}'}, 1)])
def test_a_setting_that_does_not_count_is_told(environment, lines, caplog):
    corpus.tell_what_does_not_count(environment)
    assert [record.getMessage().partition(" ")[0] for record in caplog.records] == ["WIREMATCH_TRANSLATE"] * lines
