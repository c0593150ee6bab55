"""The page of an error: what a reader can do about it."""

from __future__ import annotations

import pytest

from wirematch.api.problems import problem
from wirematch.presentation.pages.rendering import render

AGAIN = '<a class="button primary" href="">Try again</a>'


@pytest.mark.parametrize(("status", "again", "kept"), [(404, False, False), (500, True, False), (503, True, True)])
def test_what_may_pass_can_be_tried_again(status, again, kept):
    shown = problem(status, "index-unavailable", "The index is unavailable", "No answer.")
    page = render("error.html", problem=shown, again=True)

    assert (AGAIN in page) is again
    assert ("What is stored is not lost." in page) is kept
