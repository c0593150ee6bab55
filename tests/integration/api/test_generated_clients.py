"""Clients generated from the OpenAPI document can be imported, and calls return typed results.

The generators are external tools, not dependencies: ``make generators`` installs them in a folder of their own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.openapi_document import openapi_document
from support.required import skip_without

FOLDER = Path(__file__).parents[3] / ".generators"
PYTHON = FOLDER / "python/bin"
NODE_MODULES = FOLDER / "node_modules"
skip_without("generators", None if (FOLDER / ".ready").exists() else "needs generators of clients: make generators")

pytestmark = pytest.mark.slow

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
    file.write_text(json.dumps(openapi_document()), encoding="utf-8")
    return file


TYPED_CALLS = """
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";
declare const process: { argv: string[] };
const client = createClient<paths>({ baseUrl: process.argv[2]! });
const body = "Four people died when the harbour bridge of Averland fell into the strait on Tuesday, it said.";
const stored = await client.POST("/v1/articles", { body: { id: "a", body } });
const answer: components["schemas"]["Receipt"] | components["schemas"]["Withdrawal"] | undefined = stored.data;
const told = answer && "stored" in answer ? answer.stored : undefined;
const checked = await client.POST("/v1/check", { body: { body } });
const decision: "duplicate" | "rewrite" | "partial" | "new" | "undecided" | undefined = checked.data?.decision;
const missing = await client.GET("/v1/articles/{article_id}", { params: { path: { article_id: "nope" } } });
const title: string | undefined = missing.error?.title;
console.log(JSON.stringify([told, decision, missing.response.status, title]));
"""


def run(*command: object, **options) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_python_client_imports_and_has_types_for_answers_and_errors(description, tmp_path, serve):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"package_name_override": "wirematch_generated", "post_hooks": []}), encoding="utf-8")
    made = tmp_path / "wirematch_generated"
    generate = (PYTHON / "openapi-python-client", "generate", "--path", description, "--config", config)
    run(*generate, "--meta", "none", "--output-path", made)
    told = run(PYTHON / "python", "-c", CALLS, serve().url, env={**os.environ, "PYTHONPATH": str(tmp_path)})

    assert json.loads(told) == [[201, "Receipt"], [409, "Problem"], [404, "Problem"], [200, "Report"]]


def test_a_typescript_client_compiles_with_typed_errors_and_calls(description, tmp_path, serve):
    if shutil.which("node") is None:
        skip_without("generators", "needs node")
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "calls.ts").write_text(TYPED_CALLS, encoding="utf-8")
    run(NODE_MODULES / ".bin/openapi-typescript", description, "-o", tmp_path / "schema.ts")
    strictly = ("--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck")
    run(NODE_MODULES / ".bin/tsc", *strictly, tmp_path / "calls.ts", cwd=tmp_path)
    told = run("node", tmp_path / "calls.js", serve().url, cwd=tmp_path)

    assert json.loads(told) == [True, "duplicate", 404, "No such article"]
    made = (tmp_path / "schema.ts").read_text(encoding="utf-8")
    assert '"application/problem+json": components["schemas"]["Problem"]' in made
    assert '"application/ninjs+json": {' in made
