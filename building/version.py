"""Write the version to every file that has it: ``python building/version.py 0.2.0``. A test ensures that all agree."""

from __future__ import annotations

import re
import sys
from pathlib import Path

PLACES = {
    "service/wirematch/__init__.py": r'(?m)^__version__ = "(.+)"$',
    "wirematch_client/__init__.py": r'(?m)^__version__ = "(.+)"$',
    "deploy/helm/wirematch/Chart.yaml": r"(?m)^(?:version|appVersion): (.+)$",
}
"""Files, with patterns that match the version in them."""
FORM = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?")


def main() -> int:
    """Return the exit status."""
    if len(sys.argv) != 2 or not FORM.fullmatch(sys.argv[1]):
        print("one version is wanted, such as 0.2.0")
        return 2
    for name, pattern in PLACES.items():
        file = Path(name)
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(pattern, lambda found: found[0].replace(found[1], sys.argv[1]), text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
