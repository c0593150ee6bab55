"""Find a C compiler: the system's, or else the one in the ``ziglang`` wheel."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec

Command = list[str]

# Rounding must be the same on every machine, so separate operations must not become a fused multiply-add.
_FLAGS = ["-std=c11", "-O3", "-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing", "-ffp-contract=off", "-shared"]
_ZIG_SYSTEMS = {"Linux", "Darwin", "Windows"}
_ZIG_MACHINES = {"x86_64", "amd64", "aarch64", "arm64"}


def system_compiler() -> Command | None:
    """Return the compiler named by ``CC``, or else the first one on the path under a usual name."""
    named = shlex.split(os.environ.get("CC", ""))
    for command in ([named] if named else []) + [["cc"], ["gcc"], ["clang"]]:
        if shutil.which(command[0]):
            return command
    return None


def compilers() -> Iterator[Command]:
    """Yield the available compilers, in the order to try; each makes a shared library of the sources appended."""
    if command := system_compiler():
        yield [*command, *_FLAGS]
    if find_spec("ziglang"):
        # By default zig compiles for the machine's own processor, but a wheel may be installed elsewhere.
        yield [sys.executable, "-m", "ziglang", "cc", "-mcpu=baseline", *_FLAGS]


def wants_zig() -> bool:
    """Whether the wheel with zig is worth its 100 MB: there is no other compiler, and it supports this machine."""
    known = platform.system() in _ZIG_SYSTEMS and platform.machine().lower() in _ZIG_MACHINES
    return system_compiler() is None and known


if __name__ == "__main__":  # for `make setup`, which builds in its own environment
    sys.exit(not wants_zig())
