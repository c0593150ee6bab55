"""A short run of ``make fuzz``, with the same rounds every time."""

from __future__ import annotations

import pytest

from fuzz.run import FEW_ROUNDS, FUZZERS, build, run

ROUNDS = 4_000
LONG_ROUNDS = {"fuzz_measuring": 2_000}
"""Four milliseconds each; they reach every line and branch that 4,000 reach (``gcov --branch-probabilities``)."""


@pytest.mark.parametrize("fuzzer", FUZZERS, ids=lambda path: path.stem)
def test_sanitizers_find_nothing(fuzzer, tmp_path):
    program = build(fuzzer, tmp_path, FEW_ROUNDS)
    if isinstance(program, str):
        pytest.skip(program)
    rounds = LONG_ROUNDS.get(fuzzer.stem, ROUNDS)
    done = run(program, rounds, seed=1)

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{rounds} rounds from seed 1\n"
    assert not done.stderr
