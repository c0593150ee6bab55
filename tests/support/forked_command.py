"""The real ``wirematch`` command as a process of its own, forked from one that has imported everything.

Importing takes three seconds of processor time, which is most of what starting the command takes. Where a process must
be started from nothing, tests use ``subprocess`` with ``COMMAND``.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from support.waiting import PATIENCE_SECONDS

COMMAND = Path(sys.executable).parent / "wirematch"
TESTS = Path(__file__).parents[1]
LONGEST_REQUEST = 1_048_576
STATUS_BYTES = 4
DEFAULTS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
ENCODING, NO_BYTECODE = "PYTHONIOENCODING", "PYTHONDONTWRITEBYTECODE"
"""What a forked command follows anew: the first when it opens its streams."""


def can_be_forked(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether a forked command does as one that is started: nothing else is read while modules are imported."""
    read = {name for name in environment if name.startswith(("PYTHON", "LD_", "OPENBLAS", "WIREMATCH_KERNELS"))}
    same = all(environment[name] == os.environ.get(name) for name in read - {ENCODING, NO_BYTECODE})
    return sys.platform == "linux" and same and "WIREMATCH_KERNELS" not in environment


class ForkedCommand:
    """A process, as ``subprocess.Popen`` has it."""

    def __init__(
        self,
        arguments: Sequence[object],
        environment: Mapping[str, str],
        stdin: int,
        stdout: int,
        stderr: int,
        *,
        largest_file: int | None = None,
    ) -> None:
        """The process gets these three file descriptors, and can write no larger file than is said."""
        self.args = ["wirematch", *map(str, arguments)]
        self.returncode: int | None = None
        request = json.dumps([self.args, dict(environment), str(Path.cwd()), largest_file]).encode()
        self._status, status = os.pipe()
        server = _server()
        socket.send_fds(server, [b"%10d" % len(request)], [stdin, stdout, stderr, status])
        os.close(status)
        server.sendall(request)
        self.pid = int.from_bytes(_exactly(server, STATUS_BYTES), "big")

    def poll(self) -> int | None:
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        status = self._ended(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], timeout)[0]:
            told = os.read(self._status, STATUS_BYTES)
            os.close(self._status)
            assert told, "the process that forks commands has died"
            self.returncode = int.from_bytes(told, "big", signed=True)
        return self.returncode


def start_command(
    arguments: Sequence[object], environment: Mapping[str, str], log: IO[bytes]
) -> subprocess.Popen[bytes] | ForkedCommand:
    """Start the command without input, forked if it can be; what it says goes to ``log``."""
    given = list(map(str, arguments))
    if can_be_forked(given, environment):
        with Path(os.devnull).open("rb") as nothing:
            return ForkedCommand(given, environment, nothing.fileno(), log.fileno(), log.fileno())
    return subprocess.Popen([COMMAND, *given], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(environment))


def run_command(
    arguments: Sequence[object], environment: Mapping[str, str], stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run the command to its end, forked if it can be; its input is a pipe, and what it says is captured."""
    given = list(map(str, arguments))
    if not can_be_forked(given, environment):
        return subprocess.run(
            [COMMAND, *given],
            env=dict(environment),
            input=stdin,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    reading, writing = os.pipe()
    with TemporaryFile() as out, TemporaryFile() as errors:
        with os.fdopen(reading) as pipe:
            running = ForkedCommand(given, environment, pipe.fileno(), out.fileno(), errors.fileno())
        with contextlib.suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
            pipe.write(stdin)
        try:
            status = running.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
            raise
        for file in (out, errors):
            file.seek(0)
        return subprocess.CompletedProcess(running.args, status, out.read(), errors.read())


@functools.cache
def _server() -> socket.socket:
    """The process from which commands are forked; it ends with this one."""
    ours, theirs = socket.socketpair()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
    with theirs:
        running = subprocess.Popen(
            [sys.executable, "-m", "support.forked_command", str(theirs.fileno())],
            cwd=TESTS,
            env=environment,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )

    def end() -> None:
        ours.close()
        running.wait()

    atexit.register(end)
    return ours


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := connection.recv(size - len(data))):
        data += more
    return data


class _Server:
    """Forks commands, and tells of their ends."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._going: dict[int, int] = {}
        """Process id -> where to write its status."""
        self._wakeup, wakeup = socket.socketpair()
        for end in (self._wakeup, wakeup):
            end.setblocking(False)
        self._other_end = wakeup
        signal.set_wakeup_fd(wakeup.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> bool:
        """Serve until the tests end; True in a forked process, which is to run the command."""
        while True:
            ready, _, _ = select.select([self._connection, self._wakeup], [], [])
            if self._wakeup in ready:
                self._wakeup.recv(4_096)
                self._tell_of_ends()
            if self._connection in ready:
                length, files, _, _ = socket.recv_fds(self._connection, 10, 4)
                if not length:
                    return False
                request = json.loads(_exactly(self._connection, int(length)))
                process = os.fork()
                if process == 0:
                    self._become(request, files)
                    return True
                for file in files[:3]:
                    os.close(file)
                self._going[process] = files[3]
                self._connection.sendall(process.to_bytes(STATUS_BYTES, "big"))

    def _tell_of_ends(self) -> None:
        for process in list(self._going):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                told = self._going.pop(process)
                try:
                    code = os.waitstatus_to_exitcode(status)
                    os.write(told, code.to_bytes(STATUS_BYTES, "big", signed=True))
                except BrokenPipeError:
                    pass  # nobody asks
                os.close(told)

    def _become(self, request: tuple[list[str], dict[str, str], str, int | None], files: list[int]) -> None:
        """Make this process what a started one would be before it runs ``main``."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number in DEFAULTS:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        for end in (self._connection, self._wakeup, self._other_end):
            end.close()
        for told in self._going.values():
            os.close(told)
        for number, file in enumerate(files[:3]):
            os.dup2(file, number)
        for file in files:
            os.close(file)
        sys.argv, environment, folder, largest_file = request
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
        sys.dont_write_bytecode = bool(environment.get(NO_BYTECODE))
        encoding, _, errors = environment.get(ENCODING, "").partition(":")
        as_told = {"encoding": encoding or None, "errors": errors or None}
        sys.stdin, sys.stdout = open(0, closefd=False, **as_told), open(1, "w", closefd=False, **as_told)  # noqa: SIM115
        sys.stderr = open(  # noqa: SIM115
            2, "w", buffering=1, encoding=encoding or None, errors="backslashreplace", closefd=False
        )
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        main_module = sys.modules["__main__"]  # which worker processes import, too
        main_module.__spec__, main_module.__file__ = None, str(COMMAND)


def _serve(descriptor: int) -> None:
    import uvicorn.lifespan.on  # noqa: PLC0415 - only this process needs them, beforehand
    import uvicorn.loops.auto  # noqa: PLC0415, F401

    import wirematch.app  # noqa: PLC0415
    import wirematch.commands.serve  # noqa: PLC0415
    import wirematch.pipelines.dedupe.launch  # noqa: PLC0415
    import wirematch.server.protocol.http_protocol  # noqa: PLC0415, F401
    from wirematch.cli import main  # noqa: PLC0415

    warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)  # OpenBLAS' threads
    gc.collect()
    gc.freeze()  # also in the forked: their collectors would write to, and so copy, all that was imported
    if _Server(socket.socket(fileno=descriptor)).serve():
        main()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
