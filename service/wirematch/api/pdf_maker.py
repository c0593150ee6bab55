"""PDFs made in subprocesses, one at a time: each takes seconds, and a crash must not affect the service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys

from wirematch.errors import OverloadedError, PdfFailedError, PdfNotInstalledError
from wirematch.presentation.pages.pdf import NO_LIBRARIES, can_make_pdf

log = logging.getLogger(__name__)

MOST_WAITING = 4
SECONDS = 25.0
"""Time limit of one PDF, within that of a request; 5,000 words with 300 passages take about ten seconds."""


class PdfMaker:
    """The PDF queue of one service process."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def make(self, html: str) -> bytes:
        """Render a self-contained page as PDF. Raises PdfNotInstalledError, PdfFailedError and OverloadedError."""
        if not can_make_pdf():
            raise PdfNotInstalledError
        if self._waiting >= MOST_WAITING:
            raise OverloadedError("Too many PDFs are being made; try again in a moment.")
        self._waiting += 1
        try:
            async with self._turn:
                return await _made(html)
        finally:
            self._waiting -= 1


async def _made(html: str) -> bytes:
    pipe = asyncio.subprocess.PIPE
    program = "wirematch.presentation.pages.pdf"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-m", program, stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        async with asyncio.timeout(SECONDS):
            pdf, said = await process.communicate(html.encode())
    except TimeoutError as error:
        raise PdfFailedError("It took too long. The HTML file has the same, and a browser can print it.") from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode == NO_LIBRARIES:
        log.warning("PDFs need Pango: %s", said.decode("utf-8", "replace").strip())
        raise PdfNotInstalledError("Install Pango, which WeasyPrint needs")
    if process.returncode != 0 or not pdf.startswith(b"%PDF"):
        log.error("no PDF was made: %s", said.decode("utf-8", "replace")[-2_000:])
        raise PdfFailedError("The service's log says why.")
    return pdf
