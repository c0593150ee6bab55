"""A command that is told to end ends, wherever in Python the signal comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from support.waiting import PATIENCE_SECONDS

PROGRAM = """
import asyncio, signal, sys, threading, weakref
from wirematch.commands.ending import end_in_order
from wirematch.interruption import run_interruptibly, stop_if_interrupted

def told():
    signal.raise_signal(signal.SIGTERM)

def input_ended():
    stop_if_interrupted()
    sys.stdin.read()

{program}

end_in_order()
try:
    command()
    print("went on")
except KeyboardInterrupt:
    print("interrupted")
"""

FINALIZER = """
class Dropped:
    __del__ = lambda self: told()

def command():
    Dropped()
    input_ended()
"""
WEAK_REFERENCE = """
class Dropped: pass

def command():
    dropped = Dropped()
    reference = weakref.ref(dropped, lambda _: told())
    del dropped
    input_ended()
"""
WAITING = """
async def work():
    threading.Timer(0.0, lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)).start()
    input_ended()

def command():
    run_interruptibly(work())
"""
CALLBACK_TAKEN = """
def profile(frame, event, function):
    if event == "c_return" and function.__name__ == "popleft" and frame.f_code.co_name == "_run_once":
        sys.setprofile(None)
        told()  # the callback that was taken never runs if this raises, and the task waits for it

async def work():
    sys.setprofile(profile)
    await asyncio.sleep(0)
    await asyncio.Event().wait()

def command():
    run_interruptibly(work())
"""
CANCELLATION_SWALLOWED = """
async def work():
    asyncio.get_running_loop().call_soon(told)
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        pass  # as redis-py does while it connects
    {then}

def command():
    run_interruptibly(work())
"""
PLACES = {
    "a finalizer": FINALIZER,
    "a callback of a weak reference": WEAK_REFERENCE,
    "a task that waits for its input": WAITING,
    "between a loop and the callback it took": CALLBACK_TAKEN,
    "a task that swallows its cancellation and waits for its input": CANCELLATION_SWALLOWED.format(
        then="input_ended()"
    ),
    "a task that swallows its cancellation and goes on": CANCELLATION_SWALLOWED.format(
        then="await asyncio.Event().wait()"
    ),
    "a task that swallows its cancellation and ends": CANCELLATION_SWALLOWED.format(then="return"),
    "before a task began": "def command():\n    told()",
}


@pytest.mark.parametrize("program", PLACES.values(), ids=PLACES)
def test_a_signal_is_never_lost(program):
    given, giving = os.pipe()
    command = [sys.executable, "-W", "error", "-c", PROGRAM.format(program=program)]
    with os.fdopen(given) as stdin, os.fdopen(giving, "wb"):  # its input stays open: nobody ends it but the signal
        done = subprocess.run(
            command, stdin=stdin, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )

    assert (done.stdout, done.stderr, done.returncode) == ("interrupted\n", "", 0)


def test_what_else_a_finalizer_raises_is_told_as_ever():
    program = "class Dropped:\n    def __del__(self): raise ValueError('dropped')\n\ndef command(): Dropped()"
    command = [sys.executable, "-c", PROGRAM.format(program=program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)

    assert done.stdout == "went on\n"
    assert "ValueError: dropped" in done.stderr


def test_a_second_signal_ends_a_command_that_cleans_up():
    program = "def command():\n    try:\n        told()\n    finally:\n        told()"
    command = [sys.executable, "-c", PROGRAM.format(program=program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)

    assert done.returncode == -signal.SIGTERM


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_the_command_begins_ends_it_without_a_traceback(number):
    program = f"from wirematch import cli\nimport signal\ncli.app = lambda: signal.raise_signal({number:d})\ncli.main()"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)

    assert (done.returncode, done.stderr) == (128 + number, "")


def test_a_service_that_is_told_to_end_while_it_starts_ends_with_status_0():
    """Wherever its loop is; the callback that it has taken would never run."""
    program = PROGRAM.format(program=CALLBACK_TAKEN).partition("end_in_order()\ntry:")[0] + (
        "from wirematch.commands import serve\nserve.open_index = lambda *_: work()\n"
        "serve.serve('127.0.0.1', 0, 1, allowed_hosts=None, insecure_open=False, access_log=False, quiet=True, "
        "data_dir=None, redis_url='redis://127.0.0.1:1')"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)

    assert (done.returncode, done.stderr) == (0, "")
