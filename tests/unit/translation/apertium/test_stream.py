"""A sentence survives Apertium's stream format, and another sentence's answer is recognised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.translation.apertium.pipeline import decode, encode
from wirematch.translation.translator import TranslationFailedError

WRITTEN = st.text(
    st.sampled_from("[]{}^$/\\@<>~#*+ ab\n\té字🎉\0") | st.characters(exclude_categories=("Cs", "Cc")), max_size=60
)


@given(WRITTEN)
def test_what_no_program_touches_comes_back_with_single_blanks(sentence):
    kept = sentence.replace("\0", "").replace("\ufffd", "").replace("^", " ")
    assert decode(encode(sentence, "3.7"), "3.7") == " ".join(kept.split())


@given(st.text())
def test_a_block_is_one_block(sentence):
    assert encode(sentence, "1.0").count(b"\0") == 1


def test_half_a_surrogate_pair_is_no_reason_to_fail():
    assert decode(encode("Averland \ud83c bridge", "1.0"), "1.0") == "Averland ? bridge"


@pytest.mark.parametrize(
    "block", [b"[1.1]Bridge[]\0", b"Bridge\0", b"[1.0][1.1]Bridge\0", b"[1.0]\xff\xfe\0", rb"\[1.0\]Bridge" + b"\0"]
)
def test_what_is_not_the_answer_to_this_sentence_is_refused(block):
    with pytest.raises(TranslationFailedError) as failure:
        decode(block, "1.0")
    assert failure.value.reason == "mismatch"
