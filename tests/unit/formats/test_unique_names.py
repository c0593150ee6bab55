from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.formats.lines import read_article_line
from wirematch.formats.unique_names import RepeatedNameError, load_unique
from wirematch.kernels.index.names import count_names

NAMES = st.sampled_from(["a", "b", "", "\\", '"', '":', "\\\\", 'a"', "é", "\u2028", ":"])


class Members(list[tuple[str, Any]]):
    """An object as it is written, with names that may be repeated."""


values = st.recursive(
    st.one_of(NAMES, st.integers(), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.lists(st.tuples(NAMES, inner), max_size=4).map(Members)),
    max_leaves=12,
)


def written(value: Any, blank: str, *, ascii_only: bool) -> str:
    if isinstance(value, Members):
        members = (
            f"{json.dumps(name, ensure_ascii=ascii_only)}{blank}:{blank}{written(inner, blank, ascii_only=ascii_only)}"
            for name, inner in value
        )
        return f"{{{blank}{f'{blank},{blank}'.join(members)}{blank}}}"
    if isinstance(value, list):
        return f"[{','.join(written(inner, blank, ascii_only=ascii_only) for inner in value)}]"
    return json.dumps(value, ensure_ascii=ascii_only)


def names_in(value: Any) -> int:
    if isinstance(value, Members):
        return len(value) + sum(names_in(inner) for _, inner in value)
    return sum(map(names_in, value)) if isinstance(value, list) else 0


def repeats(value: Any) -> bool:
    if isinstance(value, Members):
        return len({name for name, _ in value}) < len(value) or any(repeats(inner) for _, inner in value)
    return isinstance(value, list) and any(map(repeats, value))


@given(values, st.sampled_from(["", " ", "\t\n"]), st.booleans())
def test_repeated_names_are_told_from_all_else(value, blank, ascii_only):
    text = written(value, blank, ascii_only=ascii_only)

    if repeats(value):
        with pytest.raises(RepeatedNameError) as raised:
            load_unique(text)
        assert raised.value.path
    else:
        assert load_unique(text) == json.loads(text)


@given(values, st.sampled_from(["", " ", "\t\n"]), st.booleans())
def test_the_kernel_counts_every_name(value, blank, ascii_only):
    assert count_names(written(value, blank, ascii_only=ascii_only).encode()) in {names_in(value), None}


@given(st.lists(st.sampled_from(["id", "source", "headline", "url", "metadata"]), max_size=4), NAMES, NAMES)
def test_a_line_is_an_article_only_if_no_name_is_repeated(names, first, second):
    members = [(name, Members([(first, 1), (second, name)]) if name == "metadata" else "x") for name in names]
    line = Members([("body", "Four died. "), *members])
    encoded = written(line, " ", ascii_only=False).encode()

    if repeats(line):
        with pytest.raises(RepeatedNameError):
            read_article_line(encoded)
    else:
        assert read_article_line(encoded).model_fields_set == {"body", *names}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"a": 1, "a": 1}', ("a",)),
        ('[0, {"b": {"a": [{"c": 1, "c": null}]}}]', (1, "b", "a", 0, "c")),
        ('{"a": {"b": 1, "b": 2}, "a": 0}', ("a",)),
    ],
)
def test_the_place_is_told(text, path):
    with pytest.raises(RepeatedNameError) as raised:
        load_unique(text)

    assert raised.value.path == path


@pytest.mark.parametrize("text", ["", "{", "nul", '{"a" 1}', '{"a": 1,}', '{"a": 1, "a": 2'])
def test_what_is_no_json_is_refused_as_ever(text):
    with pytest.raises(json.JSONDecodeError):
        load_unique(text)
