"""A mark that is missing, stray or misplaced turns nothing round beyond its own sentence."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.texts import texts
from wirematch.text.landmarks import Landmarks, paragraph_breaks
from wirematch.text.quotations import MOST_WEIGHED, double_quotations, plain_quotations


def read(submitted: str) -> tuple[str, list[int], list[int]]:
    landmarks = Landmarks.of(submitted)
    return submitted, landmarks.double_marks.tolist(), paragraph_breaks(submitted, landmarks.line_ends).tolist()


def quoted(submitted: str) -> list[str]:
    """Return the quotations without their marks."""
    return [
        submitted[start:end].strip(" \n\"“”„«»`'「」『』") for start, end in sorted(double_quotations(*read(submitted)))
    ]


@pytest.mark.parametrize(
    ("submitted", "said"),
    [
        pytest.param(
            'He said "it is late, and left. "We go," she said. He left.',
            ["it is late, and left.", "We go,"],
            id="no end",
        ),
        pytest.param(
            "He said “it is late, and left. “We go,” she said. He left.",
            ["it is late, and left.", "We go,"],
            id="curly",
        ),
        pytest.param('It is late, she said. We go," he said. "Now," she said.', ["We go,", "Now,"], id="no beginning"),
        pytest.param('The pier" is long. "We go," he said.', ["We go,"], id="stray"),
        pytest.param('"We go, "he said. "It is late," she said.', ["We go,", "It is late,"], id="blank before an end"),
        pytest.param(
            '"We go, " he said. " It is late, " she said.', ["We go,", "It is late,"], id="blanks on both sides"
        ),
        pytest.param('He said:"We go."She said:"It is late."', ["We go.", "It is late."], id="no blanks"),
        pytest.param('A 6\'2" diver said "we won 3-2" on a 12"x10" board.', ["we won 3-2"], id="inches"),
        pytest.param("The ’98 divers' pier and the islanders’ “old” boat", ["old"], id="apostrophes"),
        pytest.param('“We go," he said. "It is late,” she said.', ["We go,", "It is late,"], id="straight and curly"),
        pytest.param("“We go,“ he said. “It is late,“ she said.", ["We go,", "It is late,"], id="the wrong curly mark"),
        pytest.param("“We go,’’ he said. “It is late.’’", ["We go,", "It is late."], id="two single marks as an end"),
        pytest.param(
            "„Wir gehen“, sagte er. „Es ist spät, sagte sie. „Ja“, sagte er.",
            ["Wir gehen", "Es ist spät, sagte sie.", "Ja"],
            id="German",
        ),
        pytest.param("»Wir gehen«, sagte er. »Es ist spät«", ["Wir gehen", "Es ist spät"], id="inward guillemets"),
        pytest.param(
            "Il a dit « non », puis « oui. Il est parti. « Bon », a-t-il dit.",
            ["non", "oui. Il est parti.", "Bon"],
            id="French",
        ),
        pytest.param("”Vi går”, sade han. ”Det är sent”, sade hon.", ["Vi går", "Det är sent"], id="Swedish"),
        pytest.param(
            "彼は「これは『はい』だ」と言った。「いいえ」と言った。",
            ["これは『はい』だ", "はい", "いいえ"],
            id="Japanese",
        ),
        pytest.param(
            '"We go.\n\n"It is late," he said.', ["We go.", "It is late,"], id="taken up in the next paragraph"
        ),
        pytest.param(
            '"We go.\n\nIt is late," he said. He left.', ["We go.\n\nIt is late,"], id="ended in the next one"
        ),
        pytest.param('He said: "We go. He left.\n\nThe pier is "long" today.', ["We go.", "long"], id="never ended"),
        pytest.param(
            '"We go. It is far. "It is late," he said.', ["We go. It is far.", "It is late,"], id="joined lines"
        ),
        pytest.param(
            f'"We go. {"The pier is long. " * 40}"It is late," he said.',
            ["We go.", "It is late,"],
            id="too long for joined lines",
        ),
    ],
)
def test_faults_stay_where_they_are(submitted, said):
    assert quoted(submitted) == said


WELL = st.sampled_from(
    [
        'The mayor said "nobody knows" and left the "old" pier.',
        '"We go," he said. "It is late."',
        "“We go,” he said. “It is late,” and “so” on.",
        "The barge sank at dawn.",
        "He said ``nobody'' and ''``never'' then.",
        'He asked ("when?") and she said: "Now." They left.',
    ]
)


@given(st.lists(WELL, min_size=2, max_size=5), st.data())
def test_a_missing_mark_changes_no_other_paragraph(paragraphs, data):
    place = data.draw(st.integers(0, len(paragraphs) - 1))
    marks = read(paragraphs[place])[1]
    faulty = paragraphs[place]
    if marks:
        mark = data.draw(st.sampled_from(marks))
        faulty = faulty[:mark] + faulty[mark + 1 + (faulty[mark] in "`'") :]
    submitted = "\n\n".join([*paragraphs[:place], faulty, *paragraphs[place + 1 :]])

    begin = 0
    for number, paragraph in enumerate([*paragraphs[:place], faulty, *paragraphs[place + 1 :]]):
        if number != place:
            spans = {
                (a - begin, b - begin)
                for a, b in double_quotations(*read(submitted))
                if begin <= a < begin + len(paragraph)
            }
            assert spans == set(double_quotations(*read(paragraph)))
        begin += len(paragraph) + 2


@given(texts | st.text("\"“”„«»「」'`’ .,6aA\n", max_size=60))
def test_quotations_of_any_text_begin_at_marks_or_sentences_and_lie_within_it(submitted):
    spans = double_quotations(*read(submitted))

    assert all(0 <= start <= end <= len(submitted) for start, end in spans)
    assert plain_quotations(*read(submitted)) in (None, spans)


@pytest.mark.parametrize("unit", ['6" "', '"a\n', '"\n\na', "“a”«b"])
def test_in_a_text_of_more_marks_than_any_story_has_they_begin_and_end_by_turns(unit):
    submitted, marks, breaks = read(unit * MOST_WEIGHED)

    spans = double_quotations(submitted, marks, breaks)

    assert len(marks) + len(breaks) > MOST_WEIGHED
    assert [start for start, _ in spans] == [
        mark
        for start, end in pairwise([0, *breaks, len(submitted)])
        for mark in marks[bisect_left(marks, start) : bisect_left(marks, end)][::2]
    ]
    assert all(start < end for start, end in spans)
