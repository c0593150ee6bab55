from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.exceptions import ResponseError

from support.kernels import needs_kernels
from wirematch.index.buckets import MIN_PAGES, NO_HASHES, PARTS, POSTING, page_of
from wirematch.index.keys import Namespace
from wirematch.index.page_request import PAGES_AHEAD, PageRequest, name_in_python, pick_in_python
from wirematch.kernels.index import pages as compiled
from wirematch.kernels.index.replies import Values, values_in

KEYS = Namespace("unit").shard(1, 0, 1)
HOME = 3 << 32
FIRST, SECOND = np.array([0x10005, 0x20007], np.uint32), np.array([0x10005], np.uint32)


def page(*postings: tuple[int, int]) -> bytes:
    return np.array(list(postings), POSTING).tobytes()


def words_of(command: bytes) -> list[bytes]:
    """Parse a command as Redis does, checking every length."""
    count, _, rest = command.removeprefix(b"*").partition(b"\r\n")
    words = []
    while rest:
        size, _, rest = rest.removeprefix(b"$").partition(b"\r\n")
        words.append(rest[: int(size)])
        assert rest[int(size) :].startswith(b"\r\n")
        rest = rest[int(size) + 2 :]
    assert len(words) == int(count)
    return words


BORN = b"1767225600000"


def answer_to(
    request: PageRequest, content: dict[bytes, bytes], *, there: int = MIN_PAGES, phase: bytes | None = None
) -> Values:
    _, _, *reads = [words_of(command) for command in request.commands(KEYS, MIN_PAGES)]
    pages = str(there).encode() if there else None
    answer = values_in(
        [[pages, phase, BORN], 7, *([content.get(field) for field in fields] for _, _, *fields in reads)]
    )
    assert len(answer.lengths) == request.most_values
    return answer


def number(page_number: int) -> bytes:
    return page_number.to_bytes(4, "little")


def test_postings_are_read_by_lot_with_the_newest_of_each_bucket():
    request = PageRequest([FIRST, NO_HASHES, SECOND])
    content = {number(5): page((1, 11), (9, 12), (1, 13), (1, 14)), number(7): page((2, 15))}
    answer = answer_to(request, content)

    held = request.read(answer, cap=2, home=HOME, before=[None, None, HOME | 14])

    assert (request.pages_to_read(answer), request.documents(answer), request.born(answer)) == (None, 7, BORN)
    assert [one.numbers.tolist() for one in held] == [[HOME | 13, HOME | 14, HOME | 15], [], [HOME | 11, HOME | 13]]
    assert held[0].bands.tolist() == [0, 0, 1]


def test_of_a_long_page_older_postings_come_first():
    request = PageRequest([SECOND])
    content = {number(5): b"\1" + page((1, 13), (9, 14)), number(5) + b"+": page((1, 11), (1, 12))}

    [held] = request.read(answer_to(request, content), cap=128, home=HOME, before=[4 << 32])  # of another shard

    assert held.numbers.tolist() == [HOME | 11, HOME | 12, HOME | 13]


def test_each_part_is_read_by_one_command_under_its_key():
    request = PageRequest([np.arange(40, dtype=np.uint32)])
    state, count, *reads = [words_of(command) for command in request.commands(KEYS, MIN_PAGES)]

    assert (state[0], count) == (b"HMGET", [b"HLEN", KEYS.declared[1]])
    assert [command[1] for command in reads] == [KEYS.prefix + b"p%x" % part for part in range(PARTS)]
    moving = (page_of(np.arange(40, dtype=np.uint32), MIN_PAGES + PAGES_AHEAD) >= MIN_PAGES).sum()
    assert sum(len(command) - 2 for command in reads) == 2 * (40 + moving)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=40), st.integers(0, 3 * MIN_PAGES))
def test_pages_that_were_split_meanwhile_are_to_be_read_again(hashes, split):
    request = PageRequest([np.array(hashes, np.uint32)])
    answer = answer_to(request, {}, there=MIN_PAGES + split)
    now, ahead = (page_of(np.array(hashes, np.uint32), MIN_PAGES + more) for more in (split, PAGES_AHEAD))

    told = request.pages_to_read(answer)

    others = (now >= MIN_PAGES) & (now != ahead)
    assert told == (MIN_PAGES + split if others.any() else None)


@pytest.mark.parametrize("split", [0, 5, 6, PAGES_AHEAD])
def test_a_page_that_was_split_off_since_is_read_in_the_same_answer(split):
    request = PageRequest([SECOND, np.array([0x20007], np.uint32)])
    before, after = page((1, 11), (2, 15)), page((1, 11), (1, 12))
    content = {number(5): before, number(MIN_PAGES + 5): after, number(7): page((2, 9))}
    answer = answer_to(request, content, there=MIN_PAGES + split)

    [moving, staying] = request.read(answer, cap=9, home=0, before=[None, None])

    assert request.pages_to_read(answer) is None
    assert moving.numbers.tolist() == ([11, 12] if split > 5 else [11])
    assert staying.numbers.tolist() == [9]


@pytest.mark.parametrize(("there", "phase"), [(0, None), (MIN_PAGES, b"moved")])
def test_a_shard_that_is_gone_is_an_error_as_of_scripts(there, phase):
    request = PageRequest([FIRST])
    answer = answer_to(request, {}, there=there, phase=phase)

    with pytest.raises(ResponseError, match=r"^GONE "):
        request.pages_to_read(answer)


@needs_kernels
@given(st.lists(st.integers(0, 2**32 - 1), max_size=80), st.integers(1, 2**22), st.integers(0, 2**17))
def test_the_kernel_names_pages_as_python_does(hashes, pages, ahead):
    asked = np.array(hashes, np.uint32), pages, pages + ahead

    named, expected = compiled.name(*asked), name_in_python(*asked)

    assert named is not None
    assert (named.fields, named.counts) == (expected.fields, expected.counts)
    for one, other in zip(named[:4], expected[:4], strict=True):
        assert one.tolist() == other.tolist()


postings = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30)), max_size=12)


@needs_kernels
@given(
    st.lists(st.tuples(postings, st.none() | postings, st.integers(0, 3)), max_size=20),
    st.lists(st.integers(0, 30), min_size=1, max_size=3),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_the_kernel_picks_as_python_does(drawn, before, cap, draw):
    fields = [
        part
        for newest, older, _ in drawn
        for part in ((page(*newest) or None, None) if older is None else (b"\1" + page(*newest), page(*older)))
    ]
    places = list(range(len(drawn)))
    draw.shuffle(places)
    edges = sorted(draw.randint(0, len(drawn)) for _ in before[1:])
    lots = np.diff([0, *edges, len(drawn)]).astype(np.int64)
    uppers = np.array([upper for _, _, upper in drawn], np.uint16)
    asked = Values.of(fields), np.array(places, np.intp), uppers, lots, np.array(before, np.int64), cap, HOME

    picked = compiled.pick(*asked)

    assert picked is not None
    assert [part.tolist() for part in picked] == [part.tolist() for part in pick_in_python(*asked)]


@needs_kernels
@pytest.mark.parametrize(("place", "lot"), [(1, 1), (-1, 1), (0, 2), (0, 0)])
def test_what_is_no_answer_is_left_to_python(place, lot):
    asked = np.array([place]), np.zeros(1, np.uint16), np.array([lot], np.int64), np.zeros(1, np.int64)

    assert compiled.pick(Values.of([b"", b""]), *asked, 8, HOME) is None
