"""MinHash signatures and the buckets they fall into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from wirematch.cancellation import safepoint
from wirematch.fingerprint.bottom import distinct, mixed, signature_of, signature_of_hidden
from wirematch.fingerprint.sampling import Sampling
from wirematch.fingerprint.shingles import SHINGLES, hash_pairs
from wirematch.fingerprint.sketch import sketch_of
from wirematch.fingerprint.terms import TermReading, read_many
from wirematch.kernels.fingerprint.minhash import Permutations, Reading, fingerprint
from wirematch.kernels.text.vocabulary import ScratchWords
from wirematch.text.english import ENGLISH_SHARE
from wirematch.text.kernel_vocabulary import current_vocabulary
from wirematch.text.languages.recognition import ENGLISH, recognize
from wirematch.text.unmasking.unmask import unmask

Signature = NDArray[np.uint32]
"""One minimum a permutation, or the smallest hashes and fillers (``Sampling``). Every entry is a band of its own (one
row per band), because rewrites share few shingles."""

VERSION = 6
"""Raise it whenever a change to how texts are read would change the signatures of stored articles."""
AT_ONCE = 64
"""Texts per batch: enough to amortise numpy's overhead, few enough to stay in the processor's cache."""
HASHES_AT_ONCE = 16_384
"""Permuted hashes computed together, for the same reason."""


@dataclass(frozen=True, slots=True)
class FingerprintScheme:
    """All parameters that must agree for two fingerprints to be comparable."""

    scheme: str = Sampling.MINHASH
    permutations: int = 128
    """Without permutations: the most hashes that a signature has."""
    seed: int = 1
    hash: str = "xxh32"
    shingles: str = SHINGLES
    version: int = VERSION

    @property
    def permutes(self) -> bool:
        """Whether a band identifies its permutation."""
        return self.scheme == Sampling.MINHASH

    def record(self) -> dict[str, str]:
        """The parameters as an index stores them."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """Shingles of a text and their signature; made without cleaning the text."""

    signature: Signature | None
    """None for a text without words, which is in no bucket."""
    shingles: NDArray[np.uint32]
    """n distinct shingles, sorted."""
    words: int
    known: bool
    """Whether the text is in a language whose function words are known."""
    in_order: NDArray[np.uint32] | None = None
    """Shingles in the order of the text, with repetitions; None where the order is not known."""

    @property
    def sketch(self) -> bytes | None:
        """What the sieve reads of the text; None if it is too long for a sketch."""
        return sketch_of(self.shingles)


def sign(body: str, scheme: FingerprintScheme) -> Signature | None:
    """Return the signature of ``body``; None for a text without words, which is in no bucket.

    Depends on the text as submitted and on nothing else, neither on what cleaning takes for furniture nor on the
    headline, so that better cleaning never requires a new index.
    """
    return fingerprint_many([body], scheme)[0].signature


def sign_many(bodies: Sequence[str], scheme: FingerprintScheme) -> list[Signature | None]:
    """Signatures of many texts, in order; cheaper than one by one."""
    return [found.signature for found in fingerprint_many(bodies, scheme)]


def fingerprint_many(bodies: Sequence[str], scheme: FingerprintScheme) -> list[Fingerprint]:
    """Return the fingerprints of many texts, in order.

    Signatures under Sampling.MINHASH equal datasketch's ``MinHash(num_perm=128, seed=1, scheme="affine32",
    hashfunc=xxh32)`` over the shingles: the eight bytes of two neighbouring content words' hashes (Broder 1997).
    """
    bodies = [unmask(body).text for body in bodies]
    found = [fingerprint_words(words_of(body), scheme) for body in bodies]
    rest = [place for place, one in enumerate(found) if one is None]
    for place, one in zip(rest, fingerprint_many_in_python([bodies[place] for place in rest], scheme), strict=True):
        found[place] = one
    return [one for one in found if one is not None]


def fingerprint_many_in_python(bodies: Sequence[str], scheme: FingerprintScheme) -> list[Fingerprint]:
    """Reference implementation of the kernel; also reads what the kernel cannot."""
    return [one for start in range(0, len(bodies), AT_ONCE) for one in _sign(bodies[start : start + AT_ONCE], scheme)]


def sign_shingles(
    shingles: NDArray[np.uint32], scheme: FingerprintScheme, fillers: NDArray[np.uint32]
) -> Signature | None:
    """Return the signature of a set of shingles, of which ``fillers`` fill gaps; None for an empty set."""
    if not len(shingles):
        return None
    if not scheme.permutes:
        return signature_of_hidden(shingles, fillers, scheme.permutations, scheme.scheme)
    return _minima([shingles], scheme)[0]


def shingle_many(bodies: Sequence[str], undisguised: Sequence[bool] | None = None) -> list[NDArray[np.uint32]]:
    """Return the shingles of many texts, in order, without signatures.

    ``undisguised`` tells for each text whether it is known to need no unmasking.
    """
    known = undisguised or [False] * len(bodies)
    bodies = [body if seen else unmask(body).text for body, seen in zip(bodies, known, strict=True)]
    read = []
    for body in bodies:
        safepoint()
        read.append(fingerprint_compiled(words_of(body), None))
    rest = iter(shingle_many_in_python([body for body, one in zip(bodies, read, strict=True) if one is None]))
    return [next(rest) if one is None else one.shingles for one in read]


def shingle_many_in_python(bodies: Sequence[str]) -> list[NDArray[np.uint32]]:
    """Reference implementation of the kernel; also reads what the kernel cannot."""
    batches = [bodies[start : start + AT_ONCE] for start in range(0, len(bodies), AT_ONCE)]
    return [distinct(shingles) for batch in batches for shingles in _shingles_in_order(read_many(batch))]


def fingerprint_compiled(words: ScratchWords | None, permutations: Permutations | None) -> Fingerprint | None:
    """Fingerprint by the kernel, unsigned without ``permutations``; None where it cannot read the text."""
    found = _read_by_kernel(words, permutations)
    if found is None:
        return None
    shingles, in_order, signature, size = found
    return Fingerprint(signature if permutations else None, shingles, size, known=True, in_order=in_order)


def _read_by_kernel(words: ScratchWords | None, permutations: Permutations | None) -> Reading | None:
    """As ``kernels.fingerprint``, also for a terse text (a table of results) that only its words tell to be English."""
    if words is None:
        return None
    found = fingerprint(words, ENGLISH_SHARE, permutations)
    if found is None and recognize(words.forms()) is ENGLISH:
        found = fingerprint(words, 0.0, permutations)
    return found


def words_of(body: str) -> ScratchWords | None:
    """The words of an unmasked text, valid until the next one is read; None where the kernel cannot read it."""
    vocabulary = current_vocabulary()
    return vocabulary.words_of(body) if vocabulary else None


def fingerprint_words(words: ScratchWords | None, scheme: FingerprintScheme) -> Fingerprint | None:
    """The fingerprint of the text whose words were just read; None where Python has to read it."""
    if scheme.permutes:
        return fingerprint_compiled(words, _compiled_permutations(scheme))
    found = _read_by_kernel(words, None)
    if found is None:
        return None
    shingles, in_order, _, size = found
    signature = signature_of(in_order, scheme.permutations, scheme.scheme)
    return Fingerprint(signature, shingles, size, known=True, in_order=in_order)


@cache
def _compiled_permutations(scheme: FingerprintScheme) -> Permutations:
    return Permutations(*map(np.ascontiguousarray, _permutations(scheme)))


def _sign(bodies: Sequence[str], scheme: FingerprintScheme) -> list[Fingerprint]:
    read = read_many(bodies)
    in_order = _shingles_in_order(read)
    shingled = list(map(distinct, in_order))
    if not scheme.permutes:
        signatures = iter([signature_of(one, scheme.permutations, scheme.scheme) for one in in_order if len(one)])
    else:
        signatures = iter(_minima([shingles for shingles in shingled if len(shingles)], scheme))
    return [
        Fingerprint(next(signatures) if len(shingles) else None, shingles, text.words, text.known, ordered)
        for text, shingles, ordered in zip(read, shingled, in_order, strict=True)
    ]


def _shingles_in_order(read: Sequence[TermReading]) -> list[NDArray[np.uint32]]:
    joined = np.concatenate([text.terms for text in read])
    pairs = hash_pairs(joined[:-1], joined[1:])
    ends = np.cumsum([len(text.terms) for text in read]).tolist()
    # A pair across two texts lies between the end of one and the beginning of the next, and is skipped.
    return [pairs[max(0, end - len(text.terms)) : max(0, end - 1)] for text, end in zip(read, ends, strict=True)]


def _minima(shingled: Sequence[NDArray[np.uint32]], scheme: FingerprintScheme) -> list[Signature]:
    """Minima of each permutation for each of t texts; every text must have shingles.

    Works on blocks of about HASHES_AT_ONCE values: as many permutations at a time as fit, over the hashes of all texts.
    """
    if not shingled:
        return []
    factors, summands = _permutations(scheme)
    # datasketch's affine scheme first mixes every hash by MurmurHash3's finalizer.
    hashes = mixed(np.concatenate(shingled))
    begin = np.cumsum([0, *map(len, shingled[:-1])])
    smallest = np.empty((scheme.permutations, len(shingled)), np.uint32)
    rows = max(1, HASHES_AT_ONCE // len(hashes))
    room = np.empty((min(rows, scheme.permutations), len(hashes)), np.uint32)
    for first in range(0, scheme.permutations, rows):
        some = slice(first, first + rows)
        permuted = np.multiply(factors[some, None], hashes, out=room[: len(factors[some])])
        permuted += summands[some, None]
        np.minimum.reduceat(permuted, begin, axis=1, out=smallest[some])
    return list(np.ascontiguousarray(smallest.T))


def smallest_values(
    shingles: NDArray[np.uint32], scheme: FingerprintScheme, below: int
) -> tuple[NDArray[np.uint32], NDArray[np.intp], NDArray[np.intp]]:
    """Return the m values below ``below`` of n shingles in p permutations, and the permutation and shingle of each.

    Processes a block of permutations at a time, which stays in the processor's cache.
    """
    factors, summands = _permutations(scheme)
    hashes = mixed(shingles)
    rows = max(1, HASHES_AT_ONCE // max(1, len(hashes)))
    room = np.empty((min(rows, scheme.permutations), len(hashes)), np.uint32)
    found, places = [], []
    for first in range(0, scheme.permutations, rows):
        some = slice(first, first + rows)
        values = np.multiply(factors[some, None], hashes, out=room[: len(factors[some])])
        values += summands[some, None]
        kept = np.flatnonzero(values < np.uint32(below))
        found.append(values.ravel()[kept])
        places.append(kept + first * len(hashes))
    bands, owners = np.divmod(np.concatenate(places), max(1, len(hashes)))
    return np.concatenate(found), bands, owners


@cache
def _permutations(scheme: FingerprintScheme) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Factors (odd) and summands, one each a permutation, as ``datasketch.MinHash`` 2.x draws them for affine32.

    Not taken from datasketch, whose import of SciPy takes longer than the service's other imports; a test compares.
    """
    generator = np.random.RandomState(scheme.seed)
    factors = generator.randint(0, 1 << 31, scheme.permutations, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    summands = generator.randint(0, 1 << 32, scheme.permutations, dtype=np.uint32)
    return factors, summands
