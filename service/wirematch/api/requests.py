"""Request bodies beyond a single article."""

from __future__ import annotations

from wirematch.models import Article, Filters, Strict


class CheckRequest(Article, Filters):
    """An article to check, and filters, in one object."""

    def article(self) -> Article:
        """Return the article's fields."""
        return Article.model_validate({name: getattr(self, name) for name in Article.model_fields})

    def filters(self) -> Filters:
        """Return the filters' fields."""
        return Filters.model_validate(
            {name: getattr(self, name) for name in self.model_fields_set & Filters.model_fields.keys()}
        )


class CompareRequest(Strict):
    """Two articles: does the submission derive from the story?"""

    submission: Article
    story: Article
