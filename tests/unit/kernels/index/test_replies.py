"""The values of a reply as found by a kernel, compared with the library that otherwise reads replies."""

from __future__ import annotations

import itertools

import hiredis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from wirematch.kernels.index.replies import Reply, Values, values_in

value = st.binary(max_size=40) | st.none() | st.integers(-5, 2**40)
answers = st.lists(value | st.lists(value, max_size=6), max_size=6)


def written(answer: object, nothing: bytes) -> bytes:
    if isinstance(answer, list):
        return b"*%d\r\n%s" % (len(answer), b"".join(written(one, nothing) for one in answer))
    if isinstance(answer, int):
        return b":%d\r\n" % answer
    return nothing if answer is None else b"$%d\r\n%s\r\n" % (len(answer), answer)


def reply_of(given_: list, nothing: bytes = b"_\r\n") -> bytes:
    return b"+OK\r\n" + b"+QUEUED\r\n" * len(given_) + written(given_, nothing)


def listed(values: Values) -> list[bytes | None]:
    return [values.at(place) for place in range(len(values.lengths))]


def add(reply: Reply, chunk: bytes) -> None:
    reply.room(len(chunk))[: len(chunk)] = chunk
    reply.add(len(chunk))


def read(chunks: list[bytes], commands: int, most: int) -> tuple[Reply, list[bytes]]:
    """Feed a reply in chunks; return what is known of it, and the chunks that were no longer needed."""
    reply, left = Reply(commands, most), list(chunks)
    while left and reply.is_open:
        add(reply, left.pop(0))
    return reply, left


@needs_kernels
@given(answers, st.sampled_from([b"_\r\n", b"$-1\r\n"]), st.lists(st.integers(0, 2**16), max_size=8))
def test_values_are_found_however_a_reply_comes(drawn, nothing, cuts):
    came = reply_of(drawn, nothing)
    edges = sorted({0, len(came), *(cut % len(came) for cut in cuts)})
    chunks = [came[start:end] for start, end in itertools.pairwise(edges)]

    reply, left = read(chunks, len(drawn), 40)

    values = reply.values()
    assert not left
    assert values is not None
    assert listed(values) == listed(values_in(drawn))
    assert reply.came == came


@needs_kernels
def test_a_reply_may_be_long():
    drawn = [[b"x" * 100_000] * 5, 7]

    reply, _ = read([reply_of(drawn)[at : at + 70_000] for at in range(0, 500_100, 70_000)], 2, 6)

    values = reply.values()
    assert values is not None
    assert listed(values) == [b"x" * 100_000] * 5 + [b"7"]
    assert values.copies() == listed(values)


@needs_kernels
@pytest.mark.parametrize(
    "came",
    [
        b"+OK\r\n-ERR no such command\r\n-EXECABORT it was discarded\r\n",
        reply_of([[b"a", b"b", b"c"]]),  # more than allowed
        reply_of([[[b"a"]]]),
        reply_of([b"a", b"b"]).replace(b"+QUEUED\r\n", b"", 1),  # one reply more than there were commands
        reply_of([b"a"]) + b">1\r\n$1\r\nx\r\n",  # a push message of the server
        b">1\r\n$1\r\nx\r\n" + reply_of([b"a"]),
        b"+OK\r\n+QUEUED\r\n*-1\r\n",
        b"+OK\r\n+QUEUED\r\n_\r\n",
        b"+OK\r\n+QUEUED\r\n*1\r\n-ERR wrong type\r\n",
        b"+OK\r\n+QUEUED\r\n*1\r\n$1\r\nabc\r\n",
        b"+OK\r\n+QUEUED\r\n*1\r\n$99999999999\r\n",
        b"+OK\r\n+QUEUED\r\n*1\r\n$-2\r\n",
        b"+OK\n+QUEUED\r\n*0\r\n",
        b"\n",
    ],
)
def test_anything_else_is_left_to_the_library(came):
    reply, _ = read([came], 1, 2)

    assert not reply.is_open
    assert reply.values() is None


@needs_kernels
@given(st.binary(max_size=60), st.integers(0, 3))
def test_what_is_taken_for_a_reply_is_one(came, commands):
    reply = Reply(commands, 5)
    add(reply, b"+OK\r\n" + b"+QUEUED\r\n" * commands + came)
    values = reply.values()
    if values is None:
        return
    reader = hiredis.Reader()
    reader.feed(came)
    assert listed(values) == listed(values_in(reader.gets()))


@given(st.lists(st.none() | st.binary(max_size=9), max_size=9))
def test_values_stand_where_it_is_said(drawn):
    values = Values.of(drawn)

    assert listed(values) == drawn
    assert listed(values.from_(2)) == drawn[2:]
