"""What of a prepared text takes long to find, in some tens of bytes: kept beside the text, it need not be found again.

That is where furniture stands, who speaks, and where sentences begin. Words are cut anew, which is quick. A skeleton
is numbers of seven bits a byte (LEB128): the kind; how many words and sentences there are; the gaps that furniture
leaves between words, each as code points from the end of the one before to its beginning, its length, and how many
pieces of furniture end there; runs of spoken words, each as words from the end of the one before, and its length; the
words of each sentence. Each list begins with its length, but for the last. There are two kinds: the second says, too,
that nothing in the text is disguised (``unmasking``), so that nobody has to look for it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels import skeleton as compiled
from wirematch.kernels.skeleton import NO_SKELETON
from wirematch.text.blocks import BlockText, if_english
from wirematch.text.english import ENGLISH_SHARE
from wirematch.text.landmarks import Landmarks
from wirematch.text.normalize import normalize
from wirematch.text.prepare import read_words
from wirematch.text.prepared import PreparedText
from wirematch.text.reader import current_vocabulary
from wirematch.text.unmasking import Unmasked, unmask

VERSION, UNDISGUISED = 1, 2
"""The first number: of any text, and of one that is known to have nothing to unmask."""
MOST_FOLDED = 18
"""Characters that one folds into at the most (Unicode's stability policy: U+FDFA), and so the words in it."""

_LARGEST = 2**31 - 1


def skeleton_of(text: PreparedText, *, undisguised: bool = False) -> bytes:
    """The skeleton of a text as ``prepare`` gives it."""
    known = text.skeleton if isinstance(text, BlockText) else None
    if known is not None:  # a kernel found it, or read it
        return with_kind(known, undisguised=undisguised)
    return skeleton_in_python(text, UNDISGUISED if undisguised else VERSION)


def with_kind(skeleton: bytes, *, undisguised: bool) -> bytes:
    """A skeleton that a kernel made, as one of this kind."""
    return bytes([UNDISGUISED if undisguised else VERSION]) + skeleton[1:]


def skeleton_in_python(text: PreparedText, kind: int = VERSION) -> bytes:
    """What the kernel is held to."""
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
    """Whether the text of a skeleton is known to be as a person sees it."""
    return skeleton[:1] == bytes([UNDISGUISED])


def prepare_from(body: str, skeleton: bytes, *, seen: bool = False) -> PreparedText:
    """What ``prepare`` gave for ``body`` when the skeleton was made; ``seen`` when it is as a person sees it already.

    A skeleton that is broken or of another text is a ``ValueError``, as far as that can be seen.
    """
    vocabulary = current_vocabulary() if seen or unmask(body).text == body else None
    found = None
    if vocabulary is not None:
        found = compiled.prepare(vocabulary, body, skeleton, ENGLISH_SHARE) or if_english(
            compiled.prepare(vocabulary, body, skeleton, 0.0)
        )
    return BlockText.of(found, len(body), skeleton) if found else prepare_from_in_python(body, skeleton, seen=seen)


def prepare_from_in_python(body: str, skeleton: bytes, *, seen: bool = False) -> PreparedText:
    """What the kernel is held to, and does not read."""
    _sizes(body, skeleton)
    bones = _Bones.of(skeleton)
    unmasked = Unmasked(body) if seen else unmask(body)
    edges = unmasked.places_of(np.array(bones.gaps, np.int32).reshape(-1))
    gaps = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    read = read_words(normalize(unmasked.text), gaps, most=bones.words)
    if len(read.starts) < bones.words:
        raise ValueError(NO_SKELETON)
    starts, ends = unmasked.origins(read.starts, read.ends)
    ends_of_gaps = np.array([end for _, end in gaps], np.int64)
    parts = np.concatenate(([0], np.cumsum(bones.grown)))[np.searchsorted(ends_of_gaps, read.starts, side="right")]
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
        spoken=bones.spoken,
        capitals=Landmarks.of(unmasked.text).capitals(unmasked.text, read.starts),
        numbers=read.digits,
        parts=parts.astype(np.int32),
        sentences=bones.sentences,
        disguised=unmasked.guessed,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Bones:
    """A skeleton, read."""

    words: int
    gaps: list[tuple[int, int]]
    grown: list[int]
    """How many pieces of furniture end in each gap."""
    spoken: NDArray[np.bool_]
    sentences: NDArray[np.int32]

    @classmethod
    def of(cls, skeleton: bytes) -> _Bones:
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
    """How many words and sentences it announces."""
    numbers = _unpack(skeleton)
    found = [next(numbers, -1) for _ in range(3)]
    if found[0] not in (VERSION, UNDISGUISED) or not 0 <= found[2] <= found[1] <= MOST_FOLDED * len(body):
        raise ValueError(NO_SKELETON)
    return found[1], found[2]


def _gaps(text: PreparedText) -> Iterator[int]:
    """Where furniture stands before a word; what comes after the last word is none of the text."""
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
