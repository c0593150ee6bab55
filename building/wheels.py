"""Build the wheels of both packages into ``dist``, and try each one in an empty environment: ``make wheel``.

They are built from a copy of the files known to git, so that they contain nothing else. Fails if something is missing
from a wheel, or does not run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
LOCK = ROOT / "requirements.lock"
STORY = "demo/stories/harbour-bridge"
DATA = {".lua", ".json", ".tsv", ".html", ".css", ".js", ".svg", ".bloom"}
"""Suffixes of data files that modules need."""
CLIENT_TRIED = """
import importlib.util, wirematch_client
from wirematch_client import Article, AsyncClient, Client, ConnectionFailedError
assert not any(map(importlib.util.find_spec, ("wirematch", "numpy", "fastapi", "redis", "lxml")))
with Client("http://127.0.0.1:9", timeout=1) as client:
    try:
        client.check(Article(body="A story."))
    except ConnectionFailedError:
        print(wirematch_client.__version__)
"""


def main() -> None:
    """Build the wheels, inspect them and try them."""
    shutil.rmtree(DIST, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="wirematch-wheels-") as folder:
        place = Path(folder)
        copied = _copy(place / "source")
        service, client = (_wheel(project) for project in (copied, copied / "wirematch_client"))
        version = service.name.split("-")[1]
        if client.name.split("-")[1] != version:
            raise SystemExit(f"{service.name} and {client.name} are of two versions")
        _look_into(service, copied)
        tried = _try_service(service, place / "service"), _try_client(client, place / "client")
        if set(tried) != {version}:
            raise SystemExit(f"they say that they are {tried}")
    for wheel in (service, client):
        print(f"{wheel.relative_to(ROOT)}: {wheel.stat().st_size / 1e3:,.0f} KB, runs in an empty environment")


def _copy(target: Path) -> Path:
    """Copy all files known to git, as they are in the working tree."""
    listed = _said(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT).split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def _wheel(project: Path) -> Path:
    before = set(DIST.glob("*.whl"))
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--disable-pip-version-check", "--wheel-dir", str(DIST)]
    _said([sys.executable, "-m", "pip", "wheel", *options, "."], project)
    [made] = set(DIST.glob("*.whl")) - before
    return made


def _look_into(wheel: Path, source: Path) -> None:
    """Check that every module and data file is in the wheel, and no C source and nothing of the tests."""
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(file.relative_to(source / "service"))
        for file in (source / "service" / "wirematch").rglob("*")
        if file.suffix in DATA | {".py"} or file.name == "py.typed"
    }
    if missing := sorted(wanted - held):
        raise SystemExit(f"{wheel.name} has no {', '.join(missing[:5])} …")
    strange = [name for name in held if name.split("/")[0] in ("tests", "bench", "demo", "building")]
    if strange := strange + [name for name in held if name.endswith((".c", ".h"))]:
        raise SystemExit(f"{wheel.name} has {', '.join(strange[:5])} …")


def _try_service(wheel: Path, folder: Path) -> str:
    """Store a story and recognise its rewrite; return the version."""
    python = _environment(folder)
    _install(python, "--require-hashes", "-r", str(LOCK))
    _install(python, "--no-deps", str(wheel))
    command, data = str(python.with_name("wirematch")), ["--data-dir", str(folder / "data")]
    _said([command, "add", str(ROOT / STORY / "wire.json"), *data], folder)
    checked = json.loads(_said([command, "check", "--json", str(ROOT / STORY / "rewrite.json"), *data], folder))
    if checked["decision"] != "rewrite":
        raise SystemExit(f"{wheel.name} calls a rewrite {checked['decision']}")
    return _said([command, "--version"], folder).split()[1]


def _try_client(wheel: Path, folder: Path) -> str:
    """Check that the client reports a missing service without depending on the server; return the version."""
    python = _environment(folder)
    pinned = [line.split(" ")[0] for line in LOCK.read_text(encoding="utf-8").splitlines() if "==" in line[:80]]
    (folder / "pinned.txt").write_text("\n".join(one for one in pinned if one[:1].isalpha()) + "\n", encoding="utf-8")
    _install(python, "-c", str(folder / "pinned.txt"), str(wheel))
    return _said([str(python), "-I", "-c", CLIENT_TRIED], folder).strip()


def _environment(folder: Path) -> Path:
    _said([sys.executable, "-m", "venv", "--without-pip", str(folder / "environment")], ROOT)
    return folder / "environment" / "bin" / "python"


def _install(python: Path, *arguments: str) -> None:
    """Install with this environment's pip; what is imported later is compiled then."""
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    _said([*pip, "install", "--quiet", "--no-compile", *arguments], python.parent)


def _said(command: Sequence[str], folder: Path) -> str:
    """Return a command's output. If it fails, print the output and raise CalledProcessError."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WIREMATCH_", "PYTHONPATH"))}
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout, done.stderr, file=sys.stderr)
        done.check_returncode()
    return done.stdout


if __name__ == "__main__":
    main()
