from __future__ import annotations

import re


def test_the_api_is_described_by_a_page_that_loads_nothing_from_elsewhere(client):
    page = client.get("/docs")

    assert page.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses
    for address in addresses:
        assert address.startswith("/docs/files/")
        assert client.get(address).status_code == 200
    assert "//" not in "".join(addresses)
