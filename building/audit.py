"""Check the pinned packages for known vulnerabilities, and write an SBOM of the service (CycloneDX): ``make audit``.

Runs in its own environment with pip-audit and cyclonedx-bom; licences are those declared by the packages in ``.venv``.
The exit status is 1 if a vulnerability is known; 0, with a note, if the advisories cannot be queried.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageMetadata, distributions
from pathlib import Path
from typing import Any

TOOLS = Path(sys.executable).parent
LOCK = Path("requirements.lock")
BILL = Path("build/sbom.json")
INSTALLED = Path(".venv/lib")
ASKING_SECONDS = 300


def main() -> int:
    """Return the exit status."""
    BILL.parent.mkdir(exist_ok=True)
    subprocess.run(
        [TOOLS / "cyclonedx-py", "requirements", LOCK, "--of", "JSON", "--output-reproducible", "-o", BILL],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    bill = json.loads(BILL.read_text(encoding="utf-8"))
    unknown = _add_licences(bill)
    BILL.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    print(f"{BILL}: {len(bill['components'])} packages of the service, as CycloneDX.")
    print(f"Of {len(unknown)} the licence is not known here: {', '.join(unknown) or 'none'}.")
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


def _add_licences(bill: Mapping[str, Any]) -> list[str]:
    """Add each component's declared licence; return the names of those without one."""
    folders = [str(folder) for folder in INSTALLED.glob("python*/site-packages")]
    said = {_plain(one.metadata["Name"]): _licence(one.metadata) for one in distributions(path=folders)}
    unknown = []
    for component in bill["components"]:
        if licence := said.get(_plain(component["name"])):
            component["licenses"] = [{"license": {"name": licence}}]
        else:
            unknown.append(component["name"])
    return unknown


def _plain(name: str) -> str:
    """Normalise a package name like the registry."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(metadata: PackageMetadata) -> str | None:
    """Return the SPDX expression, or else what classifiers or an older field say."""
    if expression := metadata.get("License-Expression"):
        return expression
    classified = [one.split(" :: ")[-1] for one in metadata.get_all("Classifier", []) if one.startswith("License ::")]
    return "; ".join(classified) or (metadata.get("License") or "").partition("\n")[0] or None


if __name__ == "__main__":
    sys.exit(main())
