from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from support.comparing import compare
from wirematch.matching.rereading import compounds
from wirematch.matching.rereading.compounds import MOST_WORDS, may_be_split, split_compounds
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Derivation, Relation
from wirematch.models.imprint import Imprint
from wirematch.text.imprint import pack_words
from wirematch.text.languages.compounding import COMPOUNDING, CompoundParts
from wirematch.text.normalize import normalize
from wirematch.text.prepare import prepare

STORIES = json.loads((Path(__file__).parents[3] / "stories" / "compounds.json").read_text(encoding="utf-8"))
"""In each compounding language: a story, a rewrite that splits its compounds, and texts that derive from neither."""
GERMAN = (
    "Der Regierungschef hat am Montag in Tannburg den Haushalt vorgestellt und das Klassenzimmerdach gerühmt, sagte er."
)
SPLIT = "Der Chef der Regierung hat am Montag in Tannburg das Dach vom Zimmer der Klasse und den Haushalt vorgestellt."


def shown(body: str, beside: str) -> list[str]:
    text = split_compounds(prepare(body), body, prepare(beside))
    return [body[start:end] for start, end in zip(text.starts.tolist(), text.ends.tolist(), strict=True)]


@pytest.mark.parametrize(
    ("language", "compound", "words"),
    [
        ("de", "regierungschef", ["regierung", "chef"]),
        ("de", "oppositionsführerin", ["opposition", "führerin"]),
        ("de", "schuldach", ["schule", "dach"]),
        ("de", "landesrechnungshöfe", ["land", "rechnungshof"]),
        ("de", "klassenzimmerdach", ["klasse", "zimmer", "dach"]),
        ("nl", "regeringsleider", ["regering", "leider"]),
        ("da", "regeringslederen", ["regering", "leder"]),
        ("sv", "kyrkotaket", ["kyrka", "tak"]),
        ("no", "vinterstormene", ["vinter", "storm"]),
        ("fi", "koulukattojen", ["koulu", "katot"]),
    ],
)
def test_a_compound_is_told_by_another_texts_words(language, compound, words):
    compounding = COMPOUNDING[language]
    stems = list(map(compounding.language.stem_of, words))
    known = {stem: place for place, stem in enumerate(stems)}
    compound = compounding.language.spell(compound)

    found = CompoundParts(compounding, known).of(compound)

    assert [term for term, _ in found] == stems
    assert sum(letters for _, letters in found) == len(compound)
    for missing in known:
        fewer = {stem: place for stem, place in known.items() if stem != missing}
        assert CompoundParts(compounding, fewer).of(compound) is None


def test_short_words_and_short_parts_are_none():
    assert CompoundParts(COMPOUNDING["de"], {"ein": 0, "bau": 1}).of("einbau") is None
    assert CompoundParts(COMPOUNDING["de"], {"ab": 0, "schnitte": 1}).of("abschnitte") is None


def test_a_word_without_end_is_left_as_it_is():
    assert CompoundParts(COMPOUNDING["de"], {"aba": 0}).of("aba" * 10_000) is None


def test_of_several_ways_the_one_whose_shorter_part_is_longest():
    known = dict.fromkeys(("see", "band", "seeband", "eisen", "bandeisen"), 0)

    assert CompoundParts(COMPOUNDING["de"], known).of("seebandeisen") == [("seeband", 7), ("eisen", 5)]


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("Straßenbahnhof", ["Straßen", "bahnhof"]),
        ("Fußballstadion", ["Fußball", "stadion"]),
        ("Schlüsselübergabe", ["Schlüssel", "übergabe"]),
        ("Schluesseluebergabe", ["Schluessel", "uebergabe"]),
        ("Schlu\u0308sselu\u0308bergabe", ["Schlu\u0308ssel", "u\u0308bergabe"]),
        ("SCHLU\u0308SSELU\u0308BERGABE", ["SCHLU\u0308SSEL", "U\u0308BERGABE"]),
    ],
)
def test_parts_end_where_their_letters_do_however_these_are_written(compound, parts):
    story = f"Die Stadt hat am Montag in Tannburg gesagt, dass die {compound} im Herbst nicht sein wird, sagte er."
    beside = f"Die Stadt hat am Montag gesagt, dass {parts[0]} und {parts[1]} im Herbst nicht sein werden, sagte er."

    assert [word for word in shown(story, beside) if word in parts] == parts


def test_a_word_of_many_marks_takes_no_square_of_them(monkeypatch):
    read = []
    monkeypatch.setattr(compounds, "normalize", lambda text: read.append(len(text)) or normalize(text))
    hidden = "Regierungs" + "\u0301" * 50_000 + "chef"
    body = GERMAN.replace("Regierungschef", hidden)

    text = split_compounds(prepare(body), body, prepare(SPLIT))

    assert hidden in [body[start:end] for start, end in zip(text.starts.tolist(), text.ends.tolist(), strict=True)]
    assert sum(read) < len(body)


def test_each_part_keeps_its_letters():
    assert shown(GERMAN, SPLIT)[:3] == ["Der", "Regierungs", "chef"]
    assert [word for word in shown(GERMAN, SPLIT) if word in ("Klassen", "zimmer", "dach")] == [
        "Klassen",
        "zimmer",
        "dach",
    ]


def test_parts_are_the_other_texts_words_and_stand_in_order():
    mine, other = prepare(GERMAN), prepare(SPLIT)

    text = split_compounds(mine, GERMAN, other)

    assert len(text) == len(mine) + 3
    assert set(other.stems[other.content].tolist()) & set(text.stems[1:3].tolist()) == set(text.stems[1:3].tolist())
    assert (text.starts[1:] >= text.ends[:-1]).all()
    assert (text.starts < text.ends).all()
    assert text.ends[-1] <= text.length
    assert text.sentences[-1] == len(text)
    assert (np.diff(text.sentences) > 0).all()


def test_a_text_without_such_words_is_itself():
    mine, other = prepare(SPLIT), prepare(GERMAN)

    assert split_compounds(mine, SPLIT, other) is mine
    assert split_compounds(mine, SPLIT, mine) is mine


def test_a_word_that_both_have_stays_whole():
    both = GERMAN + " Der Chef der Regierung und der Regierungschef sind derselbe."

    assert "Regierungschef" in shown(both, both)


def test_only_texts_of_one_language_that_joins_words_and_not_too_long():
    german, english = prepare(GERMAN), prepare("The head of the government said that he was the one to say so.")

    assert may_be_split(german, german)
    assert not may_be_split(german, english)
    assert not may_be_split(english, english)
    assert not may_be_split(german, prepare(SPLIT * (MOST_WORDS // 15)))


@pytest.fixture(params=sorted(STORIES))
def joined(request) -> dict[str, str]:
    return STORIES[request.param]


def test_a_rewrite_that_parts_compounds_is_derived(joined):
    there, back = compare(joined["rewrite"], joined["wire"]), compare(joined["wire"], joined["rewrite"])

    assert there.derivation is not Derivation.NOT
    assert there.probability > 0.7
    assert back.probability == pytest.approx(there.probability, abs=0.02)
    for passage in there.passages:
        assert passage.submission.end <= len(joined["rewrite"])
        assert passage.story.end <= len(joined["wire"])


@pytest.mark.parametrize("kind", ["independent", "unrelated"])
def test_what_nobody_took_is_not(joined, kind):
    assert compare(joined[kind], joined["wire"]).probability < 0.1
    assert compare(joined[kind], joined["rewrite"]).probability < 0.1


def test_by_compounds_alone_one_would_be_missed():
    comparer, story = default_comparer(), STORIES["de"]
    mine, theirs = (comparer.prepare(Article(body=story[kind])) for kind in ("rewrite", "wire"))

    [read] = comparer.score_pairs(mine, [theirs])
    [unread] = comparer.score_pairs_alone(mine, [theirs])

    assert unread.probability < comparer.model.threshold < read.probability
    assert comparer.derive_from(theirs, [mine]) == [True]


def test_an_imprint_is_compared_by_its_words_as_they_stand():
    comparer, story = default_comparer(), STORIES["de"]
    imprint = Imprint(pack_words(prepare(story["wire"])), b"", 100, known=True)
    theirs = comparer.prepare(Article(body=story["wire"]).with_imprint(imprint))
    mine = comparer.prepare(Article(body=story["rewrite"]))

    [read] = comparer.score_pairs(mine, [theirs])
    [unread] = comparer.score_pairs_alone(mine, [theirs])

    assert read.probability == unread.probability


def test_a_copy_stays_a_copy(joined):
    assert compare(joined["wire"], joined["wire"]).relation is Relation.COPY
