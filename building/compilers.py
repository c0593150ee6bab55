"""Which C compiler there is: the system's, else the one in the ``ziglang`` wheel, else none."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec

Command = list[str]

# Rounding must be the same on every machine: no fused multiply-add where the sources have two operations.
_FLAGS = ["-std=c11", "-O3", "-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing", "-ffp-contract=off", "-shared"]
_ZIG_SYSTEMS = {"Linux", "Darwin", "Windows"}
_ZIG_MACHINES = {"x86_64", "amd64", "aarch64", "arm64"}


def system_compiler() -> Command | None:
    """What ``CC`` names, else the first of the usual names on the path that is there."""
    named = shlex.split(os.environ.get("CC", ""))
    for command in ([named] if named else []) + [["cc"], ["gcc"], ["clang"]]:
        if shutil.which(command[0]):
            return command
    return None


def compilers() -> Iterator[Command]:
    """Those that are here, to be tried in order; each makes a shared library of the sources behind it."""
    if command := system_compiler():
        yield [*command, *_FLAGS]
    if find_spec("ziglang"):
        # zig compiles for the processor it runs on if nobody stops it, and a wheel may go elsewhere.
        yield [sys.executable, "-m", "ziglang", "cc", "-mcpu=baseline", *_FLAGS]


def wants_zig() -> bool:
    """Whether the wheel with zig is worth its 100 MB: there is no other compiler, and it exists for this machine."""
    known = platform.system() in _ZIG_SYSTEMS and platform.machine().lower() in _ZIG_MACHINES
    return system_compiler() is None and known


if __name__ == "__main__":  # for `make setup`, which builds in its own environment
    sys.exit(not wants_zig())
