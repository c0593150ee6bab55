"""Stored texts read from records by kernels, compared with preparing each on its own."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.field_values import as_lists
from support.kernels import needs_kernels
from support.preparing import prepare_first
from support.texts import english, texts
from wirematch.cancellation import CancelledWorkError, CancelToken, cancellable_by
from wirematch.detection.cache import PreparedCache
from wirematch.detection.number_cache import LRUCache
from wirematch.fingerprint.stored_aids import StoredAids
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Record
from wirematch.index.records.codec import TIMES, decode_record, encode_article
from wirematch.index.records.damage import DamageReport
from wirematch.kernels.forms import candidates
from wirematch.kernels.scratch import Scratch
from wirematch.kernels.text.vocabulary import Vocabulary
from wirematch.matching.compare import PreparedArticle
from wirematch.matching.profiles.profile import FormedProfile
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, BodyFormat, Kind
from wirematch.text.blocks import BlockText
from wirematch.text.kernel_vocabulary import common_vocabulary
from wirematch.text.skeleton import skeleton_of

COMPARER = default_comparer()
BODY = """PORT MARLOWE (Norwind) - The barge drifted into the bridge before dawn, and four of the people on it died.

Share on Facebook

“We heard it before we saw it,” said the harbour master. “Nobody on the bridge stood a chance.”

The ferry has been stopped since Tuesday, and the port authority said that it would be for weeks.\\"""


def record(body: str, body_format: BodyFormat = BodyFormat.TEXT, *, skeleton: bytes | None = None) -> bytes:
    found = prepare_first(body, None, body_format)[1] if skeleton is None else skeleton
    article = Article(id="a", body=body, kind=Kind.WIRE, body_format=body_format)
    return TIMES.pack(1, 1_772_539_200_000, 0) + encode_article(article, StoredAids(None, found))


def read(encoded: list[bytes]) -> list[Record]:
    return DamageReport().readable(enumerate(encoded))


def prepared(records: list[Record]) -> list[PreparedArticle]:
    return PreparedCache(COMPARER, Namespace("unit"), LRUCache(100)).of_all(records)


def told(article: PreparedArticle) -> list[dict[str, object]]:
    """Return everything known of it."""
    text, profile = article.text, article.profile
    of_profile = "size weights vocabulary vocabulary_weights vocabulary_places strange speech log_length strange_weight"
    return [
        as_lists(text),
        as_lists(profile, of_profile.split()),
        as_lists(profile.outline, ["slots", "weights", "content", "totals"]),
        as_lists(profile.phrases, ["keys", "own", "spoken", "fours", "own_sizes", "sample"]),
        {"skeleton": skeleton_of(text), "article": article.article, "measured": article.profile.measured is None},
    ]


def assert_alike(encoded: list[bytes]) -> None:
    found = prepared(read(encoded))
    one_by_one = [prepared([decode_record(number, one)])[0] for number, one in enumerate(encoded)]
    assert list(map(told, found)) == list(map(told, one_by_one))


BODIES = english | texts | st.lists(st.sampled_from(BODY.split("\n\n")), max_size=6).map("\n\n".join)
STORED = BODIES.filter(str.strip).filter(lambda body: not any("\ud800" <= it < "\ue000" for it in body))


@given(st.lists(STORED, max_size=6))
def test_texts_of_any_kind(bodies):
    assert_alike([record(body) for body in bodies])


@given(st.data())
def test_a_skeleton_that_is_not_of_its_text(data):
    skeleton = bytearray(prepare_first(BODY, None, None)[1])
    for _ in range(data.draw(st.integers(0, 3))):
        skeleton[data.draw(st.integers(0, len(skeleton) - 1))] = data.draw(st.integers(0, 255))
    encoded = bytearray(record(BODY, skeleton=bytes(skeleton)))  # whose hash says that it is
    if data.draw(st.booleans()):
        encoded[data.draw(st.integers(49, len(encoded) - 12))] ^= 1
    sound = record(BODY.replace("four", "five"))
    assert len(read([bytes(encoded)])) == 0 or told(prepared(read([bytes(encoded), sound]))[0]) == told(
        prepared([decode_record(0, bytes(encoded))])[0]
    )


def test_stories_and_their_rewrites_in_any_language(stories, foreign):
    bodies = [BODY, *foreign.values(), *(story[kind]["body"] for story in stories.values() for kind in story)]
    marked = record("<p>The barge drifted into the bridge of the harbour.</p><p>It was dark.</p>", BodyFormat.HTML)
    assert_alike([*map(record, bodies), marked, record(BODY, skeleton=b"")])


@needs_kernels
def test_a_plain_text_is_taken_from_its_record():
    [found] = prepared(read([record(BODY)]))

    assert isinstance(found.text, BlockText)
    assert isinstance(found.profile, FormedProfile)
    assert found.article.body == BODY


@needs_kernels
@pytest.mark.parametrize("kept", [1, 700])
def test_many_texts_are_taken_in_groups(kept, monkeypatch):
    monkeypatch.setattr(candidates, "KEPT", kept)
    assert_alike([record(BODY.replace("barge", f"barge{place}")) for place in range(7)])


@needs_kernels
def test_reading_stops_between_two_groups_when_nobody_waits_any_more(monkeypatch):
    cancel, groups = CancelToken(), []

    def learn(vocabulary: Vocabulary, scratch: Scratch) -> list[str]:
        groups.append("read")
        cancel.cancelled = True
        return learn_unknown(vocabulary, scratch)

    learn_unknown = Vocabulary.learn_unknown
    records = read([record(BODY.replace("barge", f"barge{place}")) for place in range(3)])
    monkeypatch.setattr(candidates, "KEPT", 1)
    monkeypatch.setattr(Vocabulary, "learn_unknown", learn)
    with cancellable_by(cancel), pytest.raises(CancelledWorkError):
        prepared(records)

    assert groups == ["read"]


@needs_kernels
def test_words_that_nobody_met_before_are_read_together(monkeypatch):
    encoded = [record(BODY.replace("barge", f"barge{place}zyx")) for place in range(5)]
    asked = []

    def keep(vocabulary: Vocabulary, forms: Iterable[str]) -> bool:
        asked.append(list(forms))
        return add(vocabulary, asked[-1])

    add = Vocabulary.add
    fresh = common_vocabulary().copy()
    monkeypatch.setattr("wirematch.matching.profiles.profile.current_vocabulary", lambda: fresh)
    monkeypatch.setattr(Vocabulary, "add", keep)
    prepared(read(encoded))

    assert [[form for form in forms if form.endswith("zyx")] for forms in asked] == [
        [f"barge{place}zyx" for place in range(5)]
    ]


@needs_kernels
def test_words_for_which_there_is_no_room(monkeypatch):
    known = "The people on the bridge said that it was dark and that they had been there for weeks."
    encoded = [record(known), record(known.replace("bridge", "bargezyxw"))]
    fresh = common_vocabulary().copy()
    monkeypatch.setattr("wirematch.matching.profiles.profile.current_vocabulary", lambda: fresh)
    monkeypatch.setattr(Vocabulary, "add", lambda *_: False)
    [first, second] = prepared(read(encoded))

    assert isinstance(first.text, BlockText)
    assert "bargezyxw" in list(second.text.terms)
