"""Two versions of the service on one index: consecutive releases, and one with other settings."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import httpx2
import pytest

from faults.ledger import Ledger
from faults.stand import Services, choice
from faults.traffic import Traffic
from faults.verdict import examine
from support.live_service import LiveService, reindex
from support.waiting import PATIENCE_SECONDS, wait_for

SEED = choice("FAULT_SEED", 1)
ROOT = Path(__file__).parents[2]
LAYOUT_3 = "6b271c5^"
"""The last commit whose records have no tail; its fingerprints are of version 1."""
ENDED = "was built with other parameters"


def earlier_program(folder: Path) -> Path:
    """The service's sources at that commit; skipped without git history."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("there is no git")
    made = subprocess.run([git, "-C", ROOT, "archive", LAYOUT_3, "service"], capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"this clone has no commit {LAYOUT_3}")
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder / "service"


def test_an_earlier_release_and_this_one_on_one_index(tmp_path: Path, store, tell) -> None:
    """The present release does not start on an index with earlier fingerprints; the earlier one serves until a rebuild.

    After it, the earlier release refuses, and the present one finds what the earlier one acknowledged.
    """
    earlier = {"PYTHONPATH": str(earlier_program(tmp_path / "earlier"))}
    before = Services(tmp_path / "before", store.url, 1, earlier)
    ledger = Ledger()
    try:
        with Traffic(ledger, before.ports, SEED, clients=1, batch=2):
            wait_for(lambda: ledger.acknowledged > 50, "articles")
            refused = LiveService(tmp_path / "refused", "--redis-url", store.url)
            assert refused.process.wait(PATIENCE_SECONDS) == 2
            known = ledger.acknowledged
            wait_for(lambda: ledger.acknowledged > known + 20, "further articles")
            assert reindex(store.url, 1).wait(PATIENCE_SECONDS) == 0
            known = sum(ledger.refused.values())
            wait_for(lambda: sum(ledger.refused.values()) > known, "a refusal")
        ready = before.running[0].get("/readyz")
        after = Services(tmp_path / "after", store.url, 1)
        try:
            findings = examine(ledger, after.running[0].url, store.url)
        finally:
            after.end()
    finally:
        before.end()
    again = LiveService(tmp_path / "again", "--redis-url", store.url, environment=earlier)
    assert again.process.wait(PATIENCE_SECONDS) != 0
    tell(f"{ledger.acknowledged} acknowledged, refused {ledger.refused}; then /readyz of it {ready.status_code}")
    assert not findings, findings
    assert "wirematch reindex" in refused.log.read_text()
    assert ready.status_code == 503
    assert ENDED in again.log.read_text()


def test_a_service_with_other_parameters_does_not_start(tmp_path: Path, store, tell) -> None:
    """Nor does it change anything for the running service."""
    services, ledger = Services(tmp_path, store.url, 1), Ledger()
    try:
        with Traffic(ledger, services.ports, SEED, clients=2, batch=8):
            wait_for(lambda: ledger.acknowledged > 50, "articles")
            other = LiveService(tmp_path / "other", "--redis-url", store.url, environment={"WIREMATCH_SHARDS": "3"})
            assert other.process.wait(PATIENCE_SECONDS) != 0
            known = ledger.acknowledged
            wait_for(lambda: ledger.acknowledged > known + 50, "further articles")
        ready = httpx2.get(f"{services.running[0].url}/readyz", timeout=PATIENCE_SECONDS)
        findings = examine(ledger, services.running[0].url, store.url)
    finally:
        services.end()
    tell(f"it ended with status {other.process.returncode}; {ledger.acknowledged} acknowledged meanwhile")
    assert not findings, findings
    assert ready.status_code == 200
    assert ENDED in other.log.read_text()
