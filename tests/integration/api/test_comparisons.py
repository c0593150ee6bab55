"""Two articles compared over HTTP."""

from __future__ import annotations

from support.api_calls import add
from support.made_up import own, told
from support.problem_documents import assert_problem


def test_two_articles_are_compared_and_nothing_is_stored(client, bridge, keys):
    before = keys()
    response = client.post("/v1/compare", json={"submission": bridge["rewrite"], "story": bridge["wire"]})
    match = response.json()

    assert response.status_code == 200
    assert (match["id"], match["relation"]) == (bridge["wire"]["id"], "rewrite")
    assert keys() == before


def test_articles_with_nothing_in_common_are_called_unrelated(client, bridge, stories):
    match = client.post(
        "/v1/compare", json={"submission": bridge["wire"], "story": stories["amber-lamps"]["wire"]}
    ).json()

    assert (match["relation"], match["derivation"], match["passages"]) == ("unrelated", "non_derived", [])


def test_a_footer_is_told_from_what_was_taken_by_what_others_carry(client):
    """Two texts alone cannot tell it from a paragraph that one took from the other."""
    footer = told(own(99, 70))
    pages = [f"{told(own(number, 200))}\n\n{footer}" for number in range(5)]
    pair = {"submission": {"body": pages[0]}, "story": {"body": pages[1]}}
    alone = client.post("/v1/compare", json=pair).json()
    for number in (2, 3, 4):
        add(client, {"id": f"page-{number}", "source": f"Outlet {number}", "body": pages[number]})
    among_others = client.post("/v1/compare", json=pair).json()

    assert alone["relation"] == "partial"
    assert (among_others["derivation"], among_others["passages"]) == ("non_derived", [])


def test_a_comparison_needs_both_sides(client):
    response = client.post("/v1/compare", json={"submission": {"body": "Four died."}})

    assert assert_problem(response, 422, "invalid-request")["errors"] == [
        {"place": "body.story", "message": "Field required"}
    ]
