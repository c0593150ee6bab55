from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.field_values import as_lists
from support.kernels import needs_kernels
from support.preparing import prepare_first
from support.texts import english, texts
from wirematch.text.english import ENGLISH_SHARE
from wirematch.text.furniture.finding import find_furniture
from wirematch.text.prepare import prepare, prepare_in_python
from wirematch.text.prepared import PreparedText
from wirematch.text.skeleton import (
    VERSION,
    is_of_undisguised,
    prepare_again,
    prepare_from,
    prepare_from_in_python,
    skeleton_of,
)

BODY = """PORT MARLOWE (Norwind) - The barge drifted into the bridge before dawn, and four of the people on it died.

Share on Facebook

“We heard it before we saw it,” said the harbour master. “Nobody on the bridge stood a chance.”

The ferry has been stopped since Tuesday, and the port authority said that it would be for weeks.

Exit mobile version"""

PATHS = [pytest.param(prepare_from, marks=needs_kernels), prepare_from_in_python]


@pytest.mark.parametrize("read", PATHS)
@given(body=texts | english | st.lists(texts | english, max_size=6).map("\n\n".join))
def test_a_text_is_prepared_from_its_skeleton_as_without(read, body):
    text = prepare(body)

    assert as_lists(read(body, skeleton_of(text))) == as_lists(text)


@needs_kernels
@given(st.lists(st.sampled_from(BODY.split("\n\n")), max_size=6).map("\n\n".join) | english, st.data())
def test_a_text_without_some_words(body, data):
    text = prepare(body)
    dropped = np.array(data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text))), np.bool_)
    found = text.without(dropped)

    assert as_lists(found) == as_lists(PreparedText.without(text, dropped))
    assert skeleton_of(found) == skeleton_of(PreparedText.without(text, dropped))
    assert (found.block is None) == (text.block is None)


@pytest.mark.parametrize("read", PATHS)
def test_so_are_stories_in_any_language(read, stories, foreign):
    bodies = [BODY, *foreign.values(), *(story[kind]["body"] for story in stories.values() for kind in story)]
    for body in bodies:
        text = prepare(body)

        assert as_lists(read(body, skeleton_of(text))) == as_lists(text)


@pytest.mark.parametrize("read", PATHS)
def test_furniture_speech_and_sentences_come_from_the_skeleton(read):
    text = read(BODY, skeleton_of(prepare(BODY)))

    assert BODY[text.starts[0] :].startswith("The barge drifted")
    assert BODY[: text.ends[-1]].endswith("would be for weeks")
    assert text.spoken.sum() == 14
    assert set(text.parts.tolist()) == {1, 2}
    assert len(text.sentences) == 5


TERSE = """Averland Rovers 3, Port Marlowe 1. Harbour Town 2, Norwind City 2 after extra time.

Scorers of the day: Long 12, Hale 40 and 77, Moss 81, Quill 88. For Town: Adair 5, Brook 9, Cole 30, Dunn 60."""


@needs_kernels
def test_a_table_in_english_is_read_by_the_kernel():
    text, again = prepare(TERSE), prepare_from(TERSE, skeleton_of(prepare(TERSE)))

    assert np.count_nonzero(~text.content) < ENGLISH_SHARE * len(text)
    assert text.block is not None
    assert again.block is not None
    assert as_lists(again) == as_lists(prepare_from_in_python(TERSE, skeleton_of(text))) == as_lists(text)
    assert as_lists(text) == as_lists(prepare_in_python(TERSE, []))


@needs_kernels
@given(st.lists(st.sampled_from([*TERSE.split(), "der", "und", "la", "est"]), max_size=60).map(" ".join))
def test_any_terse_text_is_read_in_the_language_that_python_finds(body):
    skeleton = skeleton_of(prepare_in_python(body, []))

    assert as_lists(prepare(body)) == as_lists(prepare_in_python(body, find_furniture(body)))
    assert outcome(prepare_from, body, skeleton) == outcome(prepare_from_in_python, body, skeleton)


def test_a_skeleton_takes_some_tens_of_bytes():
    assert len(skeleton_of(prepare(BODY))) == 19
    assert len(skeleton_of(prepare(""))) == 5


def test_a_headline_counts_when_the_skeleton_is_made():
    headline = "Barge brings down bridge"
    body = f"{headline}\n{BODY}"
    text = prepare(body, headline)

    assert as_lists(prepare_from(body, skeleton_of(text))) == as_lists(text)


BROKEN = {
    "nothing": b"",
    "another version": b"\3\0\0\0\0",
    "cut short": skeleton_of(prepare(BODY))[:-1],
    "more than there is": skeleton_of(prepare(BODY)) + b"\0",
    "more words than letters": b"\1\xff\xff\xff\x7f\0\0\0",
    "a number of six bytes": b"\1\x80\x80\x80\x80\x80\0\0\0\0",
    "a number beyond 32 bits": b"\1\xff\xff\xff\xff\x7f\0\0\0",
    "more sentences than words": b"\1\1\2\0\0\1\1",
    "a sentence without words": b"\1\1\2\0\0\1\0",
    "speech beyond the end": b"\1\1\1\0\1\0\2\1",
    "a gap beyond all texts": b"\1\1\1\1\xff\xff\xff\xff\x0f\1\1\0\1",
    "words that are not there": skeleton_of(prepare("One two three four five six seven and eight.")),
}


@pytest.mark.parametrize("read", PATHS)
@pytest.mark.parametrize("skeleton", BROKEN.values(), ids=BROKEN)
def test_a_skeleton_that_is_not_of_the_text_is_an_error(read, skeleton):
    with pytest.raises(ValueError, match="the skeleton is not of this text"):
        read("The barge sank and it was dark.", skeleton)


def outcome(read, body: str, skeleton: bytes) -> object:
    try:
        return as_lists(read(body, skeleton))
    except ValueError as error:
        return str(error)


@needs_kernels
@given(english, st.data())
def test_a_damaged_skeleton_gives_the_same_on_both_paths(body, data):
    skeleton = bytearray(skeleton_of(prepare(body)))
    for _ in range(data.draw(st.integers(1, 4))):
        skeleton[data.draw(st.integers(0, len(skeleton) - 1))] = data.draw(st.integers(0, 255))

    damaged = bytes(skeleton)
    assert outcome(prepare_from, body, damaged) == outcome(prepare_from_in_python, body, damaged)


def test_a_skeleton_says_when_there_is_nothing_to_unmask():
    prepared, skeleton = prepare_first(BODY, None, None)
    before = bytes([VERSION]) + skeleton[1:]  # as made before skeletons recorded it

    assert is_of_undisguised(skeleton)
    assert not is_of_undisguised(before)
    for one in (skeleton, before):
        assert as_lists(prepare_again(BODY, None, one)) == as_lists(prepared)


def test_a_disguised_text_is_unmasked_again():
    disguised = BODY.translate(str.maketrans("aeopc", "\u0430\u0435\u043e\u0440\u0441"))
    prepared, skeleton = prepare_first(disguised, None, None)

    assert not is_of_undisguised(skeleton)
    assert as_lists(prepare_again(disguised, None, skeleton)) == as_lists(prepared)
    assert prepared.terms == prepare(BODY).terms


def test_other_rules_for_texts_have_another_version(stories):
    """If this fails because a rule changed, raise VERSION, so that skeletons made by the old rules are not used."""
    digest = hashlib.sha256()
    for name in sorted(stories):
        for kind in ("wire", "copy", "rewrite", "excerpt", "independent"):
            article = stories[name][kind]
            digest.update(prepare_first(article["body"], article.get("headline"), None)[1])

    assert (VERSION, digest.hexdigest()[:16]) == (1, "185ada0ab0d58bee")
