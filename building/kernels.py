"""Compile the kernels into one shared library that is independent of Python, or continue without them.

ctypes loads the library, so neither Python's headers nor its version matter (docs/adr/0015-compiled-c-kernels.md).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

from compilers import Command, compilers
from setuptools import Extension
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

FOLDER = Path("service/wirematch/kernels/c")
NAME = "wirematch.kernels.compiled"
LONGEST_BUILD = 600
"""In seconds."""


class BuildKernels(build_ext):
    """setuptools' command for compiled extensions; a kernel that cannot be built is skipped, without an error."""

    def get_ext_filename(self, fullname: str) -> str:
        """Return the same name on every system, as the file is never imported.

        setuptools asks with and without the package's name.
        """
        return f"{fullname.replace('.', '/')}.so"

    def build_extension(self, ext: Extension) -> None:
        """Try each compiler in turn."""
        target = Path(self.get_ext_fullpath(ext.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        tried = [command for command in compilers() if not _compile(command, ext.sources, target)]
        if target.exists():
            return
        what = f"{len(tried)} compilers failed" if tried else "there is no C compiler"
        print(f"wirematch: no compiled kernels, as {what}; it runs on its Python path, which is slower")


class WheelOfAnyPython(bdist_wheel):
    """setuptools' command for wheels: compiled code is for one platform, but for any version of Python."""

    def get_tag(self) -> tuple[str, str, str]:
        """Return the tag in the wheel's name."""
        return "py3", "none", super().get_tag()[2]


def _compile(command: Command, sources: list[str], target: Path) -> bool:
    """Compile to ``target`` and return whether it worked; an old ``target`` is removed in any case."""
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="wirematch-kernels-") as folder:
        made = Path(folder) / target.name
        environment = os.environ | {"ZIG_GLOBAL_CACHE_DIR": folder, "ZIG_LOCAL_CACHE_DIR": folder}
        arguments = [
            *command,
            f'-DWIREMATCH_SOURCES="{digest(FOLDER)}"',
            f"-I{FOLDER}",
            "-o",
            str(made),
            *sources,
            "-lm",
        ]
        try:
            done = subprocess.run(
                arguments, env=environment, capture_output=True, text=True, timeout=LONGEST_BUILD, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            print(f"wirematch: {command[0]}: {error}")
            return False
        if done.returncode:
            print(f"wirematch: {' '.join(command[:4])}: {done.stderr[-2000:]}")
            return False
        target.write_bytes(made.read_bytes())
    return True


def digest(folder: Path) -> str:
    """Return a hash of all sources; a library is not used if it was compiled from others than those beside it."""
    files = sorted(folder.rglob("*.[ch]"), key=lambda file: file.relative_to(folder).as_posix())
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


extension = Extension(
    NAME, sorted(map(str, FOLDER.rglob("*.c"))), depends=sorted(map(str, FOLDER.rglob("*.h"))), optional=True
)
