from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from wirematch.kernels import active_path, library, why_python

TOLD = "from wirematch.kernels import active_path, why_python; print(active_path(), why_python(), sep='|')"


def told(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", TOLD], env=os.environ | environment, capture_output=True, text=True, check=False
    )


def test_python_can_be_forced():
    assert told(WIREMATCH_KERNELS="python").stdout.strip() == "python|WIREMATCH_KERNELS is set to python"


def test_compiled_can_be_demanded():
    found = told(WIREMATCH_KERNELS="compiled")

    if found.returncode == 0:
        assert found.stdout.strip() == "compiled|None"
    else:
        assert "ImportError: the " in found.stderr


def test_a_library_made_of_other_sources_is_not_used(monkeypatch):
    if active_path() == "python":
        pytest.skip(why_python())
    monkeypatch.setattr(library, "_digest", lambda _: "another")

    assert library.load() == (
        None,
        "the compiled kernels were compiled from other sources than those beside them: set up again",
    )


def test_a_library_that_is_not_one_is_not_used(monkeypatch, tmp_path):
    broken = tmp_path / "compiled.so"
    broken.write_bytes(b"not a library")
    monkeypatch.setattr(library, "_FILE", broken)
    monkeypatch.delenv("WIREMATCH_KERNELS", raising=False)
    loaded, why = library.load()

    assert loaded is None
    assert why.startswith("the compiled kernels cannot be loaded: ")


def test_only_arrays_in_one_piece_have_an_address():
    numbers = np.arange(6)
    read_only = np.frombuffer(b"12345678", np.uint8)

    assert library.address(numbers) == numbers.ctypes.data
    assert library.address(read_only) == read_only.ctypes.data
    assert library.address(numbers[:0]) == numbers.ctypes.data
    with pytest.raises(ValueError, match="contiguous"):
        library.address(numbers[::2])
