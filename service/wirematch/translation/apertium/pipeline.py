"""A language pair's chain of processes, kept running: sentences go in, and translations come out in the same order.

Texts are in Apertium's stream format, with a mark that identifies each sentence
(https://wiki.apertium.org/wiki/Apertium_stream_format): ``[…]`` passes through unchanged, a backslash escapes reserved
characters, and a NUL ends a unit of translation, upon which every program flushes its output.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence

from wirematch.translation.apertium.modes import LanguagePair
from wirematch.translation.translator import TranslationFailedError

MOST_MEMORY = 1 << 30
"""Memory limit of each program in bytes; the largest takes a tenth of it."""
ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
"""Only what the programs need: no key or address of the service."""
WAIT_SECONDS = 5.0


class ProcessRow:
    """Processes that run until their input ends. Only `end` blocks."""

    def __init__(self, stages: Sequence[Sequence[str]]) -> None:
        """Start them.

        Raises:
            OSError: a program is missing, or the machine has no resources left.
        """
        self._processes: list[subprocess.Popen[bytes]] = []
        read, self.input = os.pipe()
        self.output = read
        """File descriptors: what is written to ``input`` comes out of ``output``."""
        try:
            for stage in stages:
                self._start(stage)
        except BaseException:
            self.kill()
            self.end()
            os.close(self.input)
            os.close(self.output)
            raise

    def _start(self, stage: Sequence[str]) -> None:
        read, write = os.pipe()
        try:
            process = subprocess.Popen(  # noqa: S603 - a program of the installed mode, without a shell
                stage,
                stdin=self.output,
                stdout=write,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the service, which ends them
            )
        except BaseException:
            os.close(read)
            raise
        finally:
            os.close(write)
        os.close(self.output)
        self.output = read
        self._processes.append(process)
        if sys.platform == "linux":
            import resource  # noqa: PLC0415 - not on Windows

            with contextlib.suppress(OSError):  # already ended, or may not be limited
                resource.prlimit(process.pid, resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))

    @property
    def ids(self) -> tuple[int, ...]:
        """Process ids, in the order of the chain."""
        return tuple(process.pid for process in self._processes)

    def kill(self) -> None:
        """Kill all at once."""
        for process in self._processes:
            process.kill()

    def end(self) -> None:
        """Wait for processes that were killed or whose input has ended. Blocks for a few seconds at most."""
        for process in self._processes:
            try:
                process.wait(WAIT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


END = b"\0"
_RESERVED = re.compile(r"[\[\]{}$/\\@<>]")
_PASSED_ON = re.compile(r"[~\ufffd\x00-\x08\x0b-\x1f\x7f]+")
"""'~', which triggers the post-generator and passes through in brackets, and non-text characters, which are dropped."""
_TOKEN = re.compile(r"\\(.)|\[((?:[^\]\\]|\\.)*)\]", re.DOTALL)


def encode(sentence: str, mark: str) -> bytes:
    """Encode a sentence as a block of the stream, with its mark; empty brackets at its end flush the last word."""
    # A caret at a sentence's end swallows the NUL even if escaped, and no news needs one.
    plain = sentence.encode("utf-8", "replace").decode("utf-8").replace("^", " ")
    pieces = []
    for word in " ".join(plain.split()).split(" "):
        kept = _PASSED_ON.sub(lambda match: "~" * match[0].count("~"), word)
        pieces.append("[~]".join(_RESERVED.sub(r"\\\g<0>", part) for part in kept.split("~")))
    return f"[{mark}]{' '.join(pieces)}[]".encode() + END


def decode(block: bytes, mark: str) -> str:
    """Decode the sentence in a block.

    Raises:
        TranslationFailedError: it is not text, or has the mark of another sentence.
    """
    try:
        text = block.removesuffix(END).decode("utf-8")
    except UnicodeDecodeError as error:
        raise TranslationFailedError("mismatch", "Apertium answers with something that is no text.") from error
    marks: list[str] = []

    def plain(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        if match[2] == "~":
            return "~"
        marks.append(match[2])
        return ""

    sentence = _TOKEN.sub(plain, text)
    if [found for found in marks if found] != [mark]:
        raise TranslationFailedError("mismatch", "Apertium's answers are not in the order of the sentences.")
    return " ".join(sentence.split())


MOST_ANSWER = 1 << 21
"""Maximum size, in bytes, of a sentence's translation. Output beyond twice that stays in the pipe."""


class Pipeline:
    """Translates one text at a time. After an error or cancellation its state is unknown: `kill` it."""

    def __init__(
        self,
        row: ProcessRow,
        writer: asyncio.WriteTransport,
        reader: asyncio.StreamReader,
        output: asyncio.ReadTransport,
    ) -> None:
        self.row = row
        self._writer, self._reader, self._output = writer, reader, output
        self._texts = 0
        self._ending: asyncio.Future[None] | None = None

    @classmethod
    async def start(cls, pair: LanguagePair) -> Pipeline:
        """Start the processes, which takes some tens of milliseconds before the first text.

        Raises:
            TranslationFailedError: they cannot be started.
        """
        starting = asyncio.ensure_future(asyncio.to_thread(ProcessRow, pair.stages))
        try:
            row = await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(_discard)
            raise
        except OSError as error:
            raise TranslationFailedError("missing", f"Apertium's {pair.name} cannot be started: {error}.") from error
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=MOST_ANSWER)
        output, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(row.output, "rb", 0)
        )
        writer, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(row.input, "wb", 0))
        return cls(row, writer, reader, output)

    async def translate(self, sentences: Sequence[str], stall_seconds: float) -> list[str]:
        """Translate each sentence; all are written at once, while the first translations are already read.

        Raises:
            TranslationFailedError: a process ended, there was no output for ``stall_seconds``, or the output does not
                match the input.
        """
        self._texts += 1
        marks = [f"{self._texts}.{place}" for place in range(len(sentences))]
        self._writer.write(b"".join(map(encode, sentences, marks)))
        translated = []
        clock = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout(stall_seconds) as stalled:
                for mark in marks:
                    translated.append(decode(await self._reader.readuntil(END), mark))
                    stalled.reschedule(clock() + stall_seconds)
        except TimeoutError as error:
            raise TranslationFailedError("slow", f"no sentence came out for {stall_seconds:g} s.") from error
        except asyncio.IncompleteReadError as error:
            raise TranslationFailedError("died", "Apertium ended in the middle of a text.") from error
        except asyncio.LimitOverrunError as error:
            raise TranslationFailedError("mismatch", "Apertium answers without end.") from error
        return translated

    def kill(self) -> None:
        """Kill all processes at once; `ended` waits until they are gone."""
        if self._ending is None:
            self.row.kill()
            if not self._writer.is_closing():
                self._writer.abort()
            if not self._output.is_closing():
                self._output.close()
            self._ending = asyncio.get_running_loop().run_in_executor(None, self.row.end)

    @property
    def is_gone(self) -> bool:
        """Whether it was killed and all its processes have ended."""
        return self._ending is not None and self._ending.done()

    async def ended(self) -> None:
        """Wait until the killed processes have ended."""
        if self._ending is not None:
            await self._ending


def _discard(starting: asyncio.Future[ProcessRow]) -> None:
    """End processes whose start was cancelled."""
    if starting.cancelled() or starting.exception() is not None:
        return
    row = starting.result()
    os.close(row.input)
    os.close(row.output)
    row.kill()
    row.end()
