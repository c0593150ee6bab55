"""Glosses by a small dictionary of our own: choice of senses, compounds, separable verbs, names, numbers."""

from __future__ import annotations

import pytest

from support.dictionaries import write_dictionary
from wirematch.text.languages.germanic import GERMAN
from wirematch.translation.gloss.choosing import best_sense, cognate_similarity
from wirematch.translation.gloss.dictd import DictdDictionary
from wirematch.translation.gloss.glosser import Glosser, core_words
from wirematch.translation.gloss.grammar import split_compound, with_articles
from wirematch.translation.gloss.lexicon import ForwardLexicon, ReversedLexicon
from wirematch.translation.numerals import in_english

GERMAN_ENTRIES = {
    "brücke": ["Brücke /x/ <fem, n, sg>\nbridge <n>, pons <n>\n"],
    "regierung": ["Regierung <fem, n, sg>\n [pol.] government <n>Gov.,  /x/\n", "Regierung\nregimen <n>\n"],
    "hafen": ["Hafen <masc, n, sg>\nport <n>, harbour <n>\n"],
    "sperren": ["sperren <v>\nclose sth. <v>\n"],
    "chef": ["Chef <masc, n, sg>\nhead <n>\n"],
    "ankündigen": ["ankündigen <v>\nannounce <v>\n"],
    "kündigen": ["kündigen <v>\nterminate <v>\n"],
    "sperrung": ["Sperrung <fem, n, sg>\nclosure <n>\n"],
    "die": ["die <art>\nthe <art>\n", "die <pron>\nladies <n>\n"],
    "der": ["der <art>\nthe <art>\n"],
    "sagen": ["Sagen <pl>\nlegends\n", "sagen <v>\ntell <v>\n"],
    "an": ["an <prep>\nat <prep>\n"],
}
LEMMAS = {"sperrte": "sperren", "kündigte": "kündigen", "Brücken": "Brücke", "Sagens": "Sagen"}


@pytest.fixture
def glosser(tmp_path):
    dictionary = DictdDictionary(write_dictionary(tmp_path, "deu-eng", GERMAN_ENTRIES))
    return Glosser("de", ForwardLexicon(dictionary), lambda word: LEMMAS.get(word, word), GERMAN.function_words)


@pytest.mark.parametrize(
    ("sentence", "gloss"),
    [
        ("Die Regierung sperrte die Brücken.", "The government close the bridge."),
        ("Averlands Regierungschef kündigte die Sperrung an.", "Averlands government head announce the closure."),
        ("Der Hafen, 17,5 Kilometer, 1.200 Brücken!", "The port, 17.5 Kilometer, 1,200 bridge!"),
        ("Hafenbrücke (AN): Quurx", "Port bridge (AN): Quurx"),
        ("Sagen", "Tell"),
        ("die Sagens", "The legends"),
        ("", ""),
        ("12:30 …", "12:30 …"),
    ],
)
def test_a_sentence_is_glossed(glosser, sentence, gloss):
    assert glosser.gloss(sentence) == gloss


def test_a_dictionary_of_the_other_direction_serves_as_well(tmp_path):
    index = write_dictionary(
        tmp_path,
        "eng-ces",
        {
            "bridge": ["bridge <n>\nmost\n"],
            "axle": ["axle\nmost, náprava\n"],
            "to close": ["to close <v>\nzavřít, uzavřít\n"],
            "a very long headword indeed": ["a very long headword indeed\nmost\n"],
        },
    )
    lexicon = ReversedLexicon(DictdDictionary(index))
    assert dict(lexicon.senses("Most")) == {"bridge": 1.0, "axle": 1.0}
    assert dict(lexicon.senses("uzavřít")) == {"close": 0.5}
    assert dict(lexicon.senses("řeka")) == {}
    assert Glosser("cs", lexicon, str.lower, frozenset()).gloss("Most uzavřít") == "Bridge close"


def test_the_common_word_is_taken_and_the_one_that_looks_alike():
    assert best_sense({"regimen": 1.0, "government": 1.0}, "Regierung", function_word=False) == "government"
    assert best_sense({"issue": 1.0, "problem": 0.7}, "Problem", function_word=False) == "problem"
    assert best_sense({"lady": 2.0, "the": 1.0}, "die", function_word=True) == "the"
    assert best_sense({}, "die", function_word=True) is None
    assert cognate_similarity("Konzert", "concert") > cognate_similarity("Konzert", "performance") == 0
    assert cognate_similarity("Art", "art") == 0


def test_compounds_are_taken_apart_where_both_parts_are_long():
    words = {"hafen": "port", "brücken": "bridge", "sperrung": "closure", "schule": "school", "haus": "house"}
    assert split_compound("hafenbrückensperrung", words.get) == "port bridge closure"
    assert split_compound("schulhaus", words.get) == "school house"
    assert split_compound("hafen", words.get) is None
    assert split_compound("xyzbrücken", words.get) is None
    assert split_compound("q" * 4_000, words.get) is None


@pytest.mark.parametrize(
    ("written", "english"),
    [
        ("17,5 Millionen", "17.5 Millionen"),
        ("1.200 und 1 200 und 12.345.678,90", "1,200 und 1,200 und 12,345,678.90"),
        ("am 12.05.2008 um 10.30 Uhr", "am 12.05.2008 um 10.30 Uhr"),
        ("1,200 dollars, 3.5 %, B2,3", "1,200 dollars, 3.5 %, B2,3"),
        ("2008 starben 4, 7 fehlen", "2008 starben 4, 7 fehlen"),
    ],
)
def test_numbers_are_written_as_in_english(written, english):
    assert in_english(written) == english


def test_forms_of_one_stem_stand_for_each_other_where_the_dictionary_is_turned_round(tmp_path):
    index = write_dictionary(tmp_path, "eng-ces", {"seizure": ["seizure\nzadržení\n"], "hold": ["hold\nzadržet\n"]})
    lexicon = ReversedLexicon(DictdDictionary(index), lambda word: word[:5])
    assert dict(lexicon.senses("zadržena")) == {}
    assert dict(lexicon.akin("zadržena")) == {"seizure": 1.0, "hold": 1.0}
    assert dict(lexicon.akin("zadní")) == {}
    assert Glosser("cs", lexicon, str.lower, frozenset()).gloss("zadržena") == "Hold"


def test_a_name_with_an_ending_is_the_name_if_the_text_has_it(glosser):
    text = ["Quorvin sperrte Brücken.", "Die Brücken Quorvins, Zellers und Averlandums: Zeller!", "Averland"]
    assert list(glosser.gloss_text(text)) == [
        "Quorvin close bridge.",
        "The bridge Quorvin, Zeller und Averland: Zeller!",
        "Averland",
    ]


def test_german_verbs_are_found_with_what_stands_before_them(tmp_path):
    entries = {
        "sich erinnern": ["sich erinnern <v>\nremember <v>\n"],
        "etw verteidigen": ["etw. verteidigen\ndefend sth.\n"],
    }
    dictionary = DictdDictionary(write_dictionary(tmp_path, "deu-eng", entries))
    german = Glosser("de", ForwardLexicon(dictionary), lambda word: word, frozenset())
    assert german.gloss("sie verteidigen, erinnern") == "They defend, remember"


def test_the_longer_entry_is_the_more_usual_sense(tmp_path):
    usual = "Zeichen <neut, n, sg>\nsign <n>\n" + '      "ein Zeichen geben"  - give a sign\n' * 9
    entries = {"zeichen": ["Zeichen <neut, n, sg>\nmark <n>\n", usual]}
    lexicon = ForwardLexicon(DictdDictionary(write_dictionary(tmp_path, "deu-eng", entries)))
    senses = lexicon.senses("Zeichen")
    assert senses["sign"] > senses["mark"]


@pytest.mark.parametrize("language", ["de", "cs"])
def test_words_of_the_core_list_are_single_words_that_stand_once(language):
    words = core_words(language)
    assert len(words) > 150
    assert all(word.strip() and translation.isalpha() for word, translation in words.items())
    assert core_words("es") == {}


def test_articles_stand_after_prepositions_and_not_before_names():
    glosses = ["price", "in", "government", "of", None, "from", "Prague", "to", "which", "with"]
    expected = ["price", "in", "the government", "of", None, "from", "Prague", "to", "which", "with"]
    assert with_articles(glosses) == expected
    assert with_articles([]) == []
