"""MinHash signatures and the buckets they fall into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from wirematch.cancellation import safepoint
from wirematch.fingerprint.bottom import distinct, mixed, signature_of, signature_of_hidden
from wirematch.fingerprint.sampling import Sampling
from wirematch.fingerprint.shingles import SHINGLES, hash_pairs
from wirematch.fingerprint.sketch import sketch_of
from wirematch.fingerprint.terms import read_terms
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
"""Texts that a job which reads very many fingerprints between two looks at anything else."""
HASHES_AT_ONCE = 16_384
"""Permuted hashes computed together, few enough to stay in the processor's cache."""


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
    return fingerprint_text(body, scheme).signature


def sign_many(bodies: Sequence[str], scheme: FingerprintScheme) -> list[Signature | None]:
    """Signatures of many texts, in order."""
    return [found.signature for found in fingerprint_many(bodies, scheme)]


def fingerprint_many(bodies: Sequence[str], scheme: FingerprintScheme) -> list[Fingerprint]:
    """Return the fingerprints of many texts, in order.

    Signatures under Sampling.MINHASH equal datasketch's ``MinHash(num_perm=128, seed=1, scheme="affine32",
    hashfunc=xxh32)`` over the shingles: the eight bytes of two neighbouring content words' hashes (Broder 1997).
    """
    return [fingerprint_text(body, scheme) for body in bodies]


def fingerprint_text(body: str, scheme: FingerprintScheme) -> Fingerprint:
    """Return the fingerprint of one text."""
    text = unmask(body).text
    return fingerprint_words(words_of(text), scheme) or fingerprint_in_python(text, scheme)


def fingerprint_in_python(text: str, scheme: FingerprintScheme) -> Fingerprint:
    """Reference implementation of the kernel, for an unmasked text; also reads what the kernel cannot."""
    read = read_terms(text)
    in_order = hash_pairs(read.terms[:-1], read.terms[1:])
    shingles = distinct(in_order)
    signature: Signature | None = None
    if len(shingles) and scheme.permutes:
        signature = _minima(shingles, scheme)
    elif len(shingles):
        signature = signature_of(in_order, scheme.permutations, scheme.scheme)
    return Fingerprint(signature, shingles, read.words, read.known, in_order)


def sign_shingles(
    shingles: NDArray[np.uint32], scheme: FingerprintScheme, fillers: NDArray[np.uint32]
) -> Signature | None:
    """Return the signature of a set of shingles, of which ``fillers`` fill gaps; None for an empty set."""
    if not len(shingles):
        return None
    if not scheme.permutes:
        return signature_of_hidden(shingles, fillers, scheme.permutations, scheme.scheme)
    return _minima(shingles, scheme)


def shingle_many(bodies: Sequence[str], undisguised: Sequence[bool] | None = None) -> list[NDArray[np.uint32]]:
    """Return the shingles of many texts, in order, without signatures.

    ``undisguised`` tells for each text whether it is known to need no unmasking.
    """
    known = undisguised or [False] * len(bodies)
    shingles = []
    for body, seen in zip(bodies, known, strict=True):
        safepoint()
        text = body if seen else unmask(body).text
        found = fingerprint_compiled(words_of(text), None)
        shingles.append(shingles_in_python(text) if found is None else found.shingles)
    return shingles


def shingles_in_python(text: str) -> NDArray[np.uint32]:
    """Reference implementation of the kernel, for an unmasked text; also reads what the kernel cannot."""
    terms = read_terms(text).terms
    return distinct(hash_pairs(terms[:-1], terms[1:]))


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


def _minima(shingles: NDArray[np.uint32], scheme: FingerprintScheme) -> Signature:
    """The minimum of each permutation; the text must have shingles."""
    return np.concatenate([values.min(axis=1) for _, values in _permuted(shingles, scheme)])


def smallest_values(
    shingles: NDArray[np.uint32], scheme: FingerprintScheme, below: int
) -> tuple[NDArray[np.uint32], NDArray[np.intp], NDArray[np.intp]]:
    """Return the m values below ``below`` of n shingles in p permutations, and the permutation and shingle of each."""
    found, places = [], []
    for first, values in _permuted(shingles, scheme):
        kept = np.flatnonzero(values < np.uint32(below))
        found.append(values.ravel()[kept])
        places.append(kept + first * len(shingles))
    bands, owners = np.divmod(np.concatenate(places), max(1, len(shingles)))
    return np.concatenate(found), bands, owners


def _permuted(shingles: NDArray[np.uint32], scheme: FingerprintScheme) -> Iterator[tuple[int, NDArray[np.uint32]]]:
    """Yield blocks of some permutations of n shingles, rows of n values each, and the number of the first row."""
    factors, summands = _permutations(scheme)
    # datasketch's affine scheme first mixes every hash by MurmurHash3's finalizer.
    hashes = mixed(shingles)
    rows = max(1, HASHES_AT_ONCE // max(1, len(hashes)))
    for first in range(0, scheme.permutations, rows):
        some = slice(first, first + rows)
        yield first, factors[some, None] * hashes + summands[some, None]


@cache
def _permutations(scheme: FingerprintScheme) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Factors (odd) and summands, one each a permutation, as ``datasketch.MinHash`` 2.x draws them for affine32.

    Not taken from datasketch, whose import of SciPy takes longer than the service's other imports; a test compares.
    """
    generator = np.random.RandomState(scheme.seed)
    factors = generator.randint(0, 1 << 31, scheme.permutations, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    summands = generator.randint(0, 1 << 32, scheme.permutations, dtype=np.uint32)
    return factors, summands
