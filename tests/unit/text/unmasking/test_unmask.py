"""Disguised texts are read as a person reads them, with offsets into the submitted text."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.disguises import ALPHABETS, DISGUISES, cyrillic, false_digits, leet, letter_spaced, unspaced
from support.kernels import needs_kernels
from support.texts import english, texts
from wirematch.fingerprint.minhash import FingerprintScheme, sign
from wirematch.kernels.text.disguise import may_be_disguised
from wirematch.text.normalize import normalize
from wirematch.text.prepare import prepare
from wirematch.text.unmasking.confusables import fold_confusables
from wirematch.text.unmasking.unmask import KINDS, SIGNS, Unmasked, unmask, unmask_letters

RUSSIAN = """Баржа с гравием ударила в опору моста в среду утром, сообщила портовая служба. Пострадавших нет, но
движение по мосту закрыто до конца недели, а осмотр опоры займёт не меньше месяца."""
SPOKEN_OF = "O2 and MI5 met on 12 October 2019 in room B52 near the A40; F16s, 747s and 3D maps were 1st on the list."


@pytest.mark.parametrize("kind", ["wire", "rewrite", "excerpt", "independent"])
def test_clean_english_is_left_as_it_is(stories, kind):
    bodies = [story[kind]["body"] for story in stories.values() if kind in story]

    assert bodies
    assert all(unmask(body).text == body for body in bodies)


def test_clean_texts_in_other_languages_are_left_as_they_are(foreign):
    assert all(unmask(body).text == body for body in foreign.values())


@pytest.mark.parametrize(
    "body",
    [
        SPOKEN_OF,
        "The α-helix, the β-sheet and 5 µm of ΔT were measured by the team.",
        "Donaudampfschifffahrtsgesellschaftskapitän und Rindfleischetikettierungsgesetz sind lang.",
        "Results: W L D W L, then 0 0 1 2 0 0 0 1 x in the ninth.",
        "See https://example.org/averylongaddresswithoutanyblankinit and pic.twitter.com/9N02uI65I1 for more.",
        "İncirli ışığı kırık, kıyıdaki balıkçılar ağır yaralı.",
    ],
)
def test_what_only_looks_odd_is_left_as_it_is(body):
    assert unmask(body).text == body


def as_tuple(unmasked: Unmasked) -> tuple[object, ...]:
    places = (None if one is None else one.tolist() for one in (unmasked.starts, unmasked.ends))
    return unmasked.text, *places, unmasked.guessed


PIECES = (
    "a",
    " ",
    "O",
    "l",
    "9",
    "1",
    ".",
    "\n",
    "é",
    "harbour ",
    "a1b",
    "1O0",
    "l0 ",
    " b",
    " a a a a a ",
    "pier" * 6,
)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | texts | english)
def test_a_text_that_is_passed_over_at_once_has_nothing_to_unmask(body):
    folded = Unmasked(fold_confusables(body) or body)

    assert as_tuple(unmask(body)) == as_tuple(unmask_letters(folded, folded.text.encode("ascii", "replace")))


@needs_kernels
@pytest.mark.parametrize("disguise", [letter_spaced, unspaced, leet, false_digits])
def test_a_disguised_text_is_not_passed_over(bridge, disguise):
    letters = disguise(bridge["wire"]["body"]).encode("ascii", "replace")

    assert may_be_disguised(letters, KINDS, SIGNS)
    assert not may_be_disguised(bridge["wire"]["body"].encode("ascii", "replace"), KINDS, SIGNS)


@pytest.mark.parametrize("disguise", ALPHABETS)
def test_letters_in_the_shape_of_others_are_folded_in_place(bridge, disguise):
    body = bridge["wire"]["body"]

    unmasked = unmask(ALPHABETS[disguise](body))

    assert unmasked.starts is None
    assert unmasked.text.lower() == body.lower()


def test_characters_that_stand_for_several_do_not_disturb():
    body = cyrillic("The ﬁrst barge … of three, ½ full, struck the old harbour bridge at 3 ㎞ from ㈱ Port Marlowe.")

    assert "struck the old harbour bridge" in unmask(body).text


def test_latin_letters_in_a_russian_text_become_cyrillic():
    mixed = RUSSIAN.translate(str.maketrans("асеорхуВМН", "aceopxyBMH"))

    assert mixed != RUSSIAN
    assert unmask(mixed).text == RUSSIAN


@pytest.mark.parametrize("disguise", ["Cyrillic", "Greek", "letter-spaced"])
def test_a_disguise_changes_neither_words_nor_signature(bridge, disguise):
    body = bridge["wire"]["body"]
    disguised = DISGUISES[disguise](body)

    assert prepare(disguised).words.tolist() == prepare(body).words.tolist()
    assert np.array_equal(sign(disguised, FingerprintScheme()), sign(body, FingerprintScheme()))


@pytest.mark.parametrize("disguise", DISGUISES)
def test_most_words_come_out_of_every_disguise(bridge, disguise):
    body = bridge["wire"]["body"]
    read, plain = prepare(DISGUISES[disguise](body)), prepare(body)

    assert np.isin(plain.words, read.words).mean() > 0.85
    assert np.isin(read.words, plain.words).mean() > 0.8


def test_offsets_are_those_of_the_letters_that_were_submitted(bridge):
    body = bridge["wire"]["body"]
    spaced = letter_spaced(body)
    text, plain = prepare(spaced), prepare(body)

    for start, end, first, last in zip(text.starts, text.ends, plain.starts, plain.ends, strict=True):
        assert spaced[start:end].replace(" ", "") == body[first:last]


def test_offsets_of_parted_words_are_theirs():
    body = unspaced(
        "The barge without lights struck the old harbour bridge before dawn and four people on it were killed."
    )
    text = prepare(body)

    assert body[text.starts[0] : text.ends[0]] == "The"
    assert "harbour" in [body[start:end] for start, end in zip(text.starts, text.ends, strict=True)]
    assert text.starts[1:].tolist() == text.ends[:-1].tolist()


def test_one_paragraph_in_disguise_is_read_too(bridge):
    first, *rest = bridge["wire"]["body"].split("\n\n")
    body = "\n\n".join([first, letter_spaced(rest[0]), cyrillic(rest[1]), *rest[2:]])

    assert np.isin(prepare(bridge["wire"]["body"]).words, prepare(body).words).mean() > 0.98


@given(
    st.lists(texts | english, max_size=3).map("\n".join),
    st.sampled_from(list(DISGUISES)),
    st.sampled_from(list(DISGUISES)),
)
def test_any_text_keeps_its_offsets(body, first, second):
    submitted = DISGUISES[second](DISGUISES[first](body))
    unmasked = unmask(submitted)
    text = prepare(submitted)

    if unmasked.starts is not None:
        assert len(unmasked.starts) == len(unmasked.ends) == len(unmasked.text)
        assert (np.diff(unmasked.starts) >= 0).all()
        assert (unmasked.ends >= unmasked.starts).all()
    assert (text.starts < text.ends).all()
    assert (text.starts[1:] >= text.starts[:-1]).all()
    assert text.length == len(submitted)
    assert not len(text) or text.ends[-1] <= len(submitted)


@given(st.lists(english, max_size=3).map("\n".join))
def test_what_stays_is_what_was_submitted(body):
    """Whatever is folded, joined or split: no letter is invented."""
    spaced = letter_spaced(body)
    unmasked = unmask(spaced)
    if unmasked.starts is None or unmasked.ends is None:
        return
    for letter, start, end in zip(unmasked.text, unmasked.starts, unmasked.ends, strict=True):
        assert (
            end == start or re.fullmatch(r"\d", letter) or normalize(spaced[start:end]).text == normalize(letter).text
        )
