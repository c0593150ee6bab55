"""An index with any sampling: stored articles are found, and nothing remains after deletion."""

from __future__ import annotations

import random

import pytest

from support.backends import Backend, article
from support.waiting import PATIENT
from wirematch.composition.components import open_components
from wirematch.composition.from_settings import make_signer, make_store, scheme_of
from wirematch.composition.rebuilding import rebuild
from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_many
from wirematch.fingerprint.sampling import Sampling
from wirematch.fingerprint.stored_aids import StoredAids
from wirematch.index.keys import Namespace
from wirematch.index.redis_index import RedisIndex
from wirematch.settings import Settings

pytestmark = pytest.mark.anyio

WORDS = [f"{first}{second}{third}ing" for first in "bcdfg" for second in "aeiou" for third in "klmnprst"]


def story(number: int) -> str:
    """A story of 220 words with some two hundred shingles: more than any sampling has buckets for."""
    return " ".join(random.Random(number).choices(WORDS, k=220))


@pytest.fixture(params=list(Sampling))
def scheme(request) -> FingerprintScheme:
    return FingerprintScheme(request.param)


@pytest.fixture
async def sampled(make_index, scheme):
    index = make_index(scheme=scheme, signer=make_signer(scheme))
    await index.open()
    yield index
    await index.close()


def states(backend: Backend, index_name: str) -> int:
    """Return the number of postings in all shards."""
    found = backend.keys(f"{{{index_name}:*}}:state").items()
    return sum(int(server.hget(key, "postings")) for key, server in found)


async def store(index: RedisIndex, scheme: FingerprintScheme, *numbers: int) -> list:
    signed = fingerprint_many([story(number) for number in numbers], scheme)
    items = [(article(f"a{number}", story(number)), one.signature) for number, one in zip(numbers, signed, strict=True)]
    return await index.create_many(items, [StoredAids(one.sketch) for one in signed])


async def test_a_half_of_a_story_finds_it(sampled, scheme):
    [stored, _] = await store(sampled, scheme, 1, 2)
    [half] = fingerprint_many([" ".join(story(1).split()[:110])], scheme)

    found = await sampled.lookup(half.signature)

    assert found.ranking.numbers.tolist()[:1] == [stored.number]


async def test_a_look_up_before_a_number_finds_what_was_there_then(sampled, scheme):
    [first] = await store(sampled, scheme, 1)
    was = await sampled.lookup(fingerprint_many([story(1)], scheme)[0].signature)
    again = fingerprint_many([story(1)] * 2, scheme)
    placed = await sampled.create_many(
        [(article(f"copy-{place}", story(1)), one.signature) for place, one in enumerate(again)]
    )

    [asked] = await sampled.lookup_many([again[0].signature], [placed[0].number])

    numbers = asked.ranking.numbers.tolist()
    mine = [number for number in numbers if number >> 32 == placed[0].number >> 32]
    assert first.number in numbers
    assert placed[0].number not in mine
    if len({one.number >> 32 for one in (first, *placed)}) == 1:  # in one shard, as if nothing had been stored since
        assert numbers == [first.number]
        assert asked.postings.numbers.tolist() == was.postings.numbers.tolist()


async def test_nothing_is_left_of_what_was_deleted(sampled, scheme, backend, index_name):
    await store(sampled, scheme, *range(6))
    posted = states(backend, index_name)
    await sampled.replace(article("a0", story(7)), fingerprint_many([story(7)], scheme)[0].signature)

    for number in range(6):
        assert await sampled.delete(f"a{number}")

    assert states(backend, index_name) == 0
    assert posted == 6 * 128 if scheme.scheme == Sampling.MINHASH else 6 * 40 <= posted <= 6 * 96
    [one] = fingerprint_many([story(3)], scheme)
    assert len((await sampled.lookup(one.signature)).ranking) == 0


async def test_an_index_keeps_the_sampling_it_was_made_with(sampled, scheme, backend, index_name):
    store = make_store(backend.url, Settings())

    for sampling in Sampling:  # whatever a service would use for a new index
        assert await scheme_of(store, Namespace(index_name), Settings(sampling=sampling)) == scheme

    await store.close()


@pytest.mark.usefixtures("without_grace")
async def test_an_index_that_is_signed_anew_finds_what_it_held(sampled, scheme, backend, index_name):
    await store(sampled, scheme, 1, 2)
    settings = Settings(redis_url=backend.url, index=index_name, **PATIENT)

    await rebuild(backend.url, settings, None, lambda *_: None, Sampling.RARE)

    async with open_components(backend.url, settings) as components:
        assert components.detector.scheme.scheme == Sampling.RARE
        report = await components.detector.check(article("half", " ".join(story(1).split()[:110])))
    assert [match.id for match in report.matches][:1] == ["a1"]
