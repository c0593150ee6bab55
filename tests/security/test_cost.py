"""The work for a text is bounded, whatever the text and on either path (compiled or Python)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.costly_texts import shuffled, texts
from wirematch.composition.components import open_detector
from wirematch.kernels import active_path
from wirematch.matching.evidence import MOST_PASSAGES
from wirematch.matching.profiles.text_profile import MOST_IN_ORDER
from wirematch.matching.resources import comparer_with
from wirematch.models import MAX_BODY_CHARACTERS, Article, Bound
from wirematch.presentation.pages.evidence_view import view_evidence

pytestmark = pytest.mark.slow
TESTS = Path(__file__).parents[1]

SECONDS = 30.0
"""CPU seconds for two texts: ten times what the worst takes on a common machine, a tenth of what it once took."""


def costs_on(path: str, size: int) -> dict[str, float]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
    environment |= {"WIREMATCH_KERNELS": path, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "support.costly_texts", str(size)]
    done = subprocess.run(command, cwd=TESTS, env=environment, capture_output=True, check=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


# The longest take minutes on a busy machine; they were run by hand, and scale like the shorter ones.
@pytest.mark.parametrize(("path", "size"), [("compiled", 40_000), ("python", 10_000)])
def test_no_text_is_more_work_than_another_by_much(path, size):
    if path == "compiled" and active_path() == "python":
        pytest.skip("there are no compiled kernels here")

    costs = costs_on(path, size)

    assert len(costs) > 30
    # Proportional to its length, plus a constant.
    most = SECONDS * (size + 10_000) / MAX_BODY_CHARACTERS
    assert {name: seconds for name, seconds in costs.items() if seconds > most} == {}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("shape", "stored", "left_out"),
    [("sentences of ideographs", 5, True), ("initials", 7, True), ("distinct words", 7, False)],
)
async def test_a_check_against_many_long_texts_says_what_it_left_out(settings, shape, stored, left_out):
    """The first two are more than may be compared, the last no candidates. Ideographs take four seconds to store."""
    text = texts(MAX_BODY_CHARACTERS - 1_000)[shape]
    async with open_detector(settings.redis_url or "", settings) as detector:
        for number in range(stored):
            await detector.add_many([Article(id=f"a{number}", body=shuffled(text, number))], decide=False)
        before = time.process_time()
        report = await detector.check(Article(body=shuffled(text, stored)))
        took = time.process_time() - before

    # Signing, the sieve, and as many comparisons as the byte limit allows.
    assert took < 2 * SECONDS
    assert (Bound.CANDIDATES in report.bounded) == left_out


@pytest.mark.parametrize("own", [False, True])
def test_a_page_of_nothing_but_quotations_takes_no_square_of_them(own):
    body = '"Yes sir" he said. ' * 10_000
    article = Article(body=body)
    match = comparer_with(None).compare_articles(article, article)
    before = time.process_time()
    view = view_evidence(article, article, match, own=own)

    assert len(view.my_text[0]) >= 20_000 or not own
    assert time.process_time() - before < 5  # it takes half a second; quadratic time would be 30


def test_what_a_comparison_left_out_is_said():
    comparer = comparer_with(None)
    text = texts(MAX_BODY_CHARACTERS - 1_000)["sentences of two kinds"]
    whole = comparer.compare(comparer.prepare(Article(body=text)), comparer.prepare(Article(body=shuffled(text))))
    short = comparer.compare(
        comparer.prepare(Article(body="Short. " * 40)), comparer.prepare(Article(body="Short. " * 40))
    )

    assert Bound.ORDER in whole.bounded
    assert len(whole.passages) <= MOST_PASSAGES
    assert (Bound.PASSAGES in whole.bounded) == (len(whole.passages) == MOST_PASSAGES)
    assert short.bounded == []
    assert MOST_IN_ORDER > 5_000  # words of the longest articles that anybody writes
