from __future__ import annotations

from wirematch.text.word_cache import LONGEST_KEPT, by_word


def test_words_are_computed_once_but_for_long_ones_which_are_not_kept():
    computed = []
    lengths_of = by_word(lambda word: computed.append(word) or len(word))
    longest, longer = "x" * LONGEST_KEPT, "x" * (LONGEST_KEPT + 1)

    assert lengths_of([]) == []
    assert [lengths_of(["a", longest, "bc", longer]), lengths_of(["a", longest, "bc"])] == [
        [1, LONGEST_KEPT, 2, LONGEST_KEPT + 1],
        [1, LONGEST_KEPT, 2],
    ]
    assert lengths_of([longer]) == [LONGEST_KEPT + 1]
    assert computed == ["a", longest, "bc", longer, longer]
