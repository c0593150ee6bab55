"""However a text is spelled, its words are the same, in every language that is read."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import regex
from hypothesis import assume, given
from hypothesis import strategies as st

from bench.data.spellings import SPELLINGS, transcribed, without_marks
from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_in_python, fingerprint_many
from wirematch.matching.rereading.compounds import split_compounds
from wirematch.text.languages.further import KOREAN
from wirematch.text.languages.language import Language
from wirematch.text.languages.recognition import ENGLISH, OTHERS
from wirematch.text.languages.spelling import german, nordic, plain
from wirematch.text.normalize import normalize
from wirematch.text.prepare import prepare

LANGUAGES = {language.code: language for language in (*OTHERS, KOREAN)}
TEXTS = {
    f"{file.stem} {kind} of {folder}": body.replace(":", ",")  # in capitals, what is before a colon is a label
    for folder in ("languages", "languages_second")
    for file in sorted((Path(__file__).parents[2] / "stories" / folder).glob("*.json"))
    for kind, body in json.loads(file.read_text(encoding="utf-8")).items()
    if kind in ("wire", "rewrite")
}
WIRES = {name.split()[0]: body for name, body in TEXTS.items() if " wire of " in name and "second" not in name}
CASES = [(name, spelled) for name in TEXTS for spelled in SPELLINGS[name.split()[0]]]
TWO_VOWELS = regex.compile("[aeiouyäöüåæøé]{2}|q[uü]")
LETTERS = st.text(st.sampled_from("abdegilnoqrstuyzäöüßåæøéèêçñłśżžčřşğıőű"), min_size=1, max_size=12)
TRANSCRIBED = [language for language in OTHERS if language.spell in (german, nordic)]


@pytest.mark.parametrize(("name", "spelled"), CASES)
def test_every_spelling_of_a_text_has_the_same_words_and_shingles(name, spelled):
    body = TEXTS[name]
    other = SPELLINGS[name.split()[0]][spelled](body)

    one, two = prepare(body), prepare(other)
    signed, signed_too = fingerprint_many([body, other], FingerprintScheme())

    assert two.language == one.language
    assert two.words.tolist() == one.words.tolist()
    assert two.stems.tolist() == one.stems.tolist()
    assert two.content.tolist() == one.content.tolist()
    assert signed_too.shingles.tolist() == signed.shingles.tolist()


@pytest.mark.parametrize(("code", "spelled"), [(code, spelled) for code in SPELLINGS for spelled in SPELLINGS[code]])
def test_words_stay_where_they_were_submitted(code, spelled):
    other = SPELLINGS[code][spelled](WIRES[code])
    language = LANGUAGES.get(prepare(other).language)
    text = prepare(other)

    shown = [other[start:end] for start, end in zip(text.starts.tolist(), text.ends.tolist(), strict=True)]
    spell = language.spell if language else plain
    stems = [(language.read(spell(form))[0] if language else spell(form)) for form in map(_folded, shown)]
    spaced = ~text.unspaced & ~text.numbers
    assert [stem for stem, kept in zip(stems, spaced, strict=True) if kept] == [
        term for term, kept in zip(text.terms, spaced, strict=True) if kept
    ]


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_function_words_are_told_in_every_spelling(language):
    for word in language.function_words:
        for form in (word, without_marks(word), transcribed(word) if language in TRANSCRIBED else word):
            spelled = language.spell(normalize(form).text)
            assert not language.read(spelled)[1], form


@pytest.mark.parametrize(
    "language", [language for language in OTHERS if language.code != "hi"], ids=lambda one: one.code
)
@given(word=LETTERS)
def test_a_word_without_its_marks_is_the_same_word(language: Language, word):
    if language in TRANSCRIBED:
        return
    assert language.stem_of(without_marks(word)) == language.stem_of(word)
    assert language.spell(without_marks(word)) == language.spell(word)
    assert language.spell(language.spell(word)) == language.spell(word)


@pytest.mark.parametrize("language", TRANSCRIBED, ids=lambda one: one.code)
@given(word=LETTERS)
def test_a_transcribed_word_is_the_same_word(language: Language, word):
    ours = "äöüß" if language.spell is german else "åäæöøé"
    word = "".join(letter for letter in word if letter.isascii() or letter in ours)
    assume(not TWO_VOWELS.search(word))  # two letters of one, or one of each: Goethe, Goten

    assert language.spell(transcribed(word)) == language.spell(word) == language.spell(without_marks(word))


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("de", "Häuser Haeuser Hauser HÄUSER HAEUSER"),
        ("de", "Größe Groesse Grosse GRÖẞE GRÖSSE"),
        ("de", "müde muede mude"),
        ("de", "geübt geuebt"),
        ("de", "blaue BLAUE"),
        ("de", "Bläue Blaeue Blaue"),
        ("da", "øen oeen oen ØEN"),
        ("da", "Århus Aarhus Arhus"),
        ("sv", "åäö aaaeoe aao"),
        ("no", "sjøen sjoeen sjoen"),
        ("tr", "ışık IŞIK isik ISIK"),
        ("tr", "İzmir İZMİR izmir IZMIR"),
        ("pl", "żółć zolc ŻÓŁĆ ZOLC"),
        ("fr", "cœur coeur CŒUR COEUR"),
        ("ar", "مُسْتَشْفَى مستشفى مستشفي مســتشفى"),
        ("ar", "المدرسة المدرسه"),
        ("ru", "ещё еще ЕЩЁ ЕЩЕ"),
        ("sr", "Ђоковић Đoković Djokovic Dokovic ЂОКОВИЋ"),
        ("sr", "људи ljudi LJUDI ЉУДИ"),
    ],
)
def test_these_are_one_word(code, forms):
    language = LANGUAGES[code]

    assert len({language.spell(normalize(form).text) for form in forms.split()}) == 1
    assert len({language.stem_of(normalize(form).text) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "forms",
    [
        "发展 發展",
        "头发 頭髮",
        "干部 幹部 乾部",
        "皇后 皇後",
        "台风 颱風 臺風",
        "台湾 台灣 臺灣",
        "里面 裡面 裏面",
        "着手 著手",
    ],
)
def test_chinese_words_are_one_in_all_characters_that_converters_choose(forms):
    assert len(set(map(plain, forms.split()))) == 1


def test_different_chinese_characters_stay_apart():
    common = "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后"

    assert len(set(map(plain, common))) == len(common)


@given(st.text(max_size=20))
def test_no_word_is_spelled_away(word):
    for language in OTHERS:
        assert bool(language.spell(word)) == bool(word)
    assert bool(plain(word)) == bool(word)


@given(st.text(st.characters(max_codepoint=0x24F), max_size=20))
def test_english_is_spelled_as_it_stands(word):
    assert ENGLISH.spell(word) == word


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("de", "Bauer", "Baur"),
        ("de", "neue", "neu"),
        ("pl", "łódź", "lody"),
        ("hi", "कमल", "कमाल"),
        ("ru", "мой", "мои"),
    ],
)
def test_words_that_no_feed_spells_alike_stay_apart(code, one, other):
    assert LANGUAGES[code].spell(normalize(one).text) != LANGUAGES[code].spell(normalize(other).text)


def test_the_marks_of_thai_and_hindi_are_letters():
    for code in ("th", "hi"):
        marks = [letter for letter in WIRES[code] if unicodedata.category(letter) in ("Mn", "Mc")]
        assert plain("".join(marks)) == "".join(marks)


def test_kernels_and_python_sign_every_spelling_alike():
    bodies = [spelling(WIRES[code]) for code, named in SPELLINGS.items() for spelling in named.values()]

    compiled = fingerprint_many(bodies, FingerprintScheme())
    in_python = [fingerprint_in_python(body, FingerprintScheme()) for body in bodies]

    assert [one.shingles.tolist() for one in compiled] == [one.shingles.tolist() for one in in_python]


def test_parts_of_transcribed_compounds_are_shown_where_they_stand():
    body = transcribed("Der Abgeordnete der Grünen sprach mit der Oppositionsführerin über die Zukunft der Stadt.")
    beside = "Die Führerin der Opposition sprach mit dem Abgeordneten der Grünen über die Zukunft der Stadt."

    text = split_compounds(prepare(body), body, prepare(beside))

    shown = [body[start:end] for start, end in zip(text.starts.tolist(), text.ends.tolist(), strict=True)]
    assert shown[shown.index("Oppositions") :][:2] == ["Oppositions", "fuehrerin"]
    assert (np.diff(text.starts) > 0).all()


def _folded(word: str) -> str:
    return normalize(word).text
