"""The timers of ``bench profile`` find their functions, count each time once, and leave everything unchanged."""

from __future__ import annotations

import pytest

from bench.profiling.profile import STAGES
from bench.profiling.stages import StageClock, watched
from wirematch.matching import judge as module
from wirematch.matching.neighbours.event import Event
from wirematch.matching.resources import default_comparer
from wirematch.models import Article


def test_every_stage_is_there_and_restored():
    before = module.judge, vars(Event)["pairs"]

    with watched(STAGES) as clock:
        assert vars(Event)["pairs"] is not before[1]

    assert (module.judge, vars(Event)["pairs"]) == before
    assert clock.calls == {}


def test_what_judging_does_is_counted(bridge):
    comparer = default_comparer()
    wire, rewrite = (Article(id=name, body=bridge[name]["body"]) for name in ("wire", "rewrite"))

    with watched(STAGES) as clock:
        verdict = module.judge(
            comparer, comparer.prepare(rewrite), [comparer.prepare(wire)], include_related=False, limit=10
        )

    assert [match.id for match in verdict.matches] == ["wire"]
    assert clock.calls["prepare"] == clock.calls["form: outline and phrases"] == 2
    assert clock.calls["scoring in one call"] == clock.calls["evidence"] == 1
    assert all(seconds >= 0 for seconds in clock.seconds.values())


def test_time_within_another_stage_is_that_ones(monkeypatch):
    seconds = iter([0.0, 1.0, 3.0, 6.0])  # the outer begins, the inner begins, ends, the outer ends
    monkeypatch.setattr("bench.profiling.stages.time.thread_time", lambda: next(seconds))
    clock = StageClock()
    outer = clock.timed("outer", clock.timed("inner", lambda: "done"))

    assert outer() == "done"
    assert clock.seconds == {"inner": 2.0, "outer": 4.0}


def test_a_name_that_is_nobodys_is_told():
    with (
        pytest.raises(AttributeError, match="nothing"),
        watched({"gone": ("wirematch.matching.profiles.profile:Profile.nothing",)}),
    ):
        pass
