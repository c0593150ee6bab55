"""Find the compiled kernels, or say why Python does their work."""

from __future__ import annotations

import ctypes
import hashlib
import os
import struct
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # a command that only tells the version does not wait for numpy
    from numpy.typing import NDArray

FORCE = "WIREMATCH_KERNELS"
"""``python`` in this environment variable leaves the compiled kernels alone, ``compiled`` makes it an error that there
are none."""

NOT_READABLE = -1
NO_MEMORY = -2
NOT_OF_THIS_TEXT = -3

Address = ctypes.c_void_p
Size = ctypes.c_size_t

_FOLDER = Path(__file__).parent
_FILE = _FOLDER / "compiled.so"


def active_path() -> Literal["compiled", "python"]:
    """Which way the kernels' work is done in this process; both give the same."""
    return "python" if _library is None else "compiled"


def why_python() -> str | None:
    """A sentence for people; None on the compiled path."""
    return _reason


def bind(name: str, answer: Any, *arguments: Any) -> Callable[..., Any] | None:
    """The kernel of that name, by ctypes types; None on the Python path. It runs without Python's lock."""
    if _library is None:
        return None
    function: Callable[..., Any] = getattr(_library, name)
    function.restype, function.argtypes = answer, arguments  # type: ignore[attr-defined]  # ctypes' own
    return function


_addressof, _first_byte = ctypes.addressof, ctypes.c_char.from_buffer


def address(array: NDArray[Any]) -> int:
    """Where the elements of ``array`` begin; whoever asks keeps the array alive. A kernel knows no strides."""
    try:
        # A fifth of what asking numpy takes; an array is a buffer, though its stubs do not say so.
        return _addressof(_first_byte(array))  # type: ignore[arg-type]
    except (TypeError, ValueError, BufferError):  # read only, empty, or with strides
        if not array.flags.c_contiguous:
            raise ValueError("a kernel reads contiguous arrays") from None
        where: int = array.__array_interface__["data"][0]
        return where


def addresses_of(arrays: Sequence[NDArray[Any]]) -> list[int]:
    """The same of several."""
    try:
        return [_addressof(_first_byte(array)) for array in arrays]  # type: ignore[arg-type]
    except (TypeError, ValueError, BufferError):
        return list(map(address, arrays))


def addresses(places: Sequence[int]) -> bytes:
    """Places of several things, one after the other, as a kernel takes them."""
    return _row_of(len(places)).pack(*places)  # a quarter of the time of an array of ctypes


def beginnings(texts: Sequence[bytes]) -> Any:
    """Where each of these begins, as a kernel takes them; what is given keeps them alive."""
    return _row_of_bytes(-(-len(texts) // _ROW) * _ROW)(*texts)


@lru_cache(maxsize=256)
def _row_of(count: int) -> struct.Struct:
    return struct.Struct(f"@{count}P")


_ROW = 16
"""Rows of bytes have room for a multiple of this, as ctypes makes a type for each length, which takes long."""


@lru_cache(maxsize=256)
def _row_of_bytes(count: int) -> Any:
    return ctypes.c_char_p * count


def enough(answer: int) -> int:
    """The answer of a kernel that needs memory."""
    if answer == NO_MEMORY:
        raise MemoryError
    return answer


def load() -> tuple[ctypes.CDLL | None, str | None]:
    if os.environ.get(FORCE) == "python":
        return None, f"{FORCE} is set to python"
    if not _FILE.exists():
        return None, "the kernels were not compiled: setting up found no C compiler, or it failed"
    try:
        library = ctypes.CDLL(str(_FILE))
        library.wirematch_sources.restype = ctypes.c_char_p
        made_of = library.wirematch_sources().decode()
    except (OSError, AttributeError) as error:
        return None, f"the compiled kernels cannot be loaded: {error}"
    beside = _digest(_FOLDER / "c")
    if beside not in (made_of, None):
        return None, "the compiled kernels are of other sources than those beside them: set up again"
    return library, None


def _digest(folder: Path) -> str | None:
    """As the build computes it; None for an installed wheel, which has no sources."""
    files = sorted([*folder.glob("*.c"), *folder.glob("*.h")], key=lambda file: file.name)
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16] if files else None


_library, _reason = load()
if _library is None and os.environ.get(FORCE) == "compiled":
    raise ImportError(_reason)
