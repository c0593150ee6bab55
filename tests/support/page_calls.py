"""What tests of pages do as a browser does."""

from __future__ import annotations

from fastapi.testclient import TestClient


def check(client: TestClient, **form: str) -> str:
    """The address at which a check of what a form holds is found."""
    answer = client.post("/", data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])
