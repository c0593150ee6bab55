"""Load the compiled kernels, or tell why Python does their work."""

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
"""Environment variable: ``python`` disables the compiled kernels, ``compiled`` makes their absence an error."""

NOT_READABLE = -1
NO_MEMORY = -2
NOT_OF_THIS_TEXT = -3

Address = ctypes.c_void_p
Size = ctypes.c_size_t

_FOLDER = Path(__file__).parent
_FILE = _FOLDER / "compiled.so"


def active_path() -> Literal["compiled", "python"]:
    """Which implementation this process uses; both give the same results."""
    return "python" if _library is None else "compiled"


def why_python() -> str | None:
    """The reason, in a sentence for people; None if the kernels are in use."""
    return _reason


def bind(name: str, answer: Any, *arguments: Any) -> Callable[..., Any] | None:
    """Bind a kernel with ctypes types; None without compiled kernels. Kernels run without the GIL."""
    if _library is None:
        return None
    function: Callable[..., Any] = getattr(_library, name)
    function.restype, function.argtypes = answer, arguments  # type: ignore[attr-defined]  # ctypes' own
    return function


_addressof, _first_byte = ctypes.addressof, ctypes.c_char.from_buffer


def address(array: NDArray[Any]) -> int:
    """Address of the first element; ValueError unless ``array`` is contiguous. The caller keeps ``array`` alive."""
    try:
        # Takes a fifth of the time of asking numpy; arrays are buffers, though the stubs do not say so.
        return _addressof(_first_byte(array))  # type: ignore[arg-type]
    except (TypeError, ValueError, BufferError):  # read-only, empty, or strided
        if not array.flags.c_contiguous:
            raise ValueError("a kernel reads contiguous arrays") from None
        where: int = array.__array_interface__["data"][0]
        return where


def addresses_of(arrays: Sequence[NDArray[Any]]) -> list[int]:
    """As ``address``, for several arrays."""
    try:
        return [_addressof(_first_byte(array)) for array in arrays]  # type: ignore[arg-type]
    except (TypeError, ValueError, BufferError):
        return list(map(address, arrays))


def addresses(places: Sequence[int]) -> bytes:
    """Pack addresses into an array of pointers for a kernel."""
    return _row_of(len(places)).pack(*places)  # a quarter of the time of a ctypes array


def beginnings(texts: Sequence[bytes]) -> Any:
    """An array of pointers to these bytes for a kernel, which keeps them alive."""
    return _row_of_bytes(-(-len(texts) // _ROW) * _ROW)(*texts)


@lru_cache(maxsize=256)
def _row_of(count: int) -> struct.Struct:
    return struct.Struct(f"@{count}P")


_ROW = 16
"""Arrays of pointers to bytes are padded to a multiple of this: ctypes makes a type per length, which is slow."""


@lru_cache(maxsize=256)
def _row_of_bytes(count: int) -> Any:
    return ctypes.c_char_p * count


def enough(answer: int) -> int:
    """Return the kernel's answer; MemoryError if it ran out of memory."""
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
        return None, "the compiled kernels were compiled from other sources than those beside them: set up again"
    return library, None


def _digest(folder: Path) -> str | None:
    """Digest of the sources, as the build computes it; None for an installed wheel, which has no sources."""
    files = sorted(folder.rglob("*.[ch]"), key=lambda file: file.relative_to(folder).as_posix())
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16] if files else None


_library, _reason = load()
if _library is None and os.environ.get(FORCE) == "compiled":
    raise ImportError(_reason)
