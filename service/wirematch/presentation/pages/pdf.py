"""PDFs made by WeasyPrint (the extra ``pdf``); as a program, converts HTML on standard input."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import find_spec
from typing import Any, NoReturn

NO_LIBRARIES = 69
"""Exit code of the program where Pango is missing (EX_UNAVAILABLE of sysexits.h)."""
STYLE = """
.map { display: none } /* WeasyPrint gives a page's style to no SVG within */
.figures { display: table; width: 100%; table-layout: fixed; border-collapse: collapse; background: none; border: 0 }
.figures div { display: table-cell; border: 0.5pt solid #bbb; padding: 6pt 8pt; vertical-align: top }
.figures dt { font-size: 8pt }
"""
"""Style changes for print."""


@cache
def can_make_pdf() -> bool:
    """Whether WeasyPrint is installed; its native libraries (Pango) may still be missing."""
    return find_spec("weasyprint") is not None


def make_pdf(html: str) -> bytes:
    """Render a self-contained page as PDF. Neither files nor URLs are loaded."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 - an extra, half a second to load

    pdf: bytes = HTML(string=html, url_fetcher=_refuse).write_pdf(stylesheets=[CSS(string=STYLE)])
    return pdf


def _refuse(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"nothing is loaded into a PDF: {url[:80]}")


def main() -> None:
    """Convert what stands on standard input."""
    try:
        import weasyprint  # noqa: F401, PLC0415 - an extra
    except OSError as error:  # it loads Pango with dlopen
        sys.stderr.write(str(error))
        sys.exit(NO_LIBRARIES)
    sys.stdout.buffer.write(make_pdf(sys.stdin.buffer.read().decode()))


if __name__ == "__main__":
    main()
