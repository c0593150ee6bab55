"""A wall clock that can be changed while the processes that see it run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("clock.c")
BUILDING = Path(__file__).parents[2] / "building"


class Clock:
    """The clock of all processes started with ``environment``; needs Linux and a C compiler, or the test is skipped."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._library = folder / "clock.so"
        self.set(0)
        self._build()

    def set(self, seconds: int) -> None:
        """Set the clock off by so many seconds.

        The file's length is constant, so that no reader sees half of a change.
        """
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(f"{seconds:+08d}\n".encode())

    @property
    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._library), "FAULT_CLOCK": str(self._file)}

    def _build(self) -> None:
        if not sys.platform.startswith("linux"):
            pytest.skip("only Linux has LD_PRELOAD")
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(BUILDING)
            from compilers import compilers  # noqa: PLC0415 - what the kernels are built with
        for command in compilers():
            made = subprocess.run([*command, "-o", self._library, SOURCE], capture_output=True, check=False)
            if made.returncode == 0:
                return
        pytest.skip("there is no C compiler")
