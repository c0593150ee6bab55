"""Articles on their way through an engine: language, sentences, the map back, and failures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.phrase_book import PhraseBook
from wirematch.detection.translations.record import as_article, is_by, is_of, translation_of
from wirematch.detection.translations.translating import MOST_STOPS, Translating, language_of
from wirematch.models import Article, Kind

pytestmark = pytest.mark.anyio
STORY = json.loads((Path(__file__).parents[3] / "stories" / "translated.json").read_text(encoding="utf-8"))
BODY = "\n\n".join(STORY["es"])


@pytest.fixture
def book() -> PhraseBook:
    return PhraseBook(dict(zip(STORY["es"], STORY["rendered"], strict=True)))


@pytest.fixture
def translating(book, executor) -> Translating:
    return Translating([book], "en", None, executor)


def article(body: str, **fields) -> Article:
    return Article(id="a", kind=Kind.WIRE, body=body, **fields)


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        " ".join(STORY["es"]),
        "\n".join(STORY["es"]),
        "".join(f"<p>{sentence}</p>" for sentence in STORY["es"]),
    ],
    ids=["paragraphs", "in one line", "lines", "markup"],
)
async def test_each_sentence_of_a_translation_leads_to_its_original(translating, body):
    [read] = await translating.read([article(body)])
    assert read.language == "es"
    translation = read.translation
    assert translation is not None
    assert translation.by == "book (es-en)"
    for original, rendered in zip(STORY["es"], STORY["rendered"], strict=True):
        place = translation.text.index(rendered)
        start, end = translation.sentences.original(place, place + len(rendered))
        assert body[start:end] == original


@pytest.mark.parametrize(
    ("body", "language"), [(" ".join(STORY["en"]), "en"), (" ".join(STORY["fr"]), "fr"), ("…", None)]
)
def test_the_text_says_its_language(body, language):
    assert language_of(article(body)) == language


def test_what_an_article_says_of_itself_counts_where_its_text_does_not_tell():
    assert language_of(article("…", language="ca-ES")) == "ca"
    assert language_of(article(BODY, language="de")) == "es"


async def test_what_is_in_the_pivot_is_not_translated(translating, book):
    [read] = await translating.read([article(" ".join(STORY["en"]))])
    assert (read.language, read.translation, read.why) == ("en", None, None)
    assert book.asked == 0


async def test_what_is_not_wanted_is_not_translated(book, executor):
    [read] = await Translating([book], "en", frozenset({"fr"}), executor).read([article(BODY)])
    assert (read.language, read.translation, read.why) == ("es", None, None)
    assert book.asked == 0


async def test_of_a_text_with_far_too_many_full_stops_nobody_asks_which_end_a_sentence(translating, book, monkeypatch):
    def refuse(*_: object) -> list[int]:
        raise AssertionError("sentences were sought")

    monkeypatch.setattr("wirematch.detection.translations.translating.sentence_starts", refuse)
    [read] = await translating.read([article(BODY + " n.º" * (MOST_STOPS + 1))])
    assert read.translation is None
    assert "more than 5,000 sentences" in read.why
    assert book.asked == 0


async def test_what_no_engine_does_is_told(executor):
    [read] = await Translating([], "en", frozenset({"es"}), executor).read([article(BODY)])
    assert read.why == "No engine here translates from es to en."
    assert read.again


@pytest.mark.parametrize(
    ("fault", "again"), [("died", True), ("hangs", True), ("missing", True), ("mismatch", False), ("too_long", False)]
)
async def test_what_fails_is_told_and_tried_again_where_that_is_of_use(translating, book, fault, again):
    book.fault = fault
    [read] = await translating.read([article(BODY)])
    assert read.translation is None
    assert read.why
    assert read.again is again


async def test_another_number_of_sentences_is_no_translation(translating, book):
    book.fault = "fewer"
    [read] = await translating.read([article(BODY)])
    assert read.translation is None
    assert read.why == "book gave no translation that can be used."
    assert not read.again


async def test_a_translation_is_stored_with_what_it_is_of(translating):
    original = article(BODY, source="Norwind")
    [read] = await translating.read([original])
    assert read.translation is not None
    stored = as_article(original, read.translation)
    assert (stored.id, stored.source, stored.kind) == ("a", "Norwind", Kind.WIRE)
    again = translation_of(stored)
    assert (again.language, again.by, again.text) == ("es", "book (es-en)", read.translation.text)
    assert again.sentences.starts.tolist() == read.translation.sentences.starts.tolist()
    assert is_of(stored, original)
    assert not is_of(stored, article(BODY + " Continuará."))
    assert is_by(stored, translating.versions()["es"])
    assert not is_by(stored, "book 2")
    with pytest.raises(ValueError, match="no translation"):
        translation_of(original)
