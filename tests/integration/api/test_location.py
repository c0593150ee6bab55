"""``Location``: who stores an article is told its address."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from support.formats_documents import STORY

ARTICLES = "/v1/articles"


@pytest.mark.parametrize("article_id", [None, "quay-7", "https://norwind.example/star?a=1", "Hafen-Ü/cluster"])
def test_who_stores_an_article_is_told_its_address(client, article_id):
    sent = {"body": STORY} if article_id is None else {"body": STORY, "id": article_id}
    stored = client.post(ARTICLES, json=sent)

    assert stored.status_code == 201
    assert stored.headers["location"] == f"{ARTICLES}/{quote(stored.json()['id'], safe='')}"
    assert client.get(stored.headers["location"]).json()["id"] == stored.json()["id"]


def test_a_document_that_is_stored_has_an_address_and_a_copy_that_is_not_has_none(client):
    plain = {"content-type": "text/plain", "x-requested-with": "test"}
    stored = client.post(ARTICLES, content=STORY.encode(), headers=plain)
    copy = {"params": {"store": "unless_duplicate"}}
    dropped = (
        client.post(ARTICLES, json={"body": STORY}, **copy),
        client.post(ARTICLES, content=STORY.encode(), headers=plain, **copy),
    )

    assert client.get(stored.headers["location"]).json()["id"] == stored.json()["id"]
    assert [(one.status_code, "location" in one.headers) for one in dropped] == [(200, False)] * 2
