"""Records where they stand in the server's answers: which have expired, their sketches, and what is read of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wirematch.errors import DamagedRecordError
from wirematch.fingerprint.sketch import sketch_of
from wirematch.fingerprint.stored_aids import StoredAids
from wirematch.index.protocol import Record
from wirematch.index.records.codec import TIMES, decode_record, encode_article
from wirematch.index.records.damage import DamageReport
from wirematch.index.records.fetch import END_BYTES, UndecodedRecords
from wirematch.kernels.index.replies import Values
from wirematch.models import Article, Kind

NOW = 1_800_000_000_000
expiries = st.sampled_from([0, 1, NOW - 1, NOW, NOW + 1, 2**64 - 1])


@st.composite
def records(draw: st.DrawFn) -> bytes:
    """A record as it is stored, with a sketch or without one, or the beginning of it."""
    numbers = draw(st.lists(st.integers(0, 2**32 - 1), max_size=20, unique=True) | st.just(range(0, 2**32, 2**22)))
    sketch = draw(st.sampled_from([None, sketch_of(np.sort(np.array(numbers, np.uint32)))]))
    article = Article(id="a", body="Snow fell in Averland. " * draw(st.sampled_from([1, 60])), kind=Kind.WIRE)
    encoded = encode_article(article, StoredAids(sketch, draw(st.sampled_from([None, b"skeleton"]))))
    whole = TIMES.pack(1, NOW - 5, draw(expiries)) + encoded
    return whole[: draw(st.just(len(whole)) | st.integers(0, len(whole)))]


@given(st.lists(st.lists(st.none() | records(), max_size=5), max_size=3))
def test_what_has_expired_or_is_not_there_is_left_out_and_the_rest_is_read_in_order(answers):
    came = UndecodedRecords(DamageReport())
    there: dict[int, bytes] = {}
    for place, answer in enumerate(answers):
        numbers = [10 * place + number for number in range(len(answer))]
        came.add(NOW, numbers, Values.of(answer))
        there |= {number: one for number, one in zip(numbers, answer, strict=True) if one is not None}
    asked = [99, *sorted(there, reverse=True)]

    expected = [number for number in asked if number in there and not _expired(there[number])]
    sound = {number: one for number in expected if (one := _decoded(number, there[number])) is not None}

    assert [one.number for one in came.read(iter(asked))] == list(sound)
    assert [one.body for one in came.read(asked)] == [one.body for one in sound.values()]
    sketches = came.sketches(iter(asked))
    for number, record in sound.items():
        assert sketches.get(number) == record.sketch
    assert set(sketches) <= set(there)


@given(st.lists(st.none() | records(), max_size=5))
def test_ends_of_records_have_the_sketches_or_tell_which_records_are_to_be_read(answer):
    numbers = [7 + place for place in range(len(answer))]
    whole, came = UndecodedRecords(DamageReport()), UndecodedRecords(DamageReport())
    whole.add(NOW, numbers, Values.of(answer))
    sketches = whole.sketches(numbers)

    left = came.add_ends(numbers, Values.of([(one or b"")[-END_BYTES:] for one in answer]))

    assert came.sketches([99, *numbers]) == {one: sketch for one, sketch in sketches.items() if one not in left}
    assert all(len(answer[one - 7] or b"") >= END_BYTES for one in left)


def _expired(record: bytes) -> bool:
    if len(record) < TIMES.size:
        return False
    _, _, expires = TIMES.unpack_from(record)
    return 0 < expires <= NOW


def _decoded(number: int, record: bytes) -> Record | None:
    try:
        return decode_record(number, record)
    except DamagedRecordError:
        return None
