"""A short run of ``make fuzz``, with the same rounds every time."""

from __future__ import annotations

import pytest

from fuzz.run import FEW_ROUNDS, FUZZERS, build, run

ROUNDS_AND_SEED = (4_000, 1)
OF_LONG_ROUNDS = {"fuzz_events": (2_000, 1), "fuzz_measuring": (1_500, 1), "fuzz_scoring": (2_000, 4)}
"""Milliseconds each; they reach as many lines and branches as 4,000 from seed 1 (``gcov --branch-probabilities``)."""


@pytest.mark.parametrize("fuzzer", FUZZERS, ids=lambda path: path.stem)
def test_sanitizers_find_nothing(fuzzer, tmp_path):
    program = build(fuzzer, tmp_path, FEW_ROUNDS)
    if isinstance(program, str):
        pytest.skip(program)
    rounds, seed = OF_LONG_ROUNDS.get(fuzzer.stem, ROUNDS_AND_SEED)
    done = run(program, rounds, seed)

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{rounds} rounds from seed {seed}\n"
    assert not done.stderr
