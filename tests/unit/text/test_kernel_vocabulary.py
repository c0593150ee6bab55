from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given

from support.kernels import needs_kernels
from support.texts import english, texts
from wirematch.kernels.text.vocabulary import MOST_WORDS, Vocabulary
from wirematch.text import kernel_vocabulary as reader
from wirematch.text.kernel_vocabulary import COMMON_WORDS, current_vocabulary, read_new
from wirematch.text.languages.recognition import ENGLISH
from wirematch.text.normalize import normalize
from wirematch.text.words import hash_term, is_latin, split_words


def read_word(form: str) -> tuple[str, bool]:
    return ENGLISH.read(ENGLISH.spell(form))


def common_words() -> list[list[str]]:
    table = (files("wirematch.text") / COMMON_WORDS).read_text(encoding="utf-8")
    return [line.split("\t") for line in table.splitlines()]


def test_the_common_words_are_words_with_their_terms():
    rows = common_words()
    forms = [form for form, _ in rows]

    assert [[form, read_word(form)[0]] for form in forms] == rows
    assert sorted(set(forms)) == forms
    assert all(split_words(form).forms == [form] and is_latin(form) for form in forms)
    assert {"the", "government", "reporters", "1000"} <= set(forms)


@needs_kernels
@given(texts | english)
def test_words_are_where_python_finds_them(text):
    vocabulary = current_vocabulary()
    read = vocabulary.read(text)
    folded = normalize(text)
    expected = split_words(folded.text)
    if read is None:
        beyond = not is_latin(folded.text) or folded.starts is not None
        assert beyond or any(len(form.encode()) > 64 for form in expected.forms)
        return
    forms = [vocabulary.forms[number] for number in read.numbers.tolist()]
    words, stems, content, digits = vocabulary.describe(read.numbers)

    assert forms == expected.forms
    assert np.stack((read.starts, read.ends), axis=1).tolist() == expected.edges.tolist()
    assert read.capitals.tolist() == [text[start].isupper() for start in read.starts.tolist()]
    assert words.tolist() == list(map(hash_term, forms))
    assert stems.tolist() == [hash_term(read_word(form)[0]) for form in forms]
    assert content.tolist() == [read_word(form)[1] for form in forms]
    assert digits.tolist() == [form[0].isdigit() for form in forms]


@given(texts)
def test_words_are_read_together_as_one_by_one(text):
    forms = split_words(normalize(text).text).forms
    terms, content = read_new(forms)

    assert list(zip(terms, content, strict=True)) == list(map(read_word, forms))


@needs_kernels
def test_a_common_word_is_known_to_a_new_process():
    vocabulary = reader.common_vocabulary().copy()
    before = len(vocabulary.forms)
    vocabulary.read("The government said on Monday that prices rose.")

    assert len(vocabulary.forms) == before


def small() -> Vocabulary:
    return Vocabulary(read_new, reader.characters())


@needs_kernels
def test_a_full_vocabulary_says_so_and_keeps_what_it_has():
    vocabulary = small()
    assert vocabulary.add(f"w{number}" for number in range(MOST_WORDS - 1))
    assert not vocabulary.full
    assert vocabulary.read("w7 unheard of") is None
    assert vocabulary.full
    assert vocabulary.read("w7 w8").numbers.tolist() == [7, 8]


@needs_kernels
def test_words_without_a_slot_within_reach_are_found_all_the_same():
    vocabulary = small()
    slots = vocabulary._memory[: 4 << 18]  # noqa: SLF001 - words enough to fill them would take minutes
    slots.view(np.uint32)[:] = 1  # every slot is taken by the first word
    assert vocabulary.add(["zero", "one", "two"])
    for _ in range(2):
        assert vocabulary.read("two one two, zero").numbers.tolist() == [2, 1, 2, 0]


@needs_kernels
def test_a_copy_goes_its_own_way():
    vocabulary = small()
    vocabulary.add(["one", "two"])
    other = vocabulary.copy()

    assert other.read("two three").numbers.tolist() == [1, 2]
    assert vocabulary.forms == ["one", "two"]
    assert vocabulary.read("two four").numbers.tolist() == [1, 2]


@needs_kernels
@pytest.mark.parametrize("number", [-1, MOST_WORDS])
def test_a_number_that_no_word_has_is_an_error(number):
    with pytest.raises(IndexError):
        small().describe(np.array([0, number], np.int32))
