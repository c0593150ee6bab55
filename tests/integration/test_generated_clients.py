"""Clients that generators make of the OpenAPI document: they import, and a call of each comes back typed.

The generators are other people's tools and no dependency; where they are not installed, the tests say so and skip.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.live_service import LiveService
from wirematch.app import create_app

PYTHON_GENERATOR = shutil.which("openapi-python-client")
TYPESCRIPT_GENERATOR = shutil.which("openapi-typescript")

CALLS = """
import json, sys
from pathlib import Path
import importlib, pkgutil
import wirematch_generated as package
import wirematch_generated.api as api
for module in pkgutil.walk_packages(package.__path__, "wirematch_generated."):
    importlib.import_module(module.name)
from wirematch_generated import Client
from wirematch_generated.api.articles import add_article_v1_articles_post as add
from wirematch_generated.api.articles import get_article_v1_articles_article_id_get as get
from wirematch_generated.api.checks import check_article_v1_check_post as check
from wirematch_generated.models import Article, CheckRequest
client = Client(base_url=sys.argv[1])
body = "Four people died when the harbour bridge of Averland fell into the strait on Tuesday, the coast guard said."
told = [
    add.sync_detailed(client=client, body=Article(id="a", body=body)),
    add.sync_detailed(client=client, body=Article(id="a", body=body)),
    get.sync_detailed(client=client, article_id="nope"),
    check.sync_detailed(client=client, body=CheckRequest(body=body)),
]
print(json.dumps([[int(one.status_code), type(one.parsed).__name__] for one in told]))
"""


@pytest.fixture
def description(tmp_path) -> Path:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(create_app().openapi()), encoding="utf-8")
    return file


@pytest.mark.skipif(PYTHON_GENERATOR is None, reason="openapi-python-client is not installed")
def test_a_python_client_imports_and_has_types_for_answers_and_errors(description, tmp_path):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"package_name_override": "wirematch_generated", "post_hooks": []}), encoding="utf-8")
    assert PYTHON_GENERATOR is not None
    command = [PYTHON_GENERATOR, "generate", "--path", description, "--config", config, "--meta", "none"]
    subprocess.run([*command, "--output-path", tmp_path / "wirematch_generated"], check=True, capture_output=True)
    beside = Path(PYTHON_GENERATOR).resolve().parent / "python"
    python = str(beside) if beside.exists() else sys.executable
    service = LiveService(tmp_path / "data")
    try:
        service.wait_until_ready()
        done = subprocess.run(
            [python, "-c", CALLS, service.url],
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        service.end(signal.SIGTERM)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[201, "Receipt"], [409, "Problem"], [404, "Problem"], [200, "Report"]]


@pytest.mark.skipif(TYPESCRIPT_GENERATOR is None, reason="openapi-typescript is not installed")
def test_a_typescript_client_has_types_for_errors(description, tmp_path):
    assert TYPESCRIPT_GENERATOR is not None
    subprocess.run([TYPESCRIPT_GENERATOR, description, "-o", tmp_path / "schema.ts"], check=True, capture_output=True)
    made = (tmp_path / "schema.ts").read_text(encoding="utf-8")

    assert '"application/problem+json": components["schemas"]["Problem"]' in made
    assert '"application/ninjs+json": {' in made
