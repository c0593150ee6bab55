"""Fingerprints by the compiled kernels equal those of the Python path, bit for bit."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from support.texts import english, texts
from wirematch.fingerprint import minhash
from wirematch.fingerprint.minhash import (
    FingerprintScheme,
    fingerprint_in_python,
    fingerprint_many,
    shingle_many,
    shingles_in_python,
)
from wirematch.kernels.fingerprint.minhash import fingerprint
from wirematch.text.english import ENGLISH_SHARE

pytestmark = needs_kernels

SCHEME = FingerprintScheme()


def as_lists(prints: list[minhash.Fingerprint]) -> list[tuple[object, ...]]:
    return [
        (
            None if one.signature is None else one.signature.tolist(),
            one.shingles.tolist(),
            one.in_order.tolist(),
            one.words,
            one.known,
        )
        for one in prints
    ]


def assert_alike(bodies: list[str], scheme: FingerprintScheme = SCHEME) -> None:
    assert as_lists(fingerprint_many(bodies, scheme)) == as_lists(
        [fingerprint_in_python(body, scheme) for body in bodies]
    )
    mine, theirs = shingle_many(bodies), list(map(shingles_in_python, bodies))
    assert [one.tolist() for one in mine] == [one.tolist() for one in theirs]


def is_compiled(body: str) -> bool:
    return minhash.fingerprint_compiled(minhash.words_of(body), None) is not None


@given(st.lists(texts | english, max_size=4))
def test_any_texts_are_signed_alike(bodies):
    assert_alike(bodies)


def test_stories_are_read_by_the_kernel(stories):
    bodies = [story[kind]["body"] for story in stories.values() for kind in ("wire", "rewrite")]

    assert all(map(is_compiled, bodies))
    assert_alike(bodies)


def test_a_table_of_results_is_read_by_the_kernel_though_it_has_few_function_words():
    table = " ".join(f"Averland {goals} Norwind {goals + 1} beat the Quillern side from Borough" for goals in range(12))
    table += " Rovers Wanderers Albion County Athletic Orient City" * 8

    assert fingerprint(minhash.words_of(table), ENGLISH_SHARE, None) is None
    assert is_compiled(table)
    assert_alike([table])


def test_stories_in_other_languages_are_left_to_python(foreign):
    assert not any(map(is_compiled, foreign.values()))
    assert_alike(list(foreign.values()))


@pytest.mark.parametrize(
    "body",
    [
        "of the barge " * 80_000,
        "of the" + " x" * 2 + "a" * 500_000,
        "the U.S. " + "u." * 500_000,
        "of the " + "1,2" * 300_000,
        "of the " * 20 + "“" * 700_000 + " barge sank",
        "of the’s " + "é " * 400_000,
        " ".join(f"of w{number}" for number in range(150_000)),
    ],
    ids=["repeated", "a long word", "a long abbreviation", "a long number", "quotes", "accents", "more than fit"],
)
def test_texts_of_the_largest_size_are_signed_alike(body):
    assert_alike([body])


def test_words_that_do_not_fit_are_left_to_python_and_the_next_text_finds_room():
    assert not is_compiled(" ".join(f"of v{number}" for number in range(140_000)))
    assert is_compiled("the captain of the barge said that it was dark")


def test_half_a_surrogate_pair_is_left_to_python():
    assert not is_compiled("the barge and \ud800 of it")
    assert_alike(["the barge and \ud800 of it"])


@pytest.mark.parametrize("permutations", [1, 31, 32, 33, 128, 256])
def test_any_number_of_permutations(permutations, bridge):
    assert is_compiled(bridge["wire"]["body"])
    assert_alike([bridge["wire"]["body"]], FingerprintScheme(permutations=permutations))


def test_many_threads_meet_the_same_new_words():
    bodies = [" ".join(f"the {kind}{number} of" for number in range(300)) for kind in ("q", "z", "y")] * 4
    found: dict[int, list[tuple[object, ...]]] = {}
    gate = threading.Barrier(6)

    def work(name: int) -> None:
        gate.wait()
        found[name] = as_lists(fingerprint_many(bodies[name % 3 :], SCHEME))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(
        found[name] == as_lists([fingerprint_in_python(body, SCHEME) for body in bodies[name % 3 :]])
        for name in range(6)
    )


def test_fingerprints_own_their_arrays(bridge):
    first, _ = (fingerprint_many([bridge[kind]["body"]], SCHEME)[0] for kind in ("wire", "rewrite"))
    again = fingerprint_many([bridge["wire"]["body"]], SCHEME)[0]

    assert np.array_equal(first.shingles, again.shingles)
    assert np.array_equal(first.signature, again.signature)
