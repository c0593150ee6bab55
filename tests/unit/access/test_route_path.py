from __future__ import annotations

from urllib.parse import unquote

from hypothesis import example, given
from hypothesis import strategies as st

from wirematch.access.route_path import written_path

UNRESERVED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"


def test_exactly_unreserved_characters_are_decoded():
    for byte in range(256):
        for written in (f"/%{byte:02x}", f"/%{byte:02X}"):
            told = f"/{chr(byte)}" if chr(byte) in UNRESERVED else written
            assert written_path({"raw_path": written.encode()}) == told


@given(
    st.lists(st.sampled_from(["%", *"/2561aA.f?", "%2F", "%32", "%34", "%46", "%25", "%2"]), max_size=8).map("".join)
)
@example("/%%341")
@example("/%2%46cluster")
def test_the_path_stays_the_same_one(path):
    """Nothing is decoded twice, and no separator appears or goes."""
    before, _, _ = path.partition("?")
    found = written_path({"raw_path": path.encode()})
    assert found is not None
    assert unquote(found) == unquote(before)
    assert found.count("/") == before.count("/")
    assert found.count("%25") >= before.count("%25")
