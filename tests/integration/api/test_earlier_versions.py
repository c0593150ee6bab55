"""Earlier versions of an article are kept for a while, shown word by word, and deleted with the article."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from support.api_calls import ARTICLES, add
from support.document_calls import URI, send_ninjs
from support.expiry import let_pass
from support.formats_documents import STORY
from support.waiting import wait_for
from wirematch.app import create_app
from wirematch.composition.components import open_components
from wirematch.models import Article
from wirematch.state.earlier_versions import EarlierVersion, pack, unpack

TEXTS = [
    "The harbour board will close the old timber quay for eleven months. Divers found two hollow piers.",
    "The harbour board will close the old timber quay for a year. Divers found two hollow piers.",
    "The harbour board will close the old timber quay for a year. Divers found three hollow piers, it said.",
]


def put(client, text: str, article_id: str = "quay/7", **more) -> None:
    answer = client.put(
        f"{ARTICLES}/{quote(article_id, safe='')}", json={"body": text, "headline": "Quay closes"} | more
    )
    assert answer.status_code in (200, 201), answer.text


def page(client, path: str = "") -> str:
    answer = client.get(f"/articles/quay%2F7{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_each_version_shows_what_the_next_one_changed(client):
    for text in TEXTS:
        put(client, text)
    story = page(client)

    assert story.index("Version 2") < story.index("Version 1")
    assert "4 words added, 2 words removed" in story
    assert "<del>eleven months.</del> <ins>a year.</ins>" in page(client, "/versions/1")
    assert "<ins>three</ins>" in page(client, "/versions/2")
    assert "version 3, compared with version 2" in page(client, "/versions/2")
    for missing in ("3", "4"):
        assert client.get(f"/articles/quay%2F7/versions/{missing}").status_code == 404


def test_documents_have_versions_too_and_what_only_has_another_time_has_none(client):
    first, second = "2026-03-03T10:40:00Z", "2026-03-03T20:40:00Z"
    send_ninjs(client, version="1", firstCreated=first, versionCreated=first)
    body = [{"role": "main", "contentType": "text/plain", "value": STORY.replace("ferry", "vessel")}]
    send_ninjs(client, version="2", versionCreated=second, bodies=body)
    send_ninjs(client, version="3", versionCreated="2026-03-03T21:00:00Z", bodies=body)
    shown = client.get(f"/articles/{quote(URI, safe='')}").text

    assert shown.count('<span class="badge">Version ') == 1
    assert "<ins>vessel</ins>" in client.get(f"/articles/{quote(URI, safe='')}/versions/1").text


def test_texts_with_markup_in_them_show_as_text(client):
    put(client, "<script>alert(1)</script> was put up by the board.", body_format="text")
    put(client, "<script>alert(2)</script> was put up by the board.", body_format="text")

    assert "<script>alert" not in page(client, "/versions/1")
    assert "&lt;script&gt;alert(1)" in page(client, "/versions/1")


@pytest.mark.parametrize(("kept", "shown"), [(0, []), (2, ["4", "3"])])
def test_so_many_are_kept(settings, kept, shown):
    with TestClient(create_app(settings.model_copy(update={"versions_kept": kept}))) as client:
        for number in range(5):
            put(client, f"{TEXTS[0]} Version {number} of it.")

        assert [part.split("<")[0] for part in page(client).split('<span class="badge">Version ')[1:]] == shown


def test_deleting_an_article_leaves_none_of_its_texts(client, keys):
    empty = keys()
    for text in TEXTS:
        put(client, text)
    assert keys() > empty
    client.delete(f"{ARTICLES}/quay%2F7")
    wait_for(lambda: keys() == empty, "forgetting it")  # its note for clusters goes after the answer

    put(client, TEXTS[0])
    assert "What it was before" not in page(client)


def test_a_kill_leaves_none_either(client, keys):
    for number, text in enumerate(TEXTS):
        send_ninjs(client, version=str(number), bodies=[{"role": "main", "value": text}])
    send_ninjs(client, version="9", pubStatus="canceled", bodies=[])

    wait_for(lambda: keys() == {f":kill:{URI}}}"}, "forgetting it")


@pytest.mark.anyio
async def test_an_expired_article_leaves_none_either(settings, store, index_name, keys):
    with TestClient(create_app(settings)) as client:
        for text in TEXTS:
            put(client, text, expires_at="2099-01-01T00:00:00Z")
    let_pass(10**10, store, index_name)
    async with open_components(settings.redis_url or "", settings) as components:
        await components.detector.sweep(100)

    assert not [key for key in keys() if "versions" in key]


def test_a_version_that_comes_back_after_a_deletion_has_no_past(client):
    add(client, {"id": "quay/7", "body": TEXTS[0]})
    client.delete(f"{ARTICLES}/quay%2F7")
    put(client, TEXTS[1])
    put(client, TEXTS[2])

    assert page(client).count('<span class="badge">Version ') == 1


def test_what_did_not_follow_is_not_read():
    version = {"version": 1, "replaced_at": "2026-03-03T10:00:00Z", "article": {"id": "a", "body": TEXTS[0]}}
    earlier = EarlierVersion.model_validate(version)
    packed = pack(earlier, Article(id="a", body=TEXTS[1]))

    assert unpack(packed, Article(id="a", body=TEXTS[1])) == earlier
    assert unpack(packed, Article(id="a", body=TEXTS[2])) is None
