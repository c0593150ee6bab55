from __future__ import annotations

import pytest

from wirematch_client.calls import with_key


@pytest.mark.parametrize(
    ("key", "given", "sent"),
    [
        ("wm_1", None, "Bearer wm_1"),
        ("wm_1", {"x": "y"}, "Bearer wm_1"),
        ("wm_1", {"authorization": "Bearer mine"}, "Bearer mine"),
        ("", None, None),
        (None, {"x": "y"}, None),
    ],
)
def test_the_environments_key_is_sent_unless_another_is_given(monkeypatch, key, given, sent):
    if key is not None:
        monkeypatch.setenv("WIREMATCH_KEY", key)
    headers = {name.lower(): value for name, value in with_key(given).items()}

    assert headers.get("authorization") == sent
