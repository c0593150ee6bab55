from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.fingerprint import word_table
from wirematch.fingerprint.word_table import KEY_BYTES, WordTable, keys_of

words = st.text("abcdefghij'.0123456789é", min_size=1).map(str.encode).filter(lambda word: len(word) <= KEY_BYTES)


class Asked:
    """A table whose code for a word is the sum of its bytes, and that counts look-ups."""

    def __init__(self) -> None:
        self.table = WordTable()
        self.read: Counter[bytes] = Counter()

    def look_up(self, asked: list[bytes]) -> list[int]:
        text = b" ".join([*asked, b" " * KEY_BYTES])
        sizes = np.array(list(map(len, asked)), np.intp)
        starts = np.cumsum(sizes + 1) - sizes - 1

        def read(place: int) -> int:
            self.read[asked[place]] += 1
            return code_of(asked[place])

        return self.table.look_up(*keys_of(text, starts, sizes), read).tolist()


def code_of(word: bytes) -> int:
    return sum(place * byte for place, byte in enumerate(word, 1)) - 3


def numbered(count: int) -> list[bytes]:
    return [f"word{number}".encode() for number in range(count)]


@given(st.lists(st.lists(words, max_size=30), max_size=6))
def test_every_word_has_its_code_and_is_read_once(batches):
    asked = Asked()
    for batch in batches:
        assert asked.look_up(batch) == list(map(code_of, batch))

    assert set(asked.read.values()) <= {1}


def test_a_full_table_starts_afresh(monkeypatch):
    monkeypatch.setattr(word_table, "MOST_KEPT", 50)
    asked, many = Asked(), numbered(1_000)
    for _ in range(2):
        assert asked.look_up(many) == list(map(code_of, many))

    assert len(asked.table) <= 50
    assert asked.read.total() >= 1_950


@pytest.mark.parametrize("slot", [0, word_table.LAST_SLOT])
def test_words_made_to_meet_in_one_slot_are_read_and_not_looked_for_at_length(monkeypatch, slot):
    monkeypatch.setattr(word_table, "slots_of", lambda low, _: np.full(len(low), slot))
    asked, many = Asked(), numbered(100)
    for _ in range(3):
        assert asked.look_up(many) == list(map(code_of, many))

    assert Counter(asked.read.values()) == {1: word_table.REACH, 3: 100 - word_table.REACH}
