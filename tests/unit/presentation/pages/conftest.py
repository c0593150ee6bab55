from __future__ import annotations

import pytest

from support.reported import article, report_on
from wirematch.models import Report


@pytest.fixture(scope="module")
def roundup() -> Report:
    wires = ("harbour-bridge-wire", "reservoir-verdict-wire", "quillern-layoffs-wire", "amber-lamps-wire")
    return report_on(article("half-year-roundup"), *map(article, wires))
