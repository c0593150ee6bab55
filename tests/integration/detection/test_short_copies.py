"""A copy of a short text is found although all of its shingles are in buckets that are full of newer stories."""

from __future__ import annotations

import itertools

import pytest

from support.api_calls import ARTICLES, check
from support.made_up import own

CAP = 4
TEAMS = [name.capitalize() for name in own(3, 6)]
ALERTS = [f"{one} opens against {other} in {third}" for one, other, third in itertools.permutations(TEAMS, 3)]


@pytest.fixture(params=["rare", "bottom"])
def settings(settings, request):
    """Buckets with room for a few articles."""
    return settings.model_copy(update={"bucket_cap": CAP, "sampling": request.param, "compare_limit": 8})


def test_each_of_many_alerts_that_share_their_words_is_found_again(client):
    for number, body in enumerate(ALERTS):
        receipt = client.post(ARTICLES, json={"id": f"a{number}", "body": body}, params={"report": False})
        assert receipt.status_code == 201
    reports = [check(client, {"body": body}) for body in ALERTS]

    assert [report["decision"] for report in reports] == ["duplicate"] * len(ALERTS)
    assert [report["matches"][0]["id"] for report in reports] == [f"a{number}" for number in range(len(ALERTS))]


def test_deleted_and_replaced_alerts_leave_the_bucket_of_their_text(client):
    body, other = ALERTS[0], ALERTS[-1]
    client.put(f"{ARTICLES}/a", json={"body": body})
    client.put(f"{ARTICLES}/a", json={"body": other})

    assert check(client, {"body": body})["matches"] == []
    assert [match["id"] for match in check(client, {"body": other})["matches"]] == ["a"]
    client.delete(f"{ARTICLES}/a")
    assert check(client, {"body": other})["index"]["candidates"] == 0
