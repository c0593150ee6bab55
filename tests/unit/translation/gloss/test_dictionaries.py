"""Dictionaries in dictd's format: compressed in chunks, found by headword, parsed as far as glosses need."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.dictionaries import dictzip, number, write_dictionary
from wirematch.translation.gloss.dictd import DictdDictionary, digest_of
from wirematch.translation.gloss.dictzip import DictzipFile
from wirematch.translation.gloss.lexicon import read_entry
from wirematch.translation.gloss.sources import installed_sources

CONTENT = b"".join(b"%d bottles; " % count for count in range(300))


@given(st.integers(0, len(CONTENT)), st.integers(0, 500), st.integers(1, 400))
def test_any_part_of_a_packed_file_is_read(tmp_path_factory, offset, length, piece):
    file = tmp_path_factory.mktemp("packed") / "small.dict.dz"
    file.write_bytes(dictzip(CONTENT, piece))
    assert gzip.decompress(file.read_bytes()) == CONTENT  # gzip reads it as well
    assert DictzipFile(file).read(offset, length) == CONTENT[offset : offset + length]


def test_plain_gzip_is_read_whole(tmp_path):
    file = tmp_path / "small.dict.dz"
    file.write_bytes(gzip.compress(CONTENT))
    assert DictzipFile(file).read(100, 50) == CONTENT[100:150]
    file.write_bytes(CONTENT)
    with pytest.raises(ValueError, match="gzip"):
        DictzipFile(file)


WORDS = st.lists(st.text("abäöß -z", min_size=1, max_size=8).filter(str.strip), min_size=1, unique=True)


@given(WORDS)
def test_every_headword_is_found_and_no_other(tmp_path_factory, words):
    written = {word: [f"{word} /x/\n{place}\n", f"{word}\nagain {place}\n"] for place, word in enumerate(words)}
    dictionary = DictdDictionary(write_dictionary(tmp_path_factory.mktemp("dictionary"), "deu-eng", written))
    for word, texts in written.items():
        assert list(dictionary.entries(word.upper().replace("SS", "ß"))) == texts
    assert list(dictionary.entries("y")) == []
    assert list(dictionary.entries("")) == []
    assert sorted(dictionary) == sorted(text for texts in written.values() for text in texts)


def test_an_index_out_of_order_or_with_odd_lines_is_read_all_the_same(tmp_path):
    index = write_dictionary(tmp_path, "deu-eng", {"brücke": ["Brücke\nbridge\n"], "zug": ["Zug\ntrain\n"]})
    lines = index.read_text().splitlines()
    index.write_text("\n".join([lines[1], "no numbers", "odd\t???\tA", "far\t//////\tB", lines[0]]) + "\n")
    dictionary = DictdDictionary(index)
    assert list(dictionary.entries("Brücke")) == ["Brücke\nbridge\n"]
    assert list(dictionary.entries("Zug")) == ["Zug\ntrain\n"]
    assert list(dictionary.entries("odd")) == [""]
    assert list(dictionary.entries("far")) == [""]


@pytest.mark.parametrize(
    ("text", "headword", "part", "translations"),
    [
        ("Brücke /bʁˈʏkə/ <fem, n, sg>\nbridge <n>, deck <n> [Br.]\n", "Brücke", "fem, n, sg", ("bridge", "deck")),
        (
            'sperren /ʃ/ <v>\n [techn.] to close sth. <v>; shut off sth. <v>\n      "x"  - bar\n   Synonym: {y}\n',
            "sperren",
            "v",
            ("close", "shut off"),
        ),
        (
            "Amt /a/ <n>\noffice <n>Off.,  /ɔf/ Offc.,  /x/ , bureau <n>\n see: {Ämter}\n",
            "Amt",
            "n",
            ("office", "bureau"),
        ),
        (
            "legfelső /x/\n1. topmost\n2. uppermost\n3. a very long way of saying topmost\n",
            "legfelső",
            "",
            ("topmost", "uppermost"),
        ),
        ("span <n>\nrozpětí (mostu)\n", "span", "n", ("rozpětí",)),
        ("", "", "", ()),
    ],
)
def test_entries_are_read_as_far_as_glosses_need(text, headword, part, translations):
    entry = read_entry(text)
    assert (entry.headword, entry.part, entry.translations) == (headword, part, translations)


def test_the_larger_direction_counts_and_the_version_follows_the_content(tmp_path):
    one = {"most": ["most\nbridge\n"]}
    many = {f"word{place}": [f"word{place}\nslovo{place}\n"] for place in range(30)}
    write_dictionary(tmp_path, "ces-eng", one)
    write_dictionary(tmp_path, "eng-ces", many)
    write_dictionary(tmp_path, "deu-eng", many)
    write_dictionary(tmp_path, "eng-deu", one)
    write_dictionary(tmp_path, "eng-rus", one)
    write_dictionary(tmp_path, "deu-fra", one)
    (tmp_path / "freedict-pol-eng.index").write_text("x\tA\tA\n")  # without its text
    sources = {source.language: source for source in installed_sources(tmp_path)}
    assert {language: source.names for language, source in sources.items()} == {
        "cs": ("ces-eng", "eng-ces"),
        "de": ("deu-eng",),
        "ru": ("eng-rus",),
    }
    before = sources["cs"].digest()
    write_dictionary(tmp_path, "eng-ces", {**many, "new": ["new\nnový\n"]})
    assert sources["cs"].digest() != before
    assert digest_of(tmp_path / "freedict-deu-eng.index") in sources["de"].digest()


def test_numbers_of_an_index():
    assert [number(value) for value in (0, 63, 64, 4096)] == ["A", "/", "BA", "BAA"]
