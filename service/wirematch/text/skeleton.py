"""The skeleton of a prepared text: the results that take long to compute, in some tens of bytes, stored with the text.

It tells where furniture stands, what is quoted speech, and where sentences begin; words are cut again, which is quick.
A skeleton is a sequence of LEB128 numbers (seven bits a byte): its kind; the numbers of words and sentences; the gaps
that furniture leaves between words, each as the code points since the end of the gap before, its length, and how many
pieces of furniture end in it; runs of spoken words, each as the words since the end of the run before, and its length;
the number of words of each sentence. All lists but the last are preceded by their length. There are two kinds: the
second also says that nothing in the text is disguised (``unmasking``), so that it need not be checked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.text import skeleton as compiled
from wirematch.kernels.text.skeleton import NO_SKELETON
from wirematch.models import BodyFormat
from wirematch.text.blocks import BlockText, if_english
from wirematch.text.english import ENGLISH_SHARE
from wirematch.text.kernel_vocabulary import current_vocabulary
from wirematch.text.landmarks import Landmarks
from wirematch.text.normalize import normalize
from wirematch.text.prepare import as_seen, read_words
from wirematch.text.prepared import PreparedText
from wirematch.text.unmasking.unmask import Unmasked, unmask

VERSION, UNDISGUISED = 1, 2
"""Kinds: any text, and a text that is known to need no unmasking."""
MOST_FOLDED = 18
"""The most characters that one folds into (Unicode's stability policy: U+FDFA), and so the most words in it."""

_LARGEST = 2**31 - 1


def skeleton_of(text: PreparedText, *, undisguised: bool = False) -> bytes:
    """Return the skeleton of a text made by ``prepare``."""
    known = text.skeleton if isinstance(text, BlockText) else None
    if known is not None:  # a kernel made or read it
        return with_kind(known, undisguised=undisguised)
    return skeleton_in_python(text, UNDISGUISED if undisguised else VERSION)


def with_kind(skeleton: bytes, *, undisguised: bool) -> bytes:
    """Return a skeleton made by a kernel with its kind set."""
    return bytes([UNDISGUISED if undisguised else VERSION]) + skeleton[1:]


def skeleton_in_python(text: PreparedText, kind: int = VERSION) -> bytes:
    """Reference implementation of the kernel."""
    numbers = [
        kind,
        len(text),
        len(text.sentences) - 1,
        *_gaps(text),
        *_speech(text.spoken),
    ]
    numbers += np.diff(text.sentences).tolist()
    return b"".join(map(_pack, numbers))


def is_of_undisguised(skeleton: bytes) -> bool:
    """Whether the skeleton's text is known to need no unmasking."""
    return skeleton[:1] == bytes([UNDISGUISED])


def prepare_from(body: str, skeleton: bytes, *, seen: bool = False) -> PreparedText:
    """Return what ``prepare`` returned for ``body`` when the skeleton was made; ``seen``: it is unmasked already.

    Raises ValueError for a skeleton that is visibly broken or of another text.
    """
    vocabulary = current_vocabulary() if seen or unmask(body).text == body else None
    found = None
    if vocabulary is not None:
        found = compiled.prepare(vocabulary, body, skeleton, ENGLISH_SHARE) or if_english(
            compiled.prepare(vocabulary, body, skeleton, 0.0)
        )
    return BlockText.of(found, len(body), skeleton) if found else prepare_from_in_python(body, skeleton, seen=seen)


def prepare_from_in_python(body: str, skeleton: bytes, *, seen: bool = False) -> PreparedText:
    """Reference implementation of the kernel; also prepares what the kernel cannot."""
    _sizes(body, skeleton)
    decoded = _DecodedSkeleton.of(skeleton)
    unmasked = Unmasked(body) if seen else unmask(body)
    edges = unmasked.places_of(np.array(decoded.gaps, np.int32).reshape(-1))
    gaps = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    read = read_words(normalize(unmasked.text), gaps, most=decoded.words)
    if len(read.starts) < decoded.words:
        raise ValueError(NO_SKELETON)
    starts, ends = unmasked.origins(read.starts, read.ends)
    ends_of_gaps = np.array([end for _, end in gaps], np.int64)
    parts = np.concatenate(([0], np.cumsum(decoded.grown)))[np.searchsorted(ends_of_gaps, read.starts, side="right")]
    return PreparedText(
        length=len(body),
        language=read.language.code if read.language else None,
        terms=read.terms,
        starts=starts,
        ends=ends,
        words=read.words,
        stems=read.stems,
        content=read.content,
        unspaced=read.unspaced,
        spoken=decoded.spoken,
        capitals=Landmarks.of(unmasked.text).capitals(unmasked.text, read.starts),
        numbers=read.digits,
        parts=parts.astype(np.int32),
        sentences=decoded.sentences,
        disguised=unmasked.guessed,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _DecodedSkeleton:
    """A decoded skeleton."""

    words: int
    gaps: list[tuple[int, int]]
    grown: list[int]
    """Pieces of furniture that end in each gap."""
    spoken: NDArray[np.bool_]
    sentences: NDArray[np.int32]

    @classmethod
    def of(cls, skeleton: bytes) -> _DecodedSkeleton:
        numbers = _unpack(skeleton)
        try:
            _, words, sentence_count = next(numbers), next(numbers), next(numbers)
            gaps, grown, end = [], [], 0
            for _ in range(next(numbers)):
                start = end + next(numbers)
                end = start + next(numbers)
                gaps.append((start, end))
                grown.append(next(numbers))
            spoken = np.zeros(words, np.bool_)
            said_until = 0
            for _ in range(next(numbers)):
                start = said_until + next(numbers)
                said_until = start + next(numbers)
                spoken[start:said_until] = True
            sizes = [next(numbers) for _ in range(sentence_count)]
        except StopIteration:
            raise ValueError(NO_SKELETON) from None
        whole = next(numbers, None) is None and all(sizes) and sum(sizes) == words
        if not whole or end > _LARGEST or sum(grown) > _LARGEST or said_until > words:
            raise ValueError(NO_SKELETON)
        return cls(words, gaps, grown, spoken, np.concatenate(([0], np.cumsum(sizes))).astype(np.int32))


def _sizes(body: str, skeleton: bytes) -> tuple[int, int]:
    """The numbers of words and sentences in the header; ValueError if they are impossible for ``body``."""
    numbers = _unpack(skeleton)
    found = [next(numbers, -1) for _ in range(3)]
    if found[0] not in (VERSION, UNDISGUISED) or not 0 <= found[2] <= found[1] <= MOST_FOLDED * len(body):
        raise ValueError(NO_SKELETON)
    return found[1], found[2]


def _gaps(text: PreparedText) -> Iterator[int]:
    """Encode the gaps that furniture leaves before words; furniture after the last word is not recorded."""
    grown = np.diff(text.parts, prepend=0)
    places = np.flatnonzero(grown).tolist()
    yield len(places)
    end = 0
    for place in places:
        start = int(text.ends[place - 1]) if place else 0
        yield from (start - end, int(text.starts[place]) - start, int(grown[place]))
        end = int(text.starts[place])


def _speech(spoken: NDArray[np.bool_]) -> Sequence[int]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], spoken, [False])).astype(np.int8)))
    return [len(edges) // 2, *np.diff(edges, prepend=0).tolist()]


def _pack(number: int) -> bytes:
    packed = bytearray()
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def _unpack(packed: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in packed:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            if number >= 2**32:
                raise ValueError(NO_SKELETON)
            yield number
            number = shift = 0
        elif shift >= 35:
            raise ValueError(NO_SKELETON)
    if shift:
        raise ValueError(NO_SKELETON)


def prepare_again(submitted: str, body_format: str | None, skeleton: bytes) -> PreparedText:
    """Return what ``prepare`` returned when the skeleton was made; ValueError if it visibly belongs to another text."""
    undisguised = is_of_undisguised(skeleton)
    if undisguised and body_format == BodyFormat.TEXT:
        return prepare_from(submitted, skeleton, seen=True)
    seen = as_seen(submitted, body_format, undisguised=undisguised)
    return seen.placed(prepare_from(seen.text, skeleton, seen=True))
