"""A short run of ``make fuzz``, with the same rounds every time."""

from __future__ import annotations

import pytest

from fuzz.run import FEW_ROUNDS, FUZZERS, build, run


@pytest.mark.parametrize("fuzzer", FUZZERS, ids=lambda path: path.stem)
def test_sanitizers_find_nothing(fuzzer, tmp_path):
    program = build(fuzzer, tmp_path, FEW_ROUNDS)
    if isinstance(program, str):
        pytest.skip(program)
    done = run(program, rounds=4_000, seed=1)

    assert done.returncode == 0, done.stderr
    assert done.stdout == "4000 rounds from seed 1\n"
    assert not done.stderr
