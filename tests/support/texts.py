"""Texts for comparing two ways of reading."""

from __future__ import annotations

from hypothesis import strategies as st

FRAGMENTS = (
    "the", "The barge", "a u.s.-led", "U.S. troops", "1,200.50", "o'neill's", "don’t", "state-of-the-art", "x_y",
    "`tis", "e.g.", "end.Then", "A.B.C.'s", "said,and", ", ", ". ", "\n", "\t", "—", "...", "10:30", "#tag", "it", "of",
    "and", "…", "café", "É.Ü.", "straße", "Σίσυφος", "баржа", "台風接近", "ไทย", "한국은", "😀", "\u200b", "ﬁnance",
    "naïve,", "«oui»", "\u00a0", "1st", "2a2a", "½", "x²", "ª", "İstanbul", "ŉ", "ǅ", "Å", "\u00ad", "e\u0301",
    "\x00", "\x1f", "a" * 63, "b" * 64, "c" * 65, "é" * 32, "é" * 33, "1,2,3,4", "1,2,,3", "a'b'c", "'s",
    "u.s.'s", "i.e", "a.b", "a..b.", "€5", "£1,000", "™", "ſ", "\u2028", "\x85", "₤", "ﬀ", "█", "■ ", "a●b",
)  # fmt: skip
LATIN = "abcdefghij ABC'.,-\n0123 éÉüß’“”—\u00a0"

fragments = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=60)
texts = st.one_of(
    fragments.map(" ".join),
    fragments.map("".join),
    st.text(LATIN, max_size=300),
    st.text(st.characters(max_codepoint=127), max_size=300),
    st.text(st.characters(max_codepoint=0x2FF), max_size=100),
    st.text(),
)
"""Everything that a caller may send, mostly Latin letters."""
english = st.lists(texts | st.sampled_from(FRAGMENTS), max_size=20).map(
    lambda parts: " of the ".join(["It was", *parts])
)
"""Texts with enough function words to be read as English."""
