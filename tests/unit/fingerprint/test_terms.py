from __future__ import annotations

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from wirematch.fingerprint.terms import read_terms
from wirematch.text.languages.recognition import recognize
from wirematch.text.languages.spelling import plain
from wirematch.text.normalize import normalize
from wirematch.text.words import split_words

FRAGMENTS = (
    "the", "The barge", "a u.s.-led", "U.S. troops", "1,200.50", "o'neill's", "don’t", "state-of-the-art", "x_y",
    "`tis", "e.g.", "end.Then", "A.B.C.'s", "said,and", ", ", ". ", "\n", "\t", "—", "...", "10:30", "#tag", "it", "of",
    "and", "…", "café", "straße", "Σίσυφος", "баржа", "台風接近", "ไทย", "한국은", "😀", "\u200b", "ﬁnance",
    "naïve,", "«oui»", "\u00a0",
)  # fmt: skip
texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=60).map(" ".join) | st.text()


def hashed(*words: str) -> list[int]:
    return [xxhash.xxh32_intdigest(word.encode()) for word in words]


def read_plainly(body: str) -> list[int]:
    """The definition, word by word."""
    forms = split_words(normalize(body).text).forms
    language = recognize(forms)
    read = [language.read(language.spell(form)) if language else (plain(form), True) for form in forms]
    content = [term for term, is_content in read if is_content]
    found = hashed(*(content if len(content) >= 2 else [term for term, _ in read]))
    return [*found, 0] if len(found) == 1 else found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("The barge hit the bridge of the town.", hashed("barg", "hit", "bridg", "town")),
        ("the barge", hashed("the", "barg")),
        ("sixteenletterwordy sixteenletterwor of it", hashed("sixteenletterwordi", "sixteenletterwor")),
        ("that is all they said", hashed("that", "is", "all", "they", "said")),
        ("Barge", [*hashed("barge"), 0]),
        ("the", [*hashed("the"), 0]),
        ("две баржи затонули", hashed("две", "баржи", "затонули")),
        ("台風接近", hashed("台风", "风接", "接近", "近")),
        ("台", [*hashed("台"), 0]),
        ("", []),
        ("... 😀", []),
    ],
)
def test_a_text_is_its_content_words(body, expected):
    assert read_terms(body).terms.tolist() == expected


@given(texts)
def test_any_text_is_read_as_defined(body):
    assert read_terms(body).terms.tolist() == read_plainly(body)


def test_every_language_is_read_as_defined(foreign):
    read = list(map(read_terms, foreign.values()))

    assert [text.terms.tolist() for text in read] == list(map(read_plainly, foreign.values()))
    assert all(text.known for text in read) or not any(text.known for text in read)
    assert [text.words for text in read] == [len(split_words(normalize(body).text).forms) for body in foreign.values()]


def test_other_function_words_and_endings_change_nothing():
    one = read_terms("The barges were hitting a bridge in the town.")
    other = read_terms("A barge had hit the bridges of that town.")

    assert one.terms.tolist() == other.terms.tolist()


@pytest.mark.parametrize(
    ("body", "words", "known"),
    [("The barge hit it.", 4, True), ("две баржи затонули", 3, False), ("...", 0, False), ("bob alice", 2, False)],
)
def test_a_reading_counts_all_words_and_says_whether_it_knew_the_language(body, words, known):
    assert (read_terms(body).words, read_terms(body).known) == (words, known)
