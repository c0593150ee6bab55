"""Reading a new text by the compiled kernels equals the Python path, bit for bit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.field_values import as_lists
from support.kernels import needs_kernels
from support.texts import english, texts
from wirematch.text.compiled_preparation import prepare_compiled
from wirematch.text.furniture.finding import find_furniture
from wirematch.text.landmarks import Landmarks
from wirematch.text.prepare import prepare_in_python
from wirematch.text.skeleton import VERSION, skeleton_in_python, skeleton_of

pytestmark = needs_kernels

PARAGRAPHS = (
    "PORT MARLOWE (Norwind) - The barge drifted into the harbour bridge and it was dark.",
    'The mayor said, "We have lost our bridge," and then: \'nobody knows\' why.', "By Ada Long", "Share", "",
    "``I was there,'' he said to the others. ``It was 'the end'.''", "We were all there and it was over for us.",
    "The statement of the port reads in full:", "@marlowe it is over #bridge — Port (@port) March 3, 2026",
    "Ada Long is a reporter who covers the port for the paper.", "“It was the end of it,” said the mayor’s deputy.",
    "It was not over. He said it was. They all did!", '""""""', "It is", "(Reporting by Ada Long)", "\t \r",
    "It was a bridge of #the, and of pic.twitter.com/it",
    "It is ‘the bridge of it’, isn’t it, ‘of “the harbour’ and ’so on it was’",
    "é'it was of the port' ½'so it was of it'",
    "It was the café…\nand it was of the port”\nof it…\némigrés were of it", "@é1 it was of #été and @½2 it is",
    "It is 'the bridge', isn't it, 'of \"the harbour' and 'so on it was'",
)  # fmt: skip
MARKS = (
    "It was of the port ", "it is ", "‘", "’", "'", '"', "“", "”", " '", "' ", "’ ", " ‘", "`", "``", "''", ". ", "\n",
    "\n\n", ":\n", "@ab", "#abc", "é", "É", "½", "_", "b1", "the bridge of it", "isn't ", "we ", "I ", "— ",
    "\r\n", "…\n", "–", "/", "(", ")", "…", '6"', ",", "\x1c", "€", "’’",
)  # fmt: skip
articles = st.lists(st.sampled_from(PARAGRAPHS) | english | texts, max_size=12).flatmap(
    lambda parts: st.sampled_from(("\n\n", "\n", " ")).map(lambda between: between.join(parts))
)


def assert_same(body: str) -> None:
    furniture = find_furniture(body)
    found, expected = prepare_compiled(body, furniture), prepare_in_python(body, furniture)
    if found is None:
        return
    assert as_lists(found) == as_lists(expected)
    assert skeleton_of(found) == skeleton_in_python(expected, VERSION)


marks = st.lists(st.sampled_from(MARKS), max_size=40).map("".join)


@given(articles | marks.map("It was of the {} and it was of the".format))
def test_any_text_is_the_same(body):
    assert_same(body)


def test_so_are_stories(stories):
    for story in stories.values():
        for told in story.values():
            assert prepare_compiled(told["body"], []) is not None
            assert_same(told["body"])


@pytest.mark.parametrize(
    "body", ["", "Der Hafen ist seit Dienstag gesperrt.", "船は港に着いた", "😀 it is of the port"]
)
def test_what_the_kernel_cannot_read_is_left_to_python(body):
    assert prepare_compiled(body, []) is None


@given(st.text("\"'`“’\n\r a1_.", max_size=40))
def test_marks_and_line_ends(text):
    found, expected = Landmarks.of_marks(text), Landmarks.of(text)
    assert found.double_marks.tolist() == expected.double_marks.tolist()
    assert found.line_ends.tolist() == expected.line_ends.tolist()
    assert found.long_rows == expected.long_rows
    assert set(found.single_marks.tolist()) <= set(expected.single_marks.tolist())
