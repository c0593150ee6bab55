"""CPU time by stage, of functions that are wrapped temporarily, as the product itself contains no timers."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, wraps
from importlib import import_module
from typing import Any

REST = "rest"
"""The stage of everything that no other stage claims."""

Function = Callable[..., Any]
Undo = Callable[[], None]


class StageClock:
    """Adds up the self time of stages: time in another stage that a stage calls counts for that one."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()
        self._within = threading.local()
        self._adding = threading.Lock()

    def timed(self, stage: str, function: Function) -> Function:
        """Return ``function`` wrapped so that its time counts for ``stage``."""

        @wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:
            open_stages: list[float] = self._within.__dict__.setdefault("stack", [])
            open_stages.append(0.0)
            started = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                took = time.thread_time() - started
                others = open_stages.pop()
                if open_stages:
                    open_stages[-1] += took
                with self._adding:
                    self.seconds[stage] += took - others
                    self.calls[stage] += 1

        return counted


@contextmanager
def watched(stages: Mapping[str, Sequence[str]]) -> Iterator[StageClock]:
    """Time the functions that ``stages`` names as ``module:function`` or ``module:Class.attribute``, wherever imported.

    Raises AttributeError if a name does not exist any more.
    """
    clock = StageClock()
    undo: list[Undo] = []
    try:
        for stage, names in stages.items():
            for name in names:
                undo += _wrap(clock, stage, name)
        yield clock
    finally:
        for restore in reversed(undo):
            restore()


def _wrap(clock: StageClock, stage: str, name: str) -> list[Undo]:
    module_name, _, path = name.partition(":")
    owner: Any = import_module(module_name)
    *outer, last = path.split(".")
    if not outer:
        function = getattr(owner, last)
        counted = clock.timed(stage, function)
        return [_put(holder, key, counted) for holder, key in _holders(function)]
    for part in outer:
        owner = getattr(owner, part)
    return [_put(owner, last, _of_class(clock, stage, owner, last))]


def _holders(function: Function) -> list[tuple[Any, str]]:
    """Return every module and name under which the function is imported."""
    modules = [module for name, module in sys.modules.items() if name.startswith("wirematch.")]
    return [(module, key) for module in modules for key, value in list(vars(module).items()) if value is function]


def _of_class(clock: StageClock, stage: str, owner: type, name: str) -> Any:
    attribute = vars(owner).get(name)
    if attribute is None:
        raise AttributeError(f"{owner.__name__} has no {name} of its own")
    if isinstance(attribute, cached_property):
        counted = cached_property(clock.timed(stage, attribute.func))
        counted.__set_name__(owner, name)
        return counted
    if isinstance(attribute, classmethod):
        return classmethod(clock.timed(stage, attribute.__func__))
    return clock.timed(stage, attribute)


def _put(owner: Any, name: str, value: Any) -> Undo:
    before = vars(owner)[name]
    setattr(owner, name, value)
    return lambda: setattr(owner, name, before)
