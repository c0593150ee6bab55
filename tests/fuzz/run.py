"""Build the fuzzers with AddressSanitizer and UndefinedBehaviorSanitizer and run them.

``python tests/fuzz/run.py ROUNDS [SEED]``, or ``make fuzz ROUNDS=1000000``; without a seed, a random one is used.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "building"))

from compilers import system_compiler  # noqa: E402 - found there

FUZZERS = sorted(Path(__file__).parent.glob("fuzz_*.c"))
KERNELS = ROOT / "service" / "wirematch" / "kernels" / "c"
SANITIZED = "-std=c11 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer".split()
LONGEST_BUILD = 500
"""In seconds; a busy machine takes minutes."""
FEW_ROUNDS, MANY_ROUNDS = "-O0", "-O1"
"""Optimisation takes three times as long to compile, and saves half of each round."""


def build(fuzzer: Path, folder: Path, optimised: str) -> Path | str:
    """Return the program, or why it cannot be built."""
    compiler = system_compiler()
    if compiler is None:
        return "no fuzzing: there is no C compiler"
    probe = folder / "probe.c"
    probe.write_text("int main(void) { return 0; }\n")
    for source in (probe, fuzzer):
        program = folder / source.stem
        arguments = [*compiler, *SANITIZED, optimised, f"-I{KERNELS}", "-o", str(program), str(source), "-lm"]
        made = subprocess.run(arguments, capture_output=True, text=True, timeout=LONGEST_BUILD, check=False)
        ran = made.returncode == 0 and (source is fuzzer or _runs(program))
        if not ran and source is probe:
            return f"no fuzzing: {compiler[0]} has no sanitizers here"
        if not ran:
            raise RuntimeError(made.stderr)
    return program


def _runs(program: Path) -> bool:
    return subprocess.run([str(program)], capture_output=True, check=False).returncode == 0


def run(program: Path, rounds: int, seed: int) -> subprocess.CompletedProcess[str]:
    """Run so many rounds; the program ends at the first fault, or when all are done."""
    return subprocess.run([str(program), str(rounds), str(seed)], capture_output=True, text=True, check=False)


def main() -> int:
    """Return the exit status: 0 if nothing was found, or if fuzzing is impossible here."""
    rounds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else secrets.randbits(32)
    with tempfile.TemporaryDirectory(prefix="wirematch-fuzz-") as folder:
        for fuzzer in FUZZERS:
            program = build(fuzzer, Path(folder), MANY_ROUNDS)
            if isinstance(program, str):
                print(program)  # noqa: T201
                return 0
            done = run(program, rounds, seed)
            print(f"{fuzzer.stem}: {done.stdout.strip() or f'seed {seed}'}{done.stderr}", flush=True)  # noqa: T201
            if done.returncode:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
