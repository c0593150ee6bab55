from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.hosts import as_address, authority_of, host_of, is_loopback


@pytest.mark.parametrize("host", ["localhost", "LocalHost", "127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"])
def test_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "0.0.0.0", "::", "128.0.0.1", "::ffff:10.0.0.1", "localhost.", "127.1", "0x7f000001"]
)
def test_others(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("authority", "host"),
    [
        ("desk.example", "desk.example"),
        ("DESK.example:80", "desk.example"),
        ("[::1]:80", "::1"),
        ("", None),
        (":80", None),
        ("desk.example:x", None),
        ("desk.example:99999", None),
        ("a@desk.example", None),
        ("desk.example/path", None),
        ("[::1", None),
    ],
)
def test_the_host_of_an_authority(authority, host):
    assert host_of(authority) == host


@pytest.mark.parametrize(
    ("origin", "authority"),
    [
        ("http://desk.example", "desk.example"),
        ("http://desk.example:80", "desk.example"),
        ("https://desk.example:443", "desk.example"),
        ("https://desk.example:80", "desk.example:80"),
        ("null", None),
        ("file://", None),
    ],
)
def test_the_authority_of_an_origin(origin, authority):
    assert authority_of(origin) == authority


@given(st.text())
def test_no_text_at_all_is_an_error(text):
    host_of(text)
    authority_of(text)
    as_address(text)
    is_loopback(text)
