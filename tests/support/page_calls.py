"""What tests of pages do as a browser does."""

from __future__ import annotations

import csv
import io

from fastapi.testclient import TestClient

BYTE_ORDER_MARK = "\ufeff"


def check(client: TestClient, **form: str) -> str:
    """The address at which a check of what a form holds is found."""
    answer = client.post("/", data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def rows_of(table: str) -> list[dict[str, str]]:
    """Read a table as a spreadsheet does, which takes it for UTF-8 only if it begins with a byte order mark."""
    assert table.startswith(BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(table.removeprefix(BYTE_ORDER_MARK))))
