"""Looks the pinned packages up among known weaknesses, and writes what is in the service as CycloneDX: ``make audit``.

Runs in an environment of its own with pip-audit and cyclonedx-bom. Ends with 1 where a weakness is known, with 0 and
a line where the advisories cannot be asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

TOOLS = Path(sys.executable).parent
LOCK = Path("requirements.lock")
BILL = Path("build/sbom.json")
ASKING_SECONDS = 300


def main() -> int:
    """The exit status."""
    BILL.parent.mkdir(exist_ok=True)
    subprocess.run(
        [TOOLS / "cyclonedx-py", "requirements", LOCK, "--of", "JSON", "--output-reproducible", "-o", BILL],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    parts = len(json.loads(BILL.read_text(encoding="utf-8"))["components"])
    print(f"{BILL}: {parts} packages of the service, as CycloneDX.")
    found = subprocess.run(
        [TOOLS / "pip-audit", "-r", LOCK, "--disable-pip", "--no-deps", "-f", "json", "--progress-spinner", "off"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=ASKING_SECONDS,
        check=False,
    )
    packages = json.loads(found.stdout)["dependencies"] if found.stdout else []
    asked = [package for package in packages if "vulns" in package]
    if not asked:
        print("Skipped: the advisories of PyPI cannot be asked from here.")
        return 0
    weak = [(package["name"], package["version"], one["id"]) for package in asked for one in package["vulns"]]
    for name, version, weakness in weak:
        print(f"{name} {version}: {weakness}")
    print(f"{len(weak)} known weaknesses in {len(asked)} packages; of {len(packages) - len(asked)} nothing is known.")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
