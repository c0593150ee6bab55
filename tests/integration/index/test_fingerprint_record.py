"""An index is opened only by a process that would sign articles in the same way."""

from __future__ import annotations

import pytest

from support.backends import BARGE, WHEAT, article, found, signature
from wirematch.errors import IndexMismatchError
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.fingerprint.sampling import Sampling

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("scheme", "said"),
    [
        (FingerprintScheme(Sampling.BOTTOM, permutations=64), "permutations is 128, not 64"),
        (FingerprintScheme(Sampling.BOTTOM, seed=2), "seed is 1, not 2"),
        (FingerprintScheme(Sampling.BOTTOM, hash="sha1"), "hash is xxh32, not sha1"),
        (FingerprintScheme(Sampling.BOTTOM, shingles="words"), "shingles is content-pairs, not words"),
        (FingerprintScheme(), "scheme is bottom, not affine32"),
        (FingerprintScheme(scheme="mersenne61", version=99), "scheme is bottom, not mersenne61; version is "),
    ],
)
async def test_an_index_of_other_parameters_is_refused_and_left_alone(index, make_index, keys, scheme, said):
    other = make_index(scheme=scheme)
    before = keys()

    with pytest.raises(IndexMismatchError) as refusal:
        await other.open()
    await other.close()

    assert said in str(refusal.value)
    assert "WIREMATCH_INDEX" in str(refusal.value)
    assert keys() == before


async def test_who_goes_on_signing_as_before_a_rebuild_is_told_to_start_again(index, make_index):
    running = make_index(scheme=FingerprintScheme(Sampling.RARE))

    with pytest.raises(IndexMismatchError, match=r"scheme is bottom, not rare\)\. Start this program again"):
        await running.open()
    await running.close()


async def test_an_index_with_another_number_of_shards_is_refused(index, make_index, backend):
    other = make_index(shards=backend.shards + 1)

    with pytest.raises(IndexMismatchError, match=f"shards is {backend.shards}, not {backend.shards + 1}"):
        await other.open()
    await other.close()


async def test_a_record_without_a_field_is_refused(index, backend, index_name):
    [(record, server)] = backend.keys(f"{{{index_name}}}:record").items()
    server.hdel(record, "layout")

    with pytest.raises(IndexMismatchError, match="layout is missing, not 4"):
        await index.open()


async def test_opening_again_is_harmless(index, make_index):
    await index.create(article("a"), signature())
    again = make_index()
    await again.open()

    assert (await again.get("a")).article.body == BARGE
    await again.close()


async def test_two_indexes_live_side_by_side(index, make_index, index_name):
    other = make_index(name=f"{index_name}-2")
    await other.open()
    await index.create(article("a"), signature())
    await other.create(article("a", WHEAT), signature(WHEAT))

    assert (await index.get("a")).article.body == BARGE
    assert (await other.get("a")).article.body == WHEAT
    assert await found(index, WHEAT) == []
    await index.delete("a")
    assert await found(other, WHEAT) == ["a"]
    await other.close()


async def test_an_index_that_exists_knows_its_number_of_shards(index, make_index):
    await index.create_many([(article(f"a{number}"), signature()) for number in range(8)])
    other = make_index(shards=None)
    await other.open()

    assert len(await other.get_many([f"a{number}" for number in range(8)])) == 8
    await other.close()
