from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.text.prepare import prepare
from wirematch.text.prepared import PreparedText

LEAD = "The barge drifted into the bridge before dawn, and four of the people on it were killed."


def submitted_words(submitted: str, text: PreparedText) -> list[str]:
    return [submitted[start:end] for start, end in zip(text.starts, text.ends, strict=True)]


def sentence_texts(submitted: str) -> list[str]:
    """Return each sentence from its first to its last word."""
    text = prepare(submitted)
    return [
        submitted[text.starts[first] : text.ends[last - 1]]
        for first, last in zip(text.sentences[:-1], text.sentences[1:], strict=True)
    ]


def spoken_words(submitted: str) -> list[str]:
    text = prepare(submitted)
    return [word for word, spoken in zip(submitted_words(submitted, text), text.spoken, strict=True) if spoken]


def test_offsets_point_at_the_words_as_they_were_submitted():
    submitted = "The “ﬁnal” 1,200 U.S.\u00a0co\u00adoperatives’ Cafe\u0301 😀 closed."

    assert submitted_words(submitted, prepare(submitted)) == [
        "The", "ﬁnal", "1,200", "U.S.", "co\u00adoperatives", "Cafe\u0301", "closed",
    ]  # fmt: skip


def test_words_are_told_apart_by_their_form_and_stems_by_theirs():
    text = prepare("The bridges on the Bridge, the bridge.")

    assert text.terms == ["the", "bridg", "on", "the", "bridg", "the", "bridg"]
    assert text.words[4] == text.words[6] != text.words[1]
    assert text.stems[1] == text.stems[4] == text.stems[6] != text.stems[0]
    assert text.content.tolist() == [False, True, False, False, True, False, True]


def test_furniture_is_left_out():
    submitted = f"PORT MARLOWE (Norwind) - {LEAD}\nShare on Facebook\nExit mobile version"
    text = prepare(submitted)

    assert len(text) == len(prepare(LEAD))
    assert text.length == len(submitted)
    assert submitted[text.starts[0] : text.ends[-1] + 1] == LEAD


def test_a_headline_helps_to_spot_its_repetition():
    assert len(prepare(f"Barge brings down bridge\n{LEAD}", "Barge brings down bridge")) == len(prepare(LEAD))


@pytest.mark.parametrize(
    ("submitted", "sentences"),
    [
        ("A barge sank. Four died.", ["A barge sank", "Four died"]),
        ("A barge sank\n\nFour died", ["A barge sank", "Four died"]),
        ("A barge sank.\nfour died", ["A barge sank", "four died"]),
        ("A barge sank off the\ncoast of the island.", ["A barge sank off the\ncoast of the island"]),
        ("A barge sank off the\r\ncoast of the island.", ["A barge sank off the\r\ncoast of the island"]),
        ("Mr. Abbick of the U.S. said so.", ["Mr. Abbick of the U.S. said so"]),
        ("船が沈んだ。四人が死亡した。", ["船が沈んだ", "四人が死亡した"]),
        ("नाव डूब गई। चार लोग मरे।", ["नाव डूब गई", "चार लोग मरे"]),
        ("word", ["word"]),
        ("...", []),
    ],
)
def test_sentences(submitted, sentences):
    assert sentence_texts(submitted) == sentences


@pytest.mark.parametrize(
    ("submitted", "spoken"),
    [
        ('He said "no report" twice.', ["no", "report"]),
        ("He said “no report” twice.", ["no", "report"]),
        ("Er sagte „kein Bericht“ zweimal.", ["kein", "Bericht"]),
        ("Il a dit «\u00a0aucun rapport\u00a0» deux fois.", ["aucun", "rapport"]),
        ("彼は「はい」と言った", ["は", "い"]),
        ('"No report," he said, "will do."', ["No", "report", "will", "do"]),
        ('"Begun and never ended.\n\nThe next paragraph.', ["Begun", "and", "never", "ended"]),
        ("the harbour's 'new' pier", []),
        ("no quotation", []),
    ],
)
def test_what_stands_between_quotation_marks_is_spoken(submitted, spoken):
    assert spoken_words(submitted) == spoken


@pytest.mark.parametrize("kind", ["wire", "copy", "rewrite", "excerpt", "independent"])
def test_english_news_reads_as_english(story, kind):
    assert prepare(story[kind]["body"]).language == "en"


@pytest.mark.parametrize("kind", ["wire", "copy", "rewrite", "unrelated"])
def test_news_in_another_language_does_not(foreign, kind):
    text = prepare(foreign[kind])

    assert text.language != "en"
    assert text.content.mean() > 0.4
    assert text.language is not None or text.content.all()


@pytest.mark.parametrize(
    ("submitted", "unspaced"),
    [("two barges", [False] * 2), ("две баржи", [False] * 2), ("船2隻 sank", [True, False, True, False])],
)
def test_characters_of_scripts_without_spaces_are_marked(submitted, unspaced):
    assert prepare(submitted).unspaced.tolist() == unspaced


def test_capitals_and_numbers_are_told_by_what_was_submitted():
    text = prepare("The İzmir ferry took 1,200 EUROPEANS and 7 tons.")

    assert [term for term, capital in zip(text.terms, text.capitals, strict=True) if capital] == [
        text.terms[0], text.terms[1], text.terms[5]
    ]  # fmt: skip
    assert [place for place, number in enumerate(text.numbers) if number] == [4, 7]


def test_parts_are_told_apart_where_furniture_stood_between():
    text = prepare(f"{LEAD}\nShare on Facebook\n{LEAD}\n\n{LEAD}")

    size = len(prepare(LEAD))
    assert len(set(text.parts[:size])) == 1
    assert text.parts[size - 1] < text.parts[size]
    assert len(set(text.parts[size:])) == 1


@pytest.mark.parametrize("submitted", ["", " \n ", "😀 !!! —", "\u200b"])
def test_a_text_without_words(submitted):
    text = prepare(submitted)

    assert len(text) == 0
    assert text.sentences.tolist() == [0]
    assert text.language is None


PIECES = st.sampled_from(
    [
        "The ",
        "barge ",
        "sank. ",
        "“",
        "”",
        '"',
        "\n",
        "\n\n",
        " ",
        "Share\n",
        "(Reporting by A B)",
        "MARLOWE (NW) - ",
        "船",
        "。",
        "½",
        "e\u0301",
        "\u00ad",
        "İ",
        "ㄱㅏ",
    ]
)


@given(st.text() | st.lists(PIECES).map("".join))
def test_whatever_the_text_its_words_line_up(submitted):
    text = prepare(submitted)
    size = len(text)
    arrays = (
        text.starts, text.ends, text.words, text.stems, text.content, text.unspaced, text.spoken, text.capitals,
        text.numbers, text.parts,
    )  # fmt: skip

    assert [len(array) for array in arrays] == [size] * len(arrays)
    assert (text.starts < text.ends).all()
    assert (np.diff(text.starts) >= 0).all()
    assert (np.diff(text.ends) >= 0).all()
    assert size == 0 or 0 <= text.starts[0] < text.ends[-1] <= text.length == len(submitted)


@given(st.text() | st.lists(PIECES).map("".join))
def test_whatever_the_text_its_sentences_partition_the_words(submitted):
    text = prepare(submitted)

    assert text.sentences[0] == 0
    assert text.sentences[-1] == len(text)
    assert (np.diff(text.sentences) > 0).all()


@pytest.mark.parametrize("filler", [" ", "\t", "\n", "(", '"', "A. ", "(Reporting by ", "\u200b", "'", "\u0301\u0323"])
def test_twice_the_filler_is_not_four_times_the_work(filler):
    # Quadratic time in the 200,000 characters that are accepted would stop the service.
    started = time.thread_time()
    prepare("The barge" + filler * (190_000 // len(filler)) + "sank.")

    assert time.thread_time() - started < 20  # CPU seconds; quadratic time would be an hour
