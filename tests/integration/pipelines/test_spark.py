"""The documentation's job, verbatim, on Spark in local mode; its result is loaded into an index."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from support.forked_command import run_command
from support.required import skip_without
from wirematch.composition.components import open_detector
from wirematch.errors import InvalidSettingError
from wirematch.matching.model.tuned import Tuning
from wirematch.models import Article

skip_without("spark", None if find_spec("pyspark") else "needs Spark: make spark")
skip_without("spark", None if shutil.which("java") else "needs Java 17 or newer")

pytestmark = pytest.mark.slow

SUBMIT = Path(sys.executable).parent / "spark-submit"
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""A virtual machine that ends after a minute earns nothing back of what optimising its code takes."""
GUIDE = Path(__file__).parents[3] / "docs" / "pipelines" / "spark.md"


def rows(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.glob("part-*.gz"))
    return [json.loads(line) for file in files for line in gzip.open(file)]


@pytest.fixture(scope="module")
def corpus(stories) -> list[dict[str, Any]]:
    """All sample stories in the order of publication, a copy of a rewrite, an update, a text without a time.

    And a brief, which is undecided though it resembles a notice.
    """
    articles = [
        article | {"id": f"{name}-{kind}", "published_at": f"2026-03-{day:02}T{hour:02}:00:00Z"}
        for day, (name, story) in enumerate(sorted(stories.items()), 1)
        for hour, (kind, article) in enumerate(sorted(story.items(), key=lambda item: item[0] != "wire"))
    ]
    notice = "Markets closed in Averland on Monday because of the holiday. "
    rest = "Trading resumes on Tuesday at nine in the morning as usual, the exchange said in its notice to members."
    rewrite = next(one for one in articles if one["id"] == "harbour-bridge-rewrite")
    return [
        *articles,
        {"id": "notice", "body": notice + rest, "published_at": "2026-03-08T00:00:00Z"},
        {"id": "brief", "body": notice + "Sorel pamit kandu vos.", "published_at": "2026-03-08T01:00:00Z"},
        rewrite | {"id": "copy-of-rewrite", "published_at": "2026-03-09T00:00:00Z"},
        rewrite | {"id": "copy-of-copy", "published_at": None},
    ]


@pytest.fixture(scope="module")
def made(corpus, tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    """The job's output, and what it printed at the end."""
    folder = tmp_path_factory.mktemp("spark")
    [script] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (folder / "job.py").write_text(script, encoding="utf-8")
    (folder / "given").mkdir()
    lines = [json.dumps(article) for article in reversed(corpus)]  # in no helpful order
    older = corpus[0] | {"published_at": "2020-01-01T00:00:00Z", "body": "An older version of the story."}
    (folder / "given" / "a.ndjson").write_text(
        "\n".join([*lines[::2], "", "{no JSON", json.dumps(older)]), encoding="utf-8"
    )
    with gzip.open(folder / "given" / "b.ndjson.gz", "wt", encoding="utf-8") as packed:
        packed.write("\n".join(lines[1::2]))
    settings = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.host": "127.0.0.1"}
    options = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    command = [SUBMIT, "--master", "local[2]", "--driver-java-options", SHORT_LIVED, *options, "job.py", "given", "out"]
    environment = os.environ | {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert ran.returncode == 0, ran.stderr
    return folder / "out", json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.anyio
async def test_decisions_are_those_of_the_service(made, corpus, settings):
    """As if the articles had been stored one by one, in the order of publication."""
    expected = {}
    async with open_detector(settings.redis_url, settings) as detector:
        for article in corpus:
            report = (await detector.add(Article.model_validate(article))).report
            expected[article["id"]] = (report.decision, report.original_id)
    found = {row["id"]: (row["decision"], row["original_id"]) for row in rows(made[0] / "clusters")}

    assert found == expected


def test_clusters_have_their_first_article_for_a_name(made, corpus):
    told = {row["id"]: row for row in rows(made[0] / "clusters")}

    assert [row["id"] for row in rows(made[0] / "clusters")] == [article["id"] for article in corpus]
    for name in ("harbour-bridge-rewrite", "copy-of-rewrite", "copy-of-copy"):
        assert told[name]["cluster"] == "harbour-bridge-wire"
    assert told["harbour-bridge-independent"]["cluster"] == "harbour-bridge-independent"
    assert told["copy-of-rewrite"]["closest_id"] == "harbour-bridge-rewrite"
    assert "closest_id" not in told["harbour-bridge-wire"]
    assert told["harbour-bridge-copy"]["verbatim"] > 0.8


def test_bad_lines_and_counts_are_told(made, corpus):
    out, counts = made
    [bad] = rows(out / "bad")

    assert bad["line"] == "{no JSON"
    assert "valid JSON" in bad["reason"]
    assert (counts["articles"], counts["bad"]) == (len(corpus), 1)
    assert counts["clusters"] == len({row["cluster"] for row in rows(out / "clusters")})
    assert counts["indexed"] == len(rows(out / "index")) == len(corpus) - counts["decisions"]["duplicate"]


def test_the_service_loads_the_index(made, tmp_path, stories):
    def run(*arguments: object) -> str:
        done = run_command([*arguments, "--data-dir", tmp_path / "data"], os.environ)
        done.check_returncode()
        return done.stdout.decode()

    number = made[1]["indexed"]
    assert run("load", made[0] / "index") == f"{number} stored, 0 there before\n"
    assert run("load", made[0] / "index") == f"0 stored, {number} there before\n"
    (tmp_path / "text.json").write_text(json.dumps(stories["strait-accord"]["rewrite"] | {"id": "x"}), encoding="utf-8")
    assert json.loads(run("check", "--json", tmp_path / "text.json"))["decision"] in {"duplicate", "rewrite"}


def test_a_tuning_for_another_model_ends_the_job_before_it_starts():
    from wirematch.pipelines.spark.job import JobPlan  # noqa: PLC0415 - needs Spark

    with pytest.raises(InvalidSettingError, match="another release's model"):
        JobPlan(tuning=Tuning(model="0" * 16, threshold=0.4, pairs=9, made_by="a test"))
