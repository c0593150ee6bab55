"""What pages say of an article: links, language, headline."""

from __future__ import annotations

from wirematch.models import Article
from wirematch.presentation.pages.facts import evidence_page, facts_of


def test_a_link_is_only_to_a_page_and_ids_are_quoted():
    hostile = Article(id="a/b?c#d", body="Rain.", url="javascript:alert(1)")

    assert facts_of(hostile).url is None
    assert facts_of(hostile).page == "/articles/a%2Fb%3Fc%23d"
    assert facts_of(Article(id="..", body="Rain.")).page is None
    assert facts_of(hostile).headline == "Rain."
    assert facts_of(hostile).is_opening
    assert not facts_of(hostile.model_copy(update={"headline": "Rain"})).is_opening
    assert evidence_page("/checks/x", "é é") == "/checks/x/against/%C3%A9%20%C3%A9"
    assert facts_of(hostile.model_copy(update={"url": "https://[broken"})).url is None


def test_an_article_has_its_language_if_that_is_a_tag():
    told = Article(body="Der Damm brach.", language="de-CH")

    assert facts_of(told).language == "de-CH"
    assert facts_of(told.model_copy(update={"language": 'German" onclick="x'})).language is None
    assert facts_of(told.model_copy(update={"language": None})).language is None
