"""A language pair's chain of processes, kept running: sentences go in, and translations come out in the same order."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

from wirematch.translation.apertium.modes import LanguagePair
from wirematch.translation.apertium.processes import ProcessRow
from wirematch.translation.apertium.stream import END, decode, encode
from wirematch.translation.translator import TranslationFailedError

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
