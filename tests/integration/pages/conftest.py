from __future__ import annotations

import pytest


@pytest.fixture
def client(client):
    """A client that, like a browser, says which page a form comes from."""
    client.headers["origin"] = "http://testserver"
    return client


@pytest.fixture
def loaded(client):
    answer = client.post("/samples", follow_redirects=False)
    assert answer.status_code == 303
    return client
