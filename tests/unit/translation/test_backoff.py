"""An engine that keeps failing is left alone for longer and longer."""

from __future__ import annotations

from wirematch.translation.intake import LONGEST_SECONDS, EngineBackoff


def test_longer_and_longer_and_over_with_the_first_success():
    now = 100.0
    backoff = EngineBackoff(lambda: now)
    waits = []
    for _ in range(12):
        backoff.failed()
        waits.append(backoff.seconds)
        now += backoff.seconds
        assert backoff.seconds == 0
    assert waits[:4] == [0, 0.5, 1, 2]
    assert waits[-1] == LONGEST_SECONDS
    backoff.failed()
    backoff.worked()
    assert backoff.seconds == 0
    backoff.failed()
    assert backoff.seconds == 0
