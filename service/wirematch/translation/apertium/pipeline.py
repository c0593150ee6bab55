"""A pair's row of processes, kept open: sentences go in, and come out in their order."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

from wirematch.translation.apertium.modes import LanguagePair
from wirematch.translation.apertium.processes import ProcessRow
from wirematch.translation.apertium.stream import END, decode, encode
from wirematch.translation.translator import TranslationFailedError

MOST_ANSWER = 1 << 21
"""Bytes of a sentence's translation; what a pipeline writes beyond twice that stays in its own pipe."""


class Pipeline:
    """Does one text at a time. After an error, or if it was cancelled, nobody knows where it stands: `kill` it."""

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
        """Start the processes, some tens of milliseconds for the first text.

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
        """Give each sentence its translation; all go in at once, while the first already come out.

        Raises:
            TranslationFailedError: a process ended, no sentence came for ``stall_seconds``, or what came out is not
                what was asked for.
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
        """End all processes at once; `ended` waits until they are gone."""
        if self._ending is None:
            self.row.kill()
            if not self._writer.is_closing():
                self._writer.abort()
            if not self._output.is_closing():
                self._output.close()
            self._ending = asyncio.get_running_loop().run_in_executor(None, self.row.end)

    @property
    def is_gone(self) -> bool:
        """Whether it was killed, and no process is left."""
        return self._ending is not None and self._ending.done()

    async def ended(self) -> None:
        """Wait for the processes that were killed."""
        if self._ending is not None:
            await self._ending


def _discard(starting: asyncio.Future[ProcessRow]) -> None:
    """End processes that nobody waits for any more."""
    if starting.cancelled() or starting.exception() is not None:
        return
    row = starting.result()
    os.close(row.input)
    os.close(row.output)
    row.kill()
    row.end()
