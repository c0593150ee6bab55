"""The OpenAPI document, and the page that shows it."""

from __future__ import annotations

import re


def test_the_api_is_described_by_a_page_that_loads_nothing_from_elsewhere(client):
    page = client.get("/docs")

    assert page.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses.count("/") == 1  # the way back to the pages
    addresses.remove("/")
    assert addresses
    for address in addresses:
        assert address.startswith("/docs/files/")
        assert client.get(address).status_code == 200
    assert "//" not in "".join(addresses)


def test_the_interface_is_described(client):
    assert client.get("/docs").status_code == 200
    paths = client.get("/openapi.json").json()["paths"]

    assert {path: sorted(operations) for path, operations in paths.items()} == {
        "/v1/articles": ["get", "post"],
        "/v1/articles/bulk": ["post"],
        "/v1/articles/{article_id}": ["delete", "get", "put"],
        "/v1/articles/{article_id}/pickups": ["get"],
        "/v1/articles/{article_id}/cluster": ["get"],
        "/v1/articles/{article_id}/event": ["get"],
        "/v1/check": ["post"],
        "/v1/compare": ["post"],
        "/v1/session": ["delete", "get", "post"],
        "/livez": ["get"],
        "/readyz": ["get"],
    }
